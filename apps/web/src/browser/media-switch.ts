import type { LoadMediaSwitch } from '@duet/client'

/** Loads what moves a call through the media server, for those who want that. */
export const loadMediaSwitch: LoadMediaSwitch = async () => {
  const { createMediaSwitch } = await import('../media-switch-app.ts')
  return createMediaSwitch
}
