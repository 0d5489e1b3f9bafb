/** RFC 6347 §4.1: type, version, epoch, sequence number and length. */
export const HEADER_BYTES = 13
const EPOCH_OFFSET = 3
const NUMBER_OFFSET = 5
const LENGTH_OFFSET = 11

/** RFC 5246 §6.2.1. */
export const CONTENT_TYPE = { changeCipherSpec: 20, alert: 21, handshake: 22 } as const

/** One record of a datagram. */
export interface DtlsRecord {
  type: number
  /** 0: plaintext. 1: encrypted with what the handshake agreed upon. */
  epoch: number
  /** With its header. */
  bytes: Uint8Array
}

/** The records of a datagram, up to the first that is not whole (RFC 6347 §4.1.2.7). */
export function recordsOf(datagram: Uint8Array): DtlsRecord[] {
  const records: DtlsRecord[] = []
  for (let start = 0; start + HEADER_BYTES <= datagram.length;) {
    const end = start + HEADER_BYTES + uint16(datagram, start + LENGTH_OFFSET)
    if (end > datagram.length) break
    const bytes = datagram.subarray(start, end)
    records.push({ type: bytes[0]!, epoch: uint16(bytes, EPOCH_OFFSET), bytes })
    start = end
  }
  return records
}

/** A copy of a plaintext record under another number, which no key protects. */
export function renumbered({ bytes }: DtlsRecord, number: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const view = new DataView(copy.buffer)
  view.setUint16(NUMBER_OFFSET, 0)
  view.setUint32(NUMBER_OFFSET + 2, number)
  return copy
}

/** The same records as few datagrams of at most `maxBytes`; a longer record goes alone. */
export function pack(records: readonly Uint8Array[], maxBytes: number): Uint8Array[] {
  const datagrams: Uint8Array[][] = []
  let room = 0
  for (const bytes of records) {
    if (bytes.length > room) {
      datagrams.push([])
      room = maxBytes
    }
    datagrams.at(-1)!.push(bytes)
    room -= bytes.length
  }
  return datagrams.map(joined)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}
