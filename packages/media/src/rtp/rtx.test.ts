import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { setPayloadType, setSequence, setSsrc } from './rtp-packet.ts'
import { unwrapRtx, wrapRtx } from './rtx.ts'
import { fromHex } from './testing/bytes.ts'

function bufferWith(packet: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(packet.length + 8)
  buffer.set(packet)
  return buffer
}

test('RFC 4588 §4: the original sequence number goes before the payload', () => {
  const buffer = bufferWith(fromHex('90e0 1234 00000002 00000003 bede0001 10aa0000 0102030405'))
  const length = wrapRtx(buffer, 25)
  setPayloadType(buffer, 97)
  setSequence(buffer, 0x0055)
  setSsrc(buffer, 0x99)
  expect(buffer.subarray(0, length).toHex()).toBe(
    fromHex('90e1 0055 00000002 00000099 bede0001 10aa0000 1234 0102030405').toHex(),
  )
})

test('wrapped and unwrapped is the packet', () => {
  const payloads = fc.uint8Array({ maxLength: 1200 })
  fc.assert(
    fc.property(payloads, fc.integer({ min: 0, max: 0xffff }), (payload, sequence) => {
      const packet = new Uint8Array(16 + payload.length)
      packet.set(fromHex('8160 0000 00000002 00000003 00000004'))
      packet.set(payload, 16)
      setSequence(packet, sequence)
      const buffer = bufferWith(packet)
      const length = wrapRtx(buffer, packet.length)
      setSequence(buffer, 1)
      expect(unwrapRtx(buffer, length)).toBe(packet.length)
      expect(buffer.subarray(0, packet.length).toHex()).toBe(packet.toHex())
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['a probe of padding only', 'a061 0001 00000002 00000003 00000004', 0],
  ['an empty payload', '8061 0001 00000002 00000003', 0],
  ['half a sequence number', '8061 0001 00000002 00000003 12', 0],
  ['a packet without payload', '8061 0001 00000002 00000003 1234', 12],
  ['padding after the packet', 'a061 0001 00000002 00000003 1234 aa 01', 14],
  ['wrong padding', 'a061 0001 00000002 00000003 1234 aa 09', -1],
  ['no RTP', '0061 0001 00000002 00000003 1234', -1],
  ['a header that is cut off', '8f61 0001 00000002 00000003 1234', -1],
])('unwrapping %s', (_name, hex, expected) => {
  const bytes = fromHex(hex)
  expect(unwrapRtx(bytes, bytes.length)).toBe(expected)
})

test('wrapping what is malformed, or without room', () => {
  expect(wrapRtx(new Uint8Array(64), 40)).toBe(-1)
  expect(wrapRtx(fromHex('8061 0001 00000002 00000003 12'), 13)).toBe(-1)
})
