import {
  ATTRIBUTE,
  encodeMessage,
  encodeUint32,
  encodeXorAddress,
  type StunAttribute,
  type TransportAddress,
} from '@duet/stun'

/** LIFETIME 0. */
export const NO_LIFETIME: StunAttribute = { type: ATTRIBUTE.lifetime, value: encodeUint32(0) }

export function peerAttribute(peer: TransportAddress, transactionId: Uint8Array): StunAttribute {
  return { type: ATTRIBUTE.xorPeerAddress, value: encodeXorAddress(peer, transactionId) }
}

/** The message with attributes after its end and a length that counts them. */
export function append(bytes: Uint8Array, ...attributes: StunAttribute[]): Uint8Array {
  const empty = { class: 'request', method: 1, transactionId: new Uint8Array(12) } as const
  const tail = encodeMessage({ ...empty, attributes }).subarray(20)
  const all = new Uint8Array([...bytes, ...tail])
  new DataView(all.buffer).setUint16(2, all.length - 20)
  return all
}

/** The same with a right FINGERPRINT after all. */
export function appendWithFingerprint(
  bytes: Uint8Array,
  ...attributes: StunAttribute[]
): Uint8Array {
  const all = append(bytes, ...attributes, {
    type: ATTRIBUTE.fingerprint,
    value: new Uint8Array(4),
  })
  new DataView(all.buffer).setUint32(all.length - 4, fingerprintOf(all.subarray(0, -8)))
  return all
}

/** A CRC with the length that the bytes have in their header. */
function fingerprintOf(bytes: Uint8Array): number {
  return (Bun.hash.crc32(bytes) ^ 0x5354_554e) >>> 0
}

/** A copy with one bit changed. */
export function withBit(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)))
}

/** Where the attribute of `type` begins; throws when there is none. */
export function offsetOf(bytes: Uint8Array, type: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let offset = 20; offset < bytes.length;) {
    if (view.getUint16(offset) === type) return offset
    const length = view.getUint16(offset + 2)
    offset += 4 + length + (-length & 3)
  }
  throw new Error('there is no such attribute')
}
