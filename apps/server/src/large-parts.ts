import type { Config } from './config/index.ts'

/**
 * Loads what takes long to load, while other threads start: it is there when it is opened. What can't be loaded fails
 * there too.
 */
export async function loadLargeParts({ mediaPort }: Config): Promise<void> {
  if (mediaPort !== null) await import('@duet/media').catch(() => {})
}
