import { ptr } from 'bun:ffi'
import type { Address } from './libcrypto.ts'

let lastBuffer: ArrayBufferLike | undefined
let lastAddress: Address = 0

/** Bytes whose address never changes: a small array without a buffer of its own may be moved. */
export function stableBytes(size: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(size))
}

/**
 * The address of bytes. Packets mostly lie in the same few buffers, so that of the latest one is
 * remembered; asking for `buffer` gives an array a place that stays. A buffer that was transferred
 * leaves an array of no length, which callers must have refused.
 */
export function addressOf(bytes: Uint8Array): Address {
  const { buffer } = bytes
  if (buffer !== lastBuffer) {
    lastAddress = ptr(buffer)
    lastBuffer = buffer
  }
  return lastAddress + bytes.byteOffset
}
