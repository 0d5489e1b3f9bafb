import { describe, expect, test } from 'bun:test'
import { documentedLimit, readDocument, writtenLimit } from '../../testing/documented-limit.ts'
import { DIALECT_LIMITS } from '../dialect-limits.ts'
import { ERRORS } from './errors.ts'
import * as ownLimits from './limits.ts'

const document = readDocument('dialects/srs.md')

describe('docs/dialects/srs.md', () => {
  const { maxConnections, maxConnectionsPerAddress, messageRate, lengthRate } = DIALECT_LIMITS
  const { maxRateRefusals, maxBacklogBytes } = DIALECT_LIMITS
  const limits = {
    ...ownLimits,
    maxConnections,
    maxConnectionsPerAddress,
    messageRate,
    lengthRate,
    maxRateRefusals,
    maxBacklogBytes,
  }

  test.each(Object.entries(limits))('SG15 says %s', (name, limit) => {
    expect(documentedLimit(document, name)).toBe(writtenLimit(limit))
  })

  test.each(Object.keys(ERRORS))('SG12 says when %s is told', (code) => {
    expect(document).toMatch(new RegExp(`^\\| \`${code}\` \\| \\S`, 'm'))
  })
})
