import { expect, test } from 'bun:test'
import { closingLine, exitCode, tallyOfReport, total } from './tally.ts'

const REPORT = `<?xml version="1.0"?>
<testsuites name="bun test" tests="9" assertions="1" failures="2" skipped="3" time="0.1">
  <testsuite name="a" tests="1" failures="0" skipped="0"></testsuite>
</testsuites>`

test('a report gives passed, failed and skipped', () => {
  expect(tallyOfReport(REPORT, 1)).toEqual({ passed: 4, failed: 2, skipped: 3 })
})

test('a run that fails without a failed test counts as one failure', () => {
  expect(tallyOfReport(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  expect(tallyOfReport(REPORT.replace('failures="2"', 'failures="0"'), 1).failed).toBe(1)
})

test('tallies add up to one closing line', () => {
  const sum = total([
    { passed: 1, failed: 2, skipped: 3 },
    { passed: 10, failed: 20, skipped: 30 },
  ])
  expect(closingLine(sum)).toBe('11 passed, 22 failed, 33 skipped')
})

test('a skip fails only on a build server; nothing run is a failure', () => {
  const skipped = { passed: 1, failed: 0, skipped: 1 }
  expect(exitCode(skipped, false)).toBe(0)
  expect(exitCode(skipped, true)).toBe(1)
  expect(exitCode({ passed: 1, failed: 1, skipped: 0 }, false)).toBe(1)
  expect(exitCode({ passed: 0, failed: 0, skipped: 0 }, false)).toBe(1)
})
