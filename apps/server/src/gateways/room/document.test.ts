import { expect, test } from 'bun:test'
import { documentedLimit, readDocument, writtenLimit } from '../../testing/documented-limit.ts'
import { DIALECT_LIMITS } from '../dialect-limits.ts'
import { Stage } from './stage.ts'

const document = readDocument('dialects/room.md')

const limits = {
  maxMessageBytes: new Stage().server.routes[0]?.maxMessageBytes ?? 0,
  ...DIALECT_LIMITS,
}

test.each(Object.entries(limits))('RM17 docs/dialects/room.md says %s', (name, limit) => {
  expect(documentedLimit(document, name)).toBe(writtenLimit(limit))
})
