import type { Signal } from '@duet/protocol'

/** Where a relay candidate says which own address it was made from (RFC 8839 §5.1). */
const RELATED_ADDRESS = / raddr \S+ rport \d+/g

/** Nobody needs it (RFC 8839 §5.1 allows this value for privacy). */
const NO_ADDRESS = ' raddr 0.0.0.0 rport 9'

/** `signal` as a side says it that is to be reached over the relay only: without its own address. */
export function withoutOwnAddress(signal: Signal): Signal {
  if (signal.type === 'description') {
    const { description } = signal
    const sdp = description.sdp.replace(RELATED_ADDRESS, NO_ADDRESS)
    return { ...signal, description: { ...description, sdp } }
  }
  if (signal.type !== 'candidate' || !signal.candidate) return signal
  const candidate = signal.candidate.candidate.replace(RELATED_ADDRESS, NO_ADDRESS)
  return { ...signal, candidate: { ...signal.candidate, candidate } }
}
