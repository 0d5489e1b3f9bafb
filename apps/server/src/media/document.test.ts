import { expect, test } from 'bun:test'
import { documentedLimit, readDocument, writtenLimit } from '../testing/documented-limit.ts'
import { CALLBACK_TIMEOUT_MS, MAX_CALLBACK_ANSWER_BYTES } from './callback-post.ts'
import * as limits from './limits.ts'
import { NATIVE_PREFIXES } from './native-routes.ts'
import { REFUSALS } from './refusal.ts'
import { MAX_QUEUED_REPORTS } from './report-queue.ts'

const document = readDocument('media.md')

const { MEDIA_LIMITS, MEDIA_UNLIMITED: _, ...bounds } = limits

test.each(
  Object.entries({ ...MEDIA_LIMITS, ...bounds, MAX_QUEUED_REPORTS, MAX_CALLBACK_ANSWER_BYTES }),
)('MD24 docs/media.md says %s', (name, limit) => {
  expect(documentedLimit(document, name)).toBe(writtenLimit(limit))
})

test('MD3 docs/media.md has every code with its status and the number of SRS', () => {
  const rows = document.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \| (\d+) \|/gm)
  expect([...rows].map(([, code, status, srs]) => [code, Number(status), Number(srs)])).toEqual(
    Object.entries(REFUSALS).map(([code, { status, srs }]) => [code, status, srs]),
  )
})

test.each(Object.keys(NATIVE_PREFIXES).map((prefix) => `\`${prefix}/<room>/<name>\``))(
  'MD1 docs/media.md names %s',
  (address) => {
    expect(document).toContain(address)
  },
)

test('MD21 docs/media.md says how long a callback has', () => {
  expect(document).toContain(`says nothing for ${CALLBACK_TIMEOUT_MS / 1000} s`)
})
