import { read } from 'bun:ffi'
import { expect, test } from 'bun:test'
import { addressOf, stableBytes } from './stable-memory.ts'

function byteAt(address: number, offset: number): number {
  return read.u8(address, offset)
}

test('an address stays that of the bytes, whatever is done with the array', () => {
  const arrays = Array.from({ length: 100 }, (_, index) => new Uint8Array(20).fill(index))
  const addresses = arrays.map((bytes) => addressOf(bytes))
  const views = arrays.map((bytes) => bytes.subarray(5))
  Bun.gc(true)
  for (const [index, bytes] of arrays.entries()) {
    bytes[7] = 200
    expect(byteAt(addresses[index] ?? 0, 7)).toBe(200)
    expect(byteAt(addresses[index] ?? 0, 8)).toBe(index)
    expect(addressOf(views[index] ?? bytes)).toBe((addresses[index] ?? 0) + 5)
    expect(addressOf(bytes)).toBe(addresses[index] ?? 0)
  }
})

test('two buffers in turn have their own addresses', () => {
  const [one, other] = [stableBytes(8).fill(1), stableBytes(8).fill(2)]
  for (let round = 0; round < 3; round += 1) {
    expect(byteAt(addressOf(one), 0)).toBe(1)
    expect(byteAt(addressOf(other), 0)).toBe(2)
  }
})
