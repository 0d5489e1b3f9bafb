import type { MediaGranted, MemberId } from '@duet/protocol'

/** Between which two members of which room media goes. */
export interface MediaRequest {
  /** As the hub knows it. */
  room: string
  self: MemberId
  peer: MemberId
}

/** Where `self` publishes, and where it plays what `peer` publishes, with a token for each. */
export type MediaGrant = Pick<MediaGranted, 'publish' | 'play'>

/** Opens the media server to members of rooms. */
export interface MediaGrants {
  /** Undefined: not now. Both are members, which is checked before. */
  grant(request: MediaRequest): MediaGrant | undefined
}
