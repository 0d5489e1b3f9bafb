import type { CaptureProgress, CapturePurpose, LiveOptions } from '@duet/protocol'

/** A member whose sound and picture are taken. */
export interface CaptureMember {
  id: string
  /** Names its stream in the media server, with the room. */
  stream: string
  /** May be empty. */
  name: string
  /** The account it is logged in to. */
  user?: number
}

/** A recording or broadcast that both members agreed to. */
export interface CaptureStart {
  /** Names it: the same purpose in the same room again is another one. */
  id: string
  /** As the hub knows it. */
  room: string
  purpose: CapturePurpose
  /** The id of who started it. */
  by: string
  /** Both, in the order in which they came. */
  members: readonly CaptureMember[]
  /** Of a broadcast. */
  live?: LiveOptions
}

/** Does what the core allowed. Its methods never throw; how it goes is said by `TellCapture`. */
export interface CaptureControl {
  /** What it can do as it was configured. */
  readonly offered: readonly CapturePurpose[]
  start: (start: CaptureStart) => void
  /** Nothing that is sent from now on is taken. Not called for what was said to be `stopped` or `failed`. */
  stop: (room: string, purpose: CapturePurpose) => void
}

/**
 * Tells the members of a capture how it goes, also after it was stopped; `stopped` and `failed` end it for them.
 * Never throws.
 */
export type TellCapture = (start: CaptureStart, progress: Omit<CaptureProgress, 'purpose'>) => void
