import type { SrtpKeys, SrtpProfile } from '../keys.ts'
import { PROFILE_SIZES } from '../profile.ts'

/** A buffer with room for the overhead, and the packet at its start. */
export function bufferWith(packet: Uint8Array, room = 64): Uint8Array {
  const buffer = new Uint8Array(packet.length + room)
  buffer.set(packet)
  return buffer
}

export interface RtpFields {
  sequence: number
  ssrc?: number
  payload?: Uint8Array
  csrcs?: number
  /** Words of a header extension. */
  extensionWords?: number
}

/** An RTP packet with these fields. */
export function rtpPacket(fields: RtpFields): Uint8Array {
  const { sequence, ssrc = 0xcafe_f00d, payload = new Uint8Array(40).fill(0x5a) } = fields
  const { csrcs = 0, extensionWords } = fields
  const extension = extensionWords === undefined ? 0 : 4 + 4 * extensionWords
  const packet = new Uint8Array(12 + 4 * csrcs + extension + payload.length)
  const view = new DataView(packet.buffer)
  packet[0] = 0x80 | csrcs | (extension > 0 ? 0x10 : 0)
  packet[1] = 96
  view.setUint16(2, sequence)
  view.setUint32(4, 0x1234_5678)
  view.setUint32(8, ssrc)
  if (extension > 0) view.setUint32(12 + 4 * csrcs, (0xbede << 16) | (extensionWords ?? 0))
  packet.set(payload, packet.length - payload.length)
  return packet
}

/** A receiver report without blocks, and `bytes` of something after it. */
export function rtcpPacket(ssrc = 0xcafe_f00d, bytes = 24): Uint8Array {
  const packet = new Uint8Array(8 + bytes).fill(0x33)
  const view = new DataView(packet.buffer)
  view.setUint32(0, 0x80c9_0001)
  view.setUint32(4, ssrc)
  return packet
}

/** Keys of both sides of a session, made from `seed`: what one sends, the other receives. */
export function pairOfKeys(profile: SrtpProfile, seed = 1): [SrtpKeys, SrtpKeys] {
  const { key, salt } = PROFILE_SIZES[profile]
  const master = (start: number) => ({
    key: Uint8Array.from({ length: key }, (_, index) => start + 3 * index),
    salt: Uint8Array.from({ length: salt }, (_, index) => start + 100 + 7 * index),
  })
  const [local, remote] = [master(seed), master(seed + 50)]
  return [
    { profile, local, remote },
    { profile, local: remote, remote: local },
  ]
}
