import { recordsOf } from '../records.ts'

const RECORD_HEADER_BYTES = 13
const HANDSHAKE_HEADER_BYTES = 12

/** A record of nonsense or of a plaintext message, as anybody can write it. */
export function record(options: {
  type: number
  epoch: number
  number?: number
  body: Uint8Array
}): Uint8Array {
  const { type, epoch, number = 0, body } = options
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, type)
  view.setUint16(1, 0xfefd)
  view.setUint16(3, epoch)
  view.setUint32(7, number)
  view.setUint16(11, body.length)
  bytes.set(body, RECORD_HEADER_BYTES)
  return bytes
}

/** The one handshake message of a datagram as two fragments, each a datagram (RFC 6347 §4.2.3). */
export function fragment(datagram: Uint8Array, at: number): [Uint8Array, Uint8Array] {
  const { bytes } = recordsOf(datagram)[0]!
  const message = bytes.subarray(RECORD_HEADER_BYTES)
  const body = message.subarray(HANDSHAKE_HEADER_BYTES)
  const part = (start: number, end: number, number: number) => {
    const piece = new Uint8Array(HANDSHAKE_HEADER_BYTES + end - start)
    piece.set(message.subarray(0, HANDSHAKE_HEADER_BYTES))
    new DataView(piece.buffer).setUint16(7, start)
    new DataView(piece.buffer).setUint16(10, end - start)
    piece.set(body.subarray(start, end), HANDSHAKE_HEADER_BYTES)
    return record({ type: 22, epoch: 0, number, body: piece })
  }
  return [part(0, at, 0), part(at, body.length, 1)]
}
