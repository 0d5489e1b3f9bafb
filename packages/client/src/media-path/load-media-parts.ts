import type { CaptureBook, CaptureBookOptions } from '../captures/capture-book.ts'
import type { MediaSwitch, MediaSwitchOptions } from './media-switch.ts'
import type { StreamExchange, StreamExchangeOptions } from './stream-exchange.ts'

/** What goes through the media server, and shows what is taken there. */
export interface MediaParts {
  createMediaSwitch: (options: MediaSwitchOptions) => MediaSwitch
  createStreamExchange: (options: StreamExchangeOptions) => StreamExchange
  createCaptureBook: (options: CaptureBookOptions) => CaptureBook
}

/** Loads it, for calls that go there. */
export type LoadMediaParts = () => Promise<MediaParts>

/** With a bundler that splits, a script of its own. */
export const loadMediaParts: LoadMediaParts = async () => {
  const { createCaptureBook, createMediaSwitch, createStreamExchange } =
    await import('./media-parts.ts')
  return { createCaptureBook, createMediaSwitch, createStreamExchange }
}
