import { expect, test } from 'bun:test'
import { Packet } from '@duet/datagrams'
import { writeChannelData } from '@duet/stun'
import * as fc from 'fast-check'
import { putChannelHeader, takeChannelHeader } from './channel-packet.ts'

const arbitraryNumber = fc.integer({ min: 0x4000, max: 0x4fff })

function channelData(number: number, data: Uint8Array, padding = 0): Uint8Array {
  const bytes = new Uint8Array(4 + data.length + padding)
  writeChannelData(bytes, number, data)
  return bytes
}

test('the header goes on and comes off again, whatever padding follows', () => {
  fc.assert(
    fc.property(
      arbitraryNumber,
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 0, max: 3 }),
      (number, data, padding) => {
        const packet = new Packet()
        packet.wrap(data.slice())
        putChannelHeader(packet, number)
        expect(packet.view()).toEqual(channelData(number, data))
        packet.wrap(channelData(number, data, padding))
        expect(takeChannelHeader(packet)).toBe(number)
        expect(packet.view()).toEqual(data)
      },
    ),
  )
})

test.each([
  ['less than a header', 3],
  ['less than the header says', 8],
])('%s is refused', (_name, length) => {
  const packet = new Packet()
  packet.wrap(channelData(0x4000, new Uint8Array(5)).subarray(0, length))
  expect(takeChannelHeader(packet)).toBe(-1)
})
