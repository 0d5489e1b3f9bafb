import type { CaptureProgress, CapturePurpose, LiveOptions } from '@duet/protocol'

/** A recording or a broadcast of a call. */
export interface Capture extends Omit<CaptureProgress, 'missing'> {
  /** Names it: another one of the same purpose has another id. */
  id: string
  /** Who started it. */
  by: 'self' | 'peer'
  /** While it is `running`: whose sound and picture do not arrive there. */
  missing?: readonly ('self' | 'peer')[]
}

/** Who agreed to being recorded or broadcast, and what is on; see `Call.setConsent()`. */
export interface CaptureInfo {
  /** What can be asked for with whoever is there, on this server. */
  offered: readonly CapturePurpose[]
  ownConsents: readonly CapturePurpose[]
  peerConsents: readonly CapturePurpose[]
  /** What is on: `starting` or `running`. */
  active: readonly Capture[]
  /** The latest that are over, `stopped` or `failed`; the last one at the end. */
  ended: readonly Capture[]
}

/** Without a peer. */
export const NO_CAPTURE: CaptureInfo = {
  offered: [],
  ownConsents: [],
  peerConsents: [],
  active: [],
  ended: [],
}

/** What a call can do about it. Says nothing while nobody is there; refusals are told as `refused`. */
export interface Capturing {
  readonly capture: CaptureInfo
  /** Says yes, or takes it back: what is on for it then stops at once. */
  setConsent: (purpose: CapturePurpose, isGiven: boolean) => void
  /** Refused (`no-consent`) before both said yes. */
  startCapture: (purpose: CapturePurpose, options?: LiveOptions) => void
  stopCapture: (purpose: CapturePurpose) => void
}
