import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { PacketCache } from './packet-cache.ts'

function packetOf(sequence: number, length = 1000): Uint8Array {
  return new Uint8Array(length).fill(sequence & 0xff)
}

function store(cache: PacketCache, sequence: number, bytes: Uint8Array, nowMs: number): void {
  const { length } = bytes
  cache.store(sequence, { bytes, length, headerBytes: 12, isKeyFrame: false, nowMs }, length)
}

function found(cache: PacketCache, sequence: number): Uint8Array | undefined {
  const offset = cache.find(sequence)
  return offset < 0 ? undefined : cache.bytes.slice(offset, offset + cache.lengthOf(sequence))
}

test('what was stored is found as it was', () => {
  const cache = new PacketCache({ maxBytes: 65_536, keptMs: 1_000 })
  const bytes = new Uint8Array(2048)
  bytes.set(packetOf(7, 100))
  const nowMs = 1_700_000_000_123
  cache.store(7, { bytes, length: 100, headerBytes: 24, isKeyFrame: false, nowMs }, 90)
  bytes.fill(0)
  expect(found(cache, 7)).toEqual(packetOf(7, 100))
  expect([cache.payloadStart(7), cache.payloadEnd(7)]).toEqual([24, 90])
  for (const passed of [0, 1, 3 * 7 * 86_400_000]) {
    if (passed > 0) store(cache, 9, packetOf(9, 100), nowMs + passed)
    expect(cache.arrivedMs(7)).toBe(nowMs)
  }
  expect(found(cache, 8)).toBeUndefined()
  expect(found(cache, 7 + 1024)).toBeUndefined()
})

test('each packet is whole or gone, whatever is stored', () => {
  const cache = new PacketCache({ maxBytes: 65_536, keptMs: 1_000 })
  for (let count = 0; count < 5_000; count += 1) {
    const length = 50 + ((count * 7919) % 1200)
    store(cache, count & 0xffff, packetOf(count, length), count)
    for (let back = 0; back < 1024; back += 37) {
      const sequence = count - back
      if (sequence < 0) continue
      const packet = found(cache, sequence)
      if (packet) expect(packet).toEqual(packetOf(sequence, 50 + ((sequence * 7919) % 1200)))
    }
    expect(found(cache, count)).toBeDefined()
  }
})

test('nothing is lost as it grows', () => {
  const cache = new PacketCache({ maxBytes: 262_144, keptMs: 1_000 })
  for (let count = 0; count < 200; count += 1) {
    store(cache, count, packetOf(count), count * 10)
    for (let back = 0; back < Math.min(count, 30); back += 1) {
      expect(found(cache, count - back)).toEqual(packetOf(count - back))
    }
  }
  expect(cache.bytes.length).toBe(131_072)
})

test('nothing is found once it was cleared', () => {
  const cache = new PacketCache({ maxBytes: 65_536, keptMs: 1_000 })
  for (let count = 0; count < 50; count += 1) store(cache, count, packetOf(count), count)
  cache.clear()
  for (let count = 0; count < 50; count += 1) expect(cache.find(count)).toBe(-1)
  store(cache, 50, packetOf(50), 50)
  expect(found(cache, 50)).toEqual(packetOf(50))
})

test.each([
  ['a slow track stays small', 100, 100, 8_192],
  ['a fast one grows until it holds a second', 10, 1000, 131_072],
  ['up to the bound', 1, 1200, 262_144],
])('%s', (_, everyMs, length, size) => {
  const cache = new PacketCache({ maxBytes: 262_144, keptMs: 1_000 })
  for (let count = 0; count < 4_000; count += 1) {
    store(cache, count, packetOf(count, length), count * everyMs)
  }
  expect(cache.bytes.length).toBe(size)
})

test('it does not grow by what is lost', () => {
  const cache = new PacketCache({ maxBytes: 262_144, keptMs: 1_000 })
  for (let count = 0; count < 4_000; count += 1) {
    if (count % 17 !== 0) store(cache, count, packetOf(count, 200), count * 20)
  }
  expect(cache.bytes.length).toBe(16_384)
})

test('what is too long for it is left out', () => {
  const cache = new PacketCache({ maxBytes: 65_536, keptMs: 1_000 })
  store(cache, 1, new Uint8Array(40_000), 0)
  expect(cache.find(1)).toBe(-1)
})

test('a burst after a quiet time is whole, wherever the ring was', () => {
  for (let quiet = 300; quiet < 500; quiet += 1) {
    const cache = new PacketCache({ maxBytes: 1_048_576, keptMs: 1_000 })
    for (let count = 0; count < quiet; count += 1) {
      store(cache, count, packetOf(count, 360), count * 100)
    }
    const sequences = Array.from({ length: 31 }, (_, index) => quiet + index)
    for (const sequence of sequences) {
      store(cache, sequence, packetOf(sequence, 1112), quiet * 100)
    }
    for (const sequence of sequences) {
      expect(found(cache, sequence)).toEqual(packetOf(sequence, 1112))
    }
  }
})

test('what is found is what was stored, and nothing young is overwritten as long as it may grow', () => {
  const packet = fc.record({
    skipped: fc.constantFrom(0, 0, 0, 1, 40),
    length: fc.integer({ min: 12, max: 1500 }),
    passedMs: fc.constantFrom(0, 0, 1, 20, 300),
  })
  fc.assert(
    fc.property(fc.array(packet, { minLength: 50, maxLength: 400 }), (packets) => {
      const cache = new PacketCache({ maxBytes: 2 ** 24, keptMs: 1_000 })
      const stored: { sequence: number; length: number; atMs: number }[] = []
      let [sequence, nowMs] = [65_400, 0]
      for (const { skipped, length, passedMs } of packets) {
        sequence = (sequence + 1 + skipped) & 0xffff
        nowMs += passedMs
        store(cache, sequence, packetOf(sequence, length), nowMs)
        stored.push({ sequence, length, atMs: nowMs })
      }
      for (const { sequence: each, length, atMs } of stored.slice(-20)) {
        const kept = found(cache, each)
        if (nowMs - atMs < 1_000) expect(kept).toBeDefined()
        if (kept) expect(kept).toEqual(packetOf(each, length))
      }
    }),
    { numRuns: 60 },
  )
})
