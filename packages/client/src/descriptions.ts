import type { Description } from '@duet/protocol'
import { fingerprintsOf } from './keyring.ts'

/** A description as it travels. */
export function toDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Description {
  return { type: type === 'answer' ? 'answer' : 'offer', sdp }
}

/** True when both come from the same connection: a connection keeps its certificate. */
export function isSameOrigin(some: Description, other: Description): boolean {
  return fingerprintsOf(some).join('\n') === fingerprintsOf(other).join('\n')
}
