import type { CallId, CallMedia } from '@duet/rules'

/** What the service worker of the page is told; sealed, so that the push service can't read it. */
export type PushMessage =
  | {
      type: 'ring'
      call: CallId
      /** Who calls. */
      name: string
      media: CallMedia
      /** Milliseconds since the epoch; it does not ring any more after. */
      ringsUntil: number
      language: string
    }
  | {
      type: 'over'
      call: CallId
      name: string
      /** Nobody picked up on any device. */
      isMissed: boolean
      language: string
    }
