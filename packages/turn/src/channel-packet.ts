import type { Packet } from '@duet/datagrams'
import { CHANNEL_HEADER_BYTES } from '@duet/stun'

/**
 * Takes the header of ChannelData off (RFC 8656 §12.4), and what lies behind the data: padding.
 * Returns the channel number, or -1 when less came than the header says.
 */
export function takeChannelHeader(packet: Packet): number {
  const { bytes, start, length } = packet
  if (length < CHANNEL_HEADER_BYTES) return -1
  const dataBytes = (bytes[start + 2]! << 8) | bytes[start + 3]!
  if (CHANNEL_HEADER_BYTES + dataBytes > length) return -1
  packet.start = start + CHANNEL_HEADER_BYTES
  packet.end = packet.start + dataBytes
  return (bytes[start]! << 8) | bytes[start + 1]!
}

/** Puts the header of ChannelData before a packet. */
export function putChannelHeader(packet: Packet, number: number): void {
  const { length } = packet
  packet.prepend(CHANNEL_HEADER_BYTES)
  const { bytes, start } = packet
  bytes[start] = number >> 8
  bytes[start + 1] = number
  bytes[start + 2] = length >> 8
  bytes[start + 3] = length
}
