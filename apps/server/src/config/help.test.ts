import { expect, test } from 'bun:test'
import { helpText } from './help.ts'
import { flagOf, SCHEMA, variableOf } from './schema.ts'

test('help names every flag and variable and fits a terminal', () => {
  const lines = helpText().split('\n')
  for (const key of Object.keys(SCHEMA)) {
    expect(lines.some((line) => line.startsWith(`  ${flagOf(key)} `))).toBe(true)
    expect(lines.some((line) => line.trim() === variableOf(key))).toBe(true)
  }
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
})
