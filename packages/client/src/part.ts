import type { ClientRequest, Joined } from '@duet/protocol'

/** What this side wants of a seat. */
export interface SeatWish {
  /** Names this stay. */
  tag: string
  name: string
  /** Stand in line when there is none. */
  wait: boolean
}

/** What this side is in its room. */
export interface Part {
  /** How it asks for its seat. */
  ask: (wish: SeatWish) => ClientRequest
  /** Who makes the first offer: whoever was there first, always this side, or never. */
  offers: 'first' | 'always' | 'never'
  /** It has its seat, for the first time or again. */
  onSeated?: (joined: Joined) => void
}

/** One of two who talk, in the room `room`. */
export function talker(room: string): Part {
  return { ask: (wish) => ({ type: 'join', room, ...wish }), offers: 'first' }
}
