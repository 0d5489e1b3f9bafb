import { expect, test } from 'bun:test'
import { documentedLimit, readDocument, writtenLimit } from '../testing/documented-limit.ts'
import * as limits from './limits.ts'

const document = readDocument('recording.md')

const { CAPTURE_LIMITS, CAPTURE_UNLIMITED: _, ...bounds } = limits

/** How often something is looked at bounds nothing. */
const {
  WATCH_MS: _watch,
  RETENTION_MS: _retention,
  GROWTH_WATCH_MS: _growth,
  KEEPING_MS: _keeping,
  ...written
} = bounds

test.each(Object.entries({ ...CAPTURE_LIMITS, ...written }))(
  'docs/recording.md says %s',
  (name, limit) => {
    expect(documentedLimit(document, name)).toBe(writtenLimit(limit))
  },
)

test('RE6 RE7 RE8 RE11 docs/recording.md says the same in words', () => {
  const MIB = 1024 * 1024
  for (const words of [
    `after ${['eight'][limits.MAX_CAPTURE_MS / 3_600_000 - 8]} hours`,
    `at ${limits.MAX_RECORDING_BYTES / 1e9} GB`,
    `${limits.START_RESERVE_BYTES / MIB} MiB free`,
    `less than ${limits.RESERVE_BYTES / MIB} MiB are left`,
    `for ${limits.ARRIVAL_MS / 1000} s`,
    `for ${limits.GONE_MS / 1000} s after`,
    `for ${limits.FINISH_MS / 1000} s at most`,
    `for ${['ten'][limits.OVER_MS / 60_000 - 10]}\n  minutes`,
  ]) {
    expect(document).toContain(words)
  }
})
