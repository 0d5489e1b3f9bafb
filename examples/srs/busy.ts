import { StreamError } from './srs-api.ts'

/** Its number in SRS's API: somebody publishes the stream. */
const STREAM_BUSY = 5020

/** A publisher that is gone without a word makes way after 2 s; one that is not is another person. */
const MAX_ATTEMPTS = 10
const PAUSE_MS = 400

export interface WhileBusyOptions {
  /** It waits before another attempt. */
  onBusy: () => void
  /** False gives up. */
  isWanted: () => boolean
  wait?: (ms: number) => Promise<unknown>
}

/**
 * Publishes, and tries again while the server still knows a former publisher: this page, as it was
 * before it was loaded again. Rejects as the last attempt did.
 */
export async function whileBusy<Value>(
  attempt: () => Promise<Value>,
  { onBusy, isWanted, wait = pause }: WhileBusyOptions,
): Promise<Value> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt()
    } catch (error) {
      const isBusy = error instanceof StreamError && error.code === STREAM_BUSY
      if (!isBusy || attempts === MAX_ATTEMPTS || !isWanted()) throw error
    }
    onBusy()
    await wait(PAUSE_MS)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
