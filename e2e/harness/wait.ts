/** How long anything on a page may take before a person would call it broken, in milliseconds. */
export const PATIENCE_MS = 20_000

/** Each probe of a page takes some of what two calls need. */
const POLL_MS = 80

/**
 * Resolves with the first value of `probe` that `isGood` accepts. Rejects with `what` and the
 * last value when that takes longer than `timeoutMs`.
 */
export async function waitUntil<Value>(
  what: string,
  probe: () => Promise<Value> | Value,
  options: { isGood?: (value: Value) => boolean; timeoutMs?: number } = {},
): Promise<Value> {
  const isGood = options.isGood ?? Boolean
  const timeoutMs = options.timeoutMs ?? PATIENCE_MS
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (isGood(value)) return value
    if (performance.now() > deadline) {
      throw new Error(`${what}: still ${JSON.stringify(value)} after ${timeoutMs} ms`)
    }
    await Bun.sleep(POLL_MS)
  }
}
