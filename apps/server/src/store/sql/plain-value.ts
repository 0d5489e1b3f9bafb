import type { SqlValue } from './database.ts'

/** What all three databases keep: NUL, and surrogates without their other half, become U+FFFD. */
export function plainValue(value: SqlValue): SqlValue {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : value
}
