import { expect, test } from 'bun:test'
import { MAX_KEPT_CANDIDATES, MAX_WAITING } from '@duet/protocol'
import { documentedLimit, readDocument, writtenLimit } from '../../testing/documented-limit.ts'
import { DIALECT_LIMITS } from '../dialect-limits.ts'
import { Stage } from './stage.ts'

const document = readDocument('dialects/topic.md')

const limits = {
  maxMessageBytes: new Stage().gateway.routes[0]?.maxMessageBytes ?? 0,
  ...DIALECT_LIMITS,
  maxWaiting: MAX_WAITING,
  maxKeptCandidates: MAX_KEPT_CANDIDATES,
}

test.each(Object.entries(limits))('TP13 docs/dialects/topic.md says %s', (name, limit) => {
  expect(documentedLimit(document, name)).toBe(writtenLimit(limit))
})
