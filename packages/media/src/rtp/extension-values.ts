import { readUint16, readUint24, writeUint16, writeUint24 } from './big-endian.ts'
import { elementBytes, elementOffset, findElement, NO_EXTENSION } from './header-extensions.ts'

/** What this server reads or writes; others pass through when both sides know them. */
export const EXTENSION_URI = {
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  rid: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  absSendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  transportSequence: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
} as const

/** Units of abs-send-time in a microsecond: it counts seconds in 6.18 fixed point. */
const ABS_SEND_TIME_UNITS = 2 ** 18 / 1_000_000
const ABS_SEND_TIME_WRAP = 2 ** 24

/** A time as abs-send-time has it, of 24 bits. */
export function absSendTime(timeUs: number): number {
  return Math.floor(timeUs * ABS_SEND_TIME_UNITS) % ABS_SEND_TIME_WRAP
}

/** The transport-wide sequence number in the element with `id`; -1 when there is none. */
export function readTransportSequence(bytes: Uint8Array, headerBytes: number, id: number): number {
  const found = findElement(bytes, headerBytes, id)
  return found === NO_EXTENSION || elementBytes(found) < 2
    ? -1
    : readUint16(bytes, elementOffset(found))
}

/** The abs-send-time in the element with `id`; -1 when there is none. */
export function readAbsSendTime(bytes: Uint8Array, headerBytes: number, id: number): number {
  const found = findElement(bytes, headerBytes, id)
  return found === NO_EXTENSION || elementBytes(found) !== 3
    ? -1
    : readUint24(bytes, elementOffset(found))
}

/** The audio level in the element with `id`, in -dBov: 0 is loud, 127 silent; -1: none. RFC 6464. */
export function readAudioLevel(bytes: Uint8Array, headerBytes: number, id: number): number {
  const found = findElement(bytes, headerBytes, id)
  return found === NO_EXTENSION || elementBytes(found) < 1
    ? -1
    : (bytes[elementOffset(found)] ?? 0) & 0x7f
}

/** Puts another transport-wide sequence number into the element with `id`; false: there is none. */
export function replaceTransportSequence(
  bytes: Uint8Array,
  headerBytes: number,
  { id, sequence }: { id: number; sequence: number },
): boolean {
  const found = findElement(bytes, headerBytes, id)
  if (found === NO_EXTENSION || elementBytes(found) < 2) return false
  writeUint16(bytes, elementOffset(found), sequence)
  return true
}

/** Puts another abs-send-time into the element with `id`; false: there is none. */
export function replaceAbsSendTime(
  bytes: Uint8Array,
  headerBytes: number,
  { id, time }: { id: number; time: number },
): boolean {
  const found = findElement(bytes, headerBytes, id)
  if (found === NO_EXTENSION || elementBytes(found) !== 3) return false
  writeUint24(bytes, elementOffset(found), time)
  return true
}
