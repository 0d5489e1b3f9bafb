import type { Logger } from '@duet/base'

/** Everything must be gone this long after the signal, in milliseconds. */
const DEADLINE_MS = 4500

/**
 * One key press can arrive several times, from the terminal, from npm and from the
 * launcher; only a signal after this many milliseconds is a second wish.
 */
const SAME_WISH_MS = 500

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Closes at the first SIGINT, SIGTERM or SIGHUP and ends the process; at the second ends it at once. */
export function closeOnSignals(close: () => Promise<void>, logger: Logger): void {
  let firstAt: number | undefined
  const handle = (signal: string): void => {
    if (firstAt !== undefined) {
      if (performance.now() - firstAt > SAME_WISH_MS) process.exit(1)
      return
    }
    firstAt = performance.now()
    logger.info('closing', { signal })
    setTimeout(() => {
      logger.warn('closing took too long')
      process.exit(0)
    }, DEADLINE_MS)
    void closeAndExit(close, logger)
  }
  for (const signal of SIGNALS) process.on(signal, handle)
}

async function closeAndExit(close: () => Promise<void>, logger: Logger): Promise<void> {
  try {
    await close()
  } catch (error) {
    logger.error('closing failed', { error: error instanceof Error ? error.stack : String(error) })
  }
  process.exit(0)
}
