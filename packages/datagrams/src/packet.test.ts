import { expect, test } from 'bun:test'
import { Packet } from './packet.ts'

const bytes = Uint8Array.from({ length: 300 }, (_, index) => index & 0xff)

/** The first bytes of what `fromStart` gives, and whether it goes on behind the packet. */
function startOf(packet: Packet): [first: number | undefined, goesOn: boolean] {
  const buffer = packet.fromStart()
  return [buffer[0], buffer.length > packet.length]
}

test('its buffer begins with it, wherever its start is moved to', () => {
  const packet = new Packet()
  packet.place(bytes, 100, 150, bytes.subarray(100))
  expect(startOf(packet)).toEqual([100, true])
  packet.start += 4
  expect(startOf(packet)).toEqual([104, true])
  packet.prepend(10)
  expect(startOf(packet)).toEqual([94, true])
  packet.place(bytes, 120, 130)
  expect(startOf(packet)).toEqual([120, true])
})

test('the view of the place where it was received is used as it is', () => {
  const packet = new Packet()
  const slot = bytes.subarray(100)
  packet.place(bytes, 100, 150, slot)
  expect(packet.fromStart()).toBe(slot)
})

test('one that stands alone has a buffer of its own bytes', () => {
  const packet = new Packet()
  packet.place(bytes, 100, 150, bytes.subarray(100))
  const alone = Uint8Array.of(7, 8, 9)
  packet.wrap(alone)
  expect(packet.fromStart()).toBe(alone)
  packet.wrap(bytes, 20, 40)
  expect(startOf(packet)).toEqual([20, true])
})
