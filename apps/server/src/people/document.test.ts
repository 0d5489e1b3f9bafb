import { expect, test } from 'bun:test'
import { documentedLimit, readDocument, writtenLimit } from '../testing/documented-limit.ts'
import { MAX_LISTED_PEOPLE, PEOPLE_LIMITS, PERSONS_PER_INTERVAL, REJOIN_MS } from './limits.ts'

const document = readDocument('protocol.md')
const limits = { ...PEOPLE_LIMITS, MAX_LISTED_PEOPLE, PERSONS_PER_INTERVAL, REJOIN_MS }

test.each(Object.entries(limits))('L1 L3 M4 docs/protocol.md says %s', (name, limit) => {
  expect(documentedLimit(document, name)).toBe(writtenLimit(limit))
})
