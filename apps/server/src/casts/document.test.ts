import { expect, test } from 'bun:test'
import { documentedLimit, readDocument, writtenLimit } from '../testing/documented-limit.ts'
import { CAST_LIMITS } from './limits.ts'

test.each(Object.entries(CAST_LIMITS))('L1 T6 docs/protocol.md says %s', (name, limit) => {
  expect(documentedLimit(readDocument('protocol.md'), name)).toBe(writtenLimit(limit))
})
