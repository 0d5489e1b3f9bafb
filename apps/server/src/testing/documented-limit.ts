import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rate } from '../bounds/rate.ts'

const DOCS = join(import.meta.dir, '../../../../docs')

/** The text of one of the documents in docs/. For tests. */
export function readDocument(name: string): string {
  return readFileSync(join(DOCS, name), 'utf8')
}

/** The value that a document's table of limits gives; undefined when it has no such row. */
export function documentedLimit(document: string, name: string): string | undefined {
  return new RegExp(`^\\| \`${name}\` \\| ([^|]+) \\|`, 'm').exec(document)?.[1]
}

/** A limit as such a table writes it. */
export function writtenLimit(limit: number | Rate): string {
  return typeof limit === 'number' ? String(limit) : `${limit.perSecond}/s, burst ${limit.burst}`
}
