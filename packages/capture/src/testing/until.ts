const POLL_MS = 20
const LIMIT_MS = 60_000

/** Waits for a condition. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const started = performance.now()
  while (!(await holds())) {
    if (performance.now() - started > LIMIT_MS) throw new Error('waited in vain')
    await Bun.sleep(POLL_MS)
  }
}
