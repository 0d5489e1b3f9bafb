import { expect, test } from 'bun:test'
import { WriteBacklog } from './write-backlog.ts'

test('attack 16: frames without data are bounded in number, not only in bytes', () => {
  let room = 0
  const backlog = new WriteBacklog((bytes) => Math.min(bytes.length, room), 262_144)
  const frame = Uint8Array.of(0x40, 0, 0, 0)
  const kept = Array.from({ length: 5000 }, () => backlog.push(frame)).filter(Boolean)
  expect([kept.length, backlog.bytes]).toEqual([1024, 4096])
  room = Infinity
  backlog.drain()
  expect([backlog.bytes, backlog.push(frame)]).toEqual([0, true])
})

test('what was begun is finished, and what is too much is dropped whole', () => {
  const written: number[] = []
  let room = 3
  const write = (bytes: Uint8Array): number => {
    const taken = Math.min(bytes.length, room)
    room -= taken
    written.push(...bytes.subarray(0, taken))
    return taken
  }
  const backlog = new WriteBacklog(write, 10)
  const frame = (byte: number): Uint8Array => new Uint8Array(5).fill(byte)
  expect([1, 2, 3, 4].map((byte) => backlog.push(frame(byte)))).toEqual([true, true, false, false])
  room = Infinity
  backlog.drain()
  expect(written).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
})
