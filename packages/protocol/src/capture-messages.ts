import type { MemberId } from './messages.ts'

/** What sound and picture of a call are taken for: kept in files, or shown to others. */
export type CapturePurpose = 'record' | 'live'

/** How both pictures become one: the peer small in a corner, or one beside the other. */
export type LiveLayout = 'inset' | 'side-by-side'

/** How a call is broadcast. */
export interface LiveOptions {
  layout: LiveLayout
  /** Where it is sent as well: an RTMP or RTMPS address, and the key of whoever owns it. */
  push?: { url: string; key?: string }
}

/** Says yes to being recorded or broadcast, or takes it back. */
export interface SetConsent {
  type: 'consent'
  /** Whom it is given to: somebody else may sit there when it arrives. Absent: whoever does. */
  peer?: MemberId
  purpose: CapturePurpose
  isGiven: boolean
}

/** Starts or stops what both members agreed to. */
export interface SetCapture {
  type: 'capture'
  purpose: CapturePurpose
  isOn: boolean
  /** With `live`: how; absent: the peer in a corner, and nothing is sent elsewhere. */
  live?: LiveOptions
}

/** Numbered requests of a member. */
export type CaptureRequest = SetConsent | SetCapture

/** Who said yes to what, and what is on. */
export interface CaptureAgreement {
  /** Members who said yes to anything. */
  consents: { member: MemberId; purposes: CapturePurpose[] }[]
  /** `id` names one recording or broadcast; `by`: who started it. */
  active: { id: string; purpose: CapturePurpose; by: MemberId }[]
}

/** To both members, whenever it changed. */
export interface CapturesChanged extends CaptureAgreement {
  type: 'captures'
}

/**
 * How a recording or broadcast goes. starting: nothing is written yet. stopped, failed: it is over, and its
 * files are whole.
 */
export type CaptureStage = 'starting' | 'running' | 'stopped' | 'failed'

/** What is wrong with it; while it is `running`, with a part of it. */
export type CaptureFault =
  | 'disk-full'
  /** It does not write as fast as media comes. */
  | 'disk-slow'
  | 'disk-failed'
  /** All recordings take as much as they may already. */
  | 'no-room'
  | 'no-ffmpeg'
  | 'ffmpeg-failed'
  /** The address that it is pushed to takes nothing; viewers of the server see it all the same. */
  | 'push-refused'
  /** Nothing of a member comes to the media server: of all who are in it, or of those who are `missing`. */
  | 'no-media'
  | 'too-many'

/** How one recording or broadcast goes. */
export interface CaptureProgress {
  purpose: CapturePurpose
  state: CaptureStage
  fault?: CaptureFault
  /** While it is `running`: of whom neither sound nor picture comes. */
  missing?: MemberId[]
  /** From `running` on: whoever leaves meanwhile finds it. `key` opens it without an account. */
  recording?: { id: string; key: string }
  /** Where viewers see it: a path on this server. */
  live?: { path: string }
}

/** To the members who are in it, or were until it stopped. */
export interface CaptureStateChanged extends CaptureProgress {
  type: 'capture-state'
  /** The `id` that it has in `captures`. */
  capture: string
}

/** What a server says of it to a member. */
export type CaptureEvent = CapturesChanged | CaptureStateChanged
