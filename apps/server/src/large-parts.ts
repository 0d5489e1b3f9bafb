import type { Config } from './config/index.ts'

/**
 * Loads what takes long to load, while other threads start: it is there when it is opened. What can't be loaded fails
 * there too.
 */
export async function loadLargeParts({ dialects, mediaPort }: Config): Promise<void> {
  const isSocketIoUsed = dialects.includes('room') || dialects.includes('cast')
  await Promise.allSettled([
    ...(isSocketIoUsed ? [import('./socket-io/index.ts')] : []),
    ...(mediaPort === null ? [] : [import('@duet/media')]),
  ])
}
