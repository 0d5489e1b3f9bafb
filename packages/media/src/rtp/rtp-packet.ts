import { readUint16, readUint32, writeUint16, writeUint32 } from './big-endian.ts'

/** A header without CSRCs and extensions (RFC 3550 §5.1). */
export const RTP_HEADER_BYTES = 12
/** An RTCP header with the SSRC that each packet begins with (RFC 3550 §6.4). */
const MIN_RTCP_BYTES = 8
const EXTENSION_HEADER_BYTES = 4
const PADDING_BIT = 0x20
const EXTENSION_BIT = 0x10
const MARKER_BIT = 0x80

/** Whether a first byte is that of RTP or RTCP (RFC 7983 §7). */
function isRtpOrRtcpByte(byte: number): boolean {
  return byte >= 128 && byte <= 191
}

/** Whether the datagram is RTP and not RTCP (RFC 7983 §7, RFC 5761 §4). */
export function isRtp(bytes: Uint8Array, length: number): boolean {
  return length >= RTP_HEADER_BYTES && isRtpOrRtcpByte(bytes[0] ?? 0) && !isRtcpType(bytes)
}

/** Whether the datagram is RTCP (RFC 7983 §7, RFC 5761 §4). */
export function isRtcp(bytes: Uint8Array, length: number): boolean {
  return length >= MIN_RTCP_BYTES && isRtpOrRtcpByte(bytes[0] ?? 0) && isRtcpType(bytes)
}

function isRtcpType(bytes: Uint8Array): boolean {
  return ((bytes[1] ?? 0) & 0xe0) === 0xc0
}

/**
 * Bytes of the header with its CSRCs and its extension, which is where the payload begins;
 * -1 when it is no RTP or its header is longer than the packet.
 */
export function rtpHeaderBytes(bytes: Uint8Array, length: number): number {
  const first = bytes[0] ?? 0
  if (length < RTP_HEADER_BYTES || first >> 6 !== 2) return -1
  let end = RTP_HEADER_BYTES + 4 * (first & 0x0f)
  if ((first & EXTENSION_BIT) !== 0) {
    if (end + EXTENSION_HEADER_BYTES > length) return -1
    end += EXTENSION_HEADER_BYTES + 4 * readUint16(bytes, end + 2)
  }
  return end <= length ? end : -1
}

/**
 * Where the payload ends and the padding begins; -1 when the padding is longer than what follows
 * the header. With `headerBytes` from `rtpHeaderBytes`.
 */
export function rtpPayloadEnd(bytes: Uint8Array, length: number, headerBytes: number): number {
  if (((bytes[0] ?? 0) & PADDING_BIT) === 0) return length
  const padding = bytes[length - 1] ?? 0
  return padding === 0 || padding > length - headerBytes ? -1 : length - padding
}

export function hasExtension(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & EXTENSION_BIT) !== 0
}

/** Where the header extension begins, if the packet has one: after the CSRCs. */
export function extensionStart(bytes: Uint8Array): number {
  return RTP_HEADER_BYTES + 4 * ((bytes[0] ?? 0) & 0x0f)
}

export function hasMarker(bytes: Uint8Array): boolean {
  return hasMarkerAt(bytes, 0)
}

/** Of the packet that begins at `offset`. */
export function hasMarkerAt(bytes: Uint8Array, offset: number): boolean {
  return ((bytes[offset + 1] ?? 0) & MARKER_BIT) !== 0
}

export function payloadTypeOf(bytes: Uint8Array): number {
  return (bytes[1] ?? 0) & 0x7f
}

export function sequenceOf(bytes: Uint8Array): number {
  return readUint16(bytes, 2)
}

export function timestampOf(bytes: Uint8Array): number {
  return timestampAt(bytes, 0)
}

/** Of the packet that begins at `offset`. */
export function timestampAt(bytes: Uint8Array, offset: number): number {
  return readUint32(bytes, offset + 4)
}

export function ssrcOf(bytes: Uint8Array): number {
  return readUint32(bytes, 8)
}

export function setHasExtension(bytes: Uint8Array, isSet: boolean): void {
  bytes[0] = isSet ? (bytes[0] ?? 0) | EXTENSION_BIT : (bytes[0] ?? 0) & ~EXTENSION_BIT
}

export function setHasPadding(bytes: Uint8Array, isSet: boolean): void {
  bytes[0] = isSet ? (bytes[0] ?? 0) | PADDING_BIT : (bytes[0] ?? 0) & ~PADDING_BIT
}

export function setMarker(bytes: Uint8Array, isSet: boolean): void {
  bytes[1] = isSet ? (bytes[1] ?? 0) | MARKER_BIT : (bytes[1] ?? 0) & ~MARKER_BIT
}

export function setPayloadType(bytes: Uint8Array, payloadType: number): void {
  bytes[1] = ((bytes[1] ?? 0) & MARKER_BIT) | payloadType
}

export function setSequence(bytes: Uint8Array, sequence: number): void {
  writeUint16(bytes, 2, sequence)
}

export function setTimestamp(bytes: Uint8Array, timestamp: number): void {
  writeUint32(bytes, 4, timestamp)
}

export function setSsrc(bytes: Uint8Array, ssrc: number): void {
  writeUint32(bytes, 8, ssrc)
}
