/** How many tests and checks passed, failed and were skipped. */
export interface Tally {
  passed: number
  failed: number
  skipped: number
}

/** Adds tallies up. */
export function total(tallies: readonly Tally[]): Tally {
  const sum: Tally = { passed: 0, failed: 0, skipped: 0 }
  for (const tally of tallies) {
    sum.passed += tally.passed
    sum.failed += tally.failed
    sum.skipped += tally.skipped
  }
  return sum
}

/** The last line of every lane: `12 passed, 0 failed, 1 skipped`. */
export function closingLine(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`
}

/** 0 when nothing failed and something passed; on a build server a skip counts as a failure. */
export function exitCode(tally: Tally, isBuildServer: boolean): 0 | 1 {
  if (tally.failed > 0 || tally.passed === 0) return 1
  return isBuildServer && tally.skipped > 0 ? 1 : 0
}

/**
 * Reads the totals of a JUnit report as `bun test` writes it. A report that
 * is missing or empty although the run failed counts as one failure.
 */
export function tallyOfReport(xml: string | undefined, runExitCode: number): Tally {
  const head = xml?.match(/<testsuites[^>]*>/)?.[0]
  const count = (name: string) => Number(head?.match(new RegExp(` ${name}="(\\d+)"`))?.[1] ?? 0)
  const failed = count('failures')
  const skipped = count('skipped')
  const passed = count('tests') - failed - skipped
  return { passed, failed: failed === 0 && runExitCode !== 0 ? 1 : failed, skipped }
}
