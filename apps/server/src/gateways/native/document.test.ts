import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rate } from '../rate.ts'
import { DEFAULT_LIMITS } from './limits.ts'

const path = join(import.meta.dir, '../../../../../docs/protocol.md')
const document = readFileSync(path, 'utf8')

test.each(Object.entries(DEFAULT_LIMITS))('L2 L3 L4 docs/protocol.md says %s', (name, limit) => {
  const [, value] = new RegExp(`^\\| \`${name}\` \\| ([^|]+) \\|`, 'm').exec(document) ?? []
  expect(value).toBe(written(limit))
})

function written(limit: number | Rate): string {
  return typeof limit === 'number' ? String(limit) : `${limit.perSecond}/s, burst ${limit.burst}`
}
