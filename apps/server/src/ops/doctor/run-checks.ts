import { messageOf, type Clock } from '@duet/base'
import { fails, type Check, type CheckResult, type Verdict } from './verdict.ts'

/** No check takes longer than this, unless it says so, in milliseconds. */
const CHECK_MS = 20_000

/**
 * Runs all checks at once, and tells their results in order, each as soon as it and those before it
 * are there. Never rejects.
 */
export async function runChecks(
  checks: readonly Check[],
  options: {
    clock: Clock
    /** This one is waited for now. */
    onWait?: (check: Check) => void
    onResult?: (result: CheckResult) => void
  },
): Promise<readonly CheckResult[]> {
  const { clock, onWait, onResult } = options
  const running = checks.map((check) => ({ check, verdict: judge(check, clock) }))
  const results: CheckResult[] = []
  for (const { check, verdict } of running) {
    onWait?.(check)
    const result = { id: check.id, label: check.label, verdict: await verdict }
    results.push(result)
    onResult?.(result)
  }
  return results
}

function judge(check: Check, clock: Clock): Promise<Verdict> {
  const { timeoutMs = CHECK_MS } = check
  return new Promise((resolve) => {
    const cancel = clock.after(timeoutMs, () =>
      resolve(fails('no-answer-in-time', { seconds: Math.round(timeoutMs / 1000) })),
    )
    // What throws at once rejects as well.
    void Promise.resolve()
      .then(() => check.run())
      .catch((error: unknown) => fails('check-broke', { detail: messageOf(error) }))
      .then((verdict) => {
        cancel()
        resolve(verdict)
      })
  })
}
