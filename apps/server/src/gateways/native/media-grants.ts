import type { MediaGranted } from '@duet/protocol'

/** What a member of a room may publish and play, by the names of the streams in its room. */
export interface MediaRequest {
  /** As the hub knows it. */
  room: string
  /** The id of who asks. */
  member: string
  publishes: string
  plays: string
  /** Who plays what it publishes can show no token. */
  isOpen: boolean
}

/** Where a member publishes, and where it plays what another one publishes. */
export type MediaGrant = Pick<MediaGranted, 'publish' | 'play'>

/** Opens the media server to members of rooms. */
export interface MediaGrants {
  /** Undefined: not now. Both are members, which is checked before. */
  grant(request: MediaRequest): MediaGrant | undefined
}
