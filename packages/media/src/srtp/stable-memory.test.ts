import { read } from 'bun:ffi'
import { expect, test } from 'bun:test'
import type { Address } from './libcrypto.ts'
import { addressOf, stableBytes } from './stable-memory.ts'

function byteAt(address: Address, offset: number): number {
  return read.u8(address, offset)
}

test('the address of stable bytes stays, whatever is done with them', () => {
  const arrays = Array.from({ length: 100 }, (_, index) => stableBytes(20).fill(index))
  const addresses = arrays.map((bytes) => addressOf(bytes))
  const views = arrays.map((bytes) => new Uint8Array(bytes.buffer, 5))
  Bun.gc(true)
  for (const [index, bytes] of arrays.entries()) {
    bytes[7] = 200
    expect(byteAt(addresses[index] ?? 0, 7)).toBe(200)
    expect(byteAt(addresses[index] ?? 0, 8)).toBe(index)
    expect(addressOf(views[index] ?? bytes)).toBe((addresses[index] ?? 0) + 5)
  }
})

test('the address of a part, and of an array that was moved', () => {
  const bytes = new Uint8Array(20).fill(3)
  const part = bytes.subarray(5)
  part[0] = 9
  expect(byteAt(addressOf(bytes), 5)).toBe(9)
  expect(byteAt(addressOf(part), 0)).toBe(9)
  expect(byteAt(addressOf(new Uint8Array(bytes.buffer, 4)), 1)).toBe(9)
})
