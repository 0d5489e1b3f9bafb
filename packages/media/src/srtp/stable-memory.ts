import { ptr } from 'bun:ffi'
import type { Address } from './libcrypto.ts'

/**
 * Bytes whose address stays: an array without a buffer of its own is moved when somebody asks for
 * its `buffer`. Their owner has to keep them, for an address alone keeps nothing.
 */
export function stableBytes(size: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(size))
}

/**
 * The address of bytes; of those that are not stable it is good for one call. It takes 20 ns, where
 * remembering it by `buffer` costs 200 to 500 for each new datagram, whose buffer has to be made.
 */
export function addressOf(bytes: Uint8Array): Address {
  return ptr(bytes)
}
