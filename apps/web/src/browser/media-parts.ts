import type { LoadMediaParts } from '@duet/client'

/** Loads what goes through the media server, for those who want that. */
export const loadMediaParts: LoadMediaParts = async () => {
  const { createCaptureBook, createMediaSwitch, createStreamExchange } =
    await import('../media-parts-app.ts')
  return { createCaptureBook, createMediaSwitch, createStreamExchange }
}
