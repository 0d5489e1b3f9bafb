/** Bytes of channel number and length before the data (RFC 8656 §12.4). */
export const CHANNEL_HEADER_BYTES = 4
/** The channel numbers that RFC 8656 §12 leaves to be bound. */
export const FIRST_CHANNEL = 0x4000
export const LAST_CHANNEL = 0x4fff
/** Until RFC 8656 channel numbers went up to here (RFC 5766 §11). */
export const LAST_LEGACY_CHANNEL = 0x7ffe

/** Whether a datagram or frame with this first byte is ChannelData (RFC 7983 §7). */
export function isChannelDataByte(byte: number, lastChannel: number = LAST_CHANNEL): boolean {
  return byte >= FIRST_CHANNEL >> 8 && byte <= lastChannel >> 8
}

/** The channel number of a ChannelData message. */
export function channelNumberOf(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
}

/** The data of a ChannelData message, as a view; undefined when it is longer than what came. */
export function channelPayloadOf(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < CHANNEL_HEADER_BYTES) return undefined
  const end = CHANNEL_HEADER_BYTES + (((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0))
  return end > bytes.length ? undefined : bytes.subarray(CHANNEL_HEADER_BYTES, end)
}

/** The bytes of a ChannelData message with `payloadBytes` of data, padded as on a stream. */
export function channelDataBytes(payloadBytes: number, isStream: boolean): number {
  return CHANNEL_HEADER_BYTES + payloadBytes + (isStream ? -payloadBytes & 3 : 0)
}

/** Writes a ChannelData message to the start of `target`; returns its bytes. Padding is zero. */
export function writeChannelData(
  target: Uint8Array,
  number: number,
  payload: Uint8Array,
  isStream = false,
): number {
  const total = channelDataBytes(payload.length, isStream)
  target[0] = number >> 8
  target[1] = number
  target[2] = payload.length >> 8
  target[3] = payload.length
  target.set(payload, CHANNEL_HEADER_BYTES)
  target.fill(0, CHANNEL_HEADER_BYTES + payload.length, total)
  return total
}
