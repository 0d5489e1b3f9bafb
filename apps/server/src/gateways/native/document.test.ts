import { expect, test } from 'bun:test'
import { documentedLimit, readDocument, writtenLimit } from '../../testing/documented-limit.ts'
import { DEFAULT_LIMITS } from './limits.ts'

const document = readDocument('protocol.md')

test.each(Object.entries(DEFAULT_LIMITS))('L2 L3 L4 docs/protocol.md says %s', (name, limit) => {
  expect(documentedLimit(document, name)).toBe(writtenLimit(limit))
})
