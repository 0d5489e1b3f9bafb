import type { MediaSwitch, MediaSwitchOptions } from './media-switch.ts'
import type { StreamExchange, StreamExchangeOptions } from './stream-exchange.ts'

/** What goes through the media server. */
export interface MediaParts {
  createMediaSwitch: (options: MediaSwitchOptions) => MediaSwitch
  createStreamExchange: (options: StreamExchangeOptions) => StreamExchange
}

/** Loads it, for calls that go there. */
export type LoadMediaParts = () => Promise<MediaParts>

/** With a bundler that splits, a script of its own. */
export const loadMediaParts: LoadMediaParts = async () => {
  const { createMediaSwitch, createStreamExchange } = await import('./media-parts.ts')
  return { createMediaSwitch, createStreamExchange }
}
