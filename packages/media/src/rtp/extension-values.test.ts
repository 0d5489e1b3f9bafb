import { expect, test } from 'bun:test'
import {
  absSendTime,
  readAbsSendTime,
  readAudioLevel,
  readTransportSequence,
  replaceAbsSendTime,
  replaceTransportSequence,
} from './extension-values.ts'
import { fromHex } from './testing/bytes.ts'

/** 1: audio level, 2: abs-send-time, 3: transport-wide sequence number. */
const PACKET = '9060 0001 00000002 00000003 bede0003 1085 22 123456 31 abcd 0000'
const HEADER_BYTES = 28

test('values are read where they are and nowhere else', () => {
  const packet = fromHex(PACKET)
  expect(readAudioLevel(packet, HEADER_BYTES, 1)).toBe(5)
  expect(readAbsSendTime(packet, HEADER_BYTES, 2)).toBe(0x12_34_56)
  expect(readTransportSequence(packet, HEADER_BYTES, 3)).toBe(0xabcd)
  expect(readAudioLevel(packet, HEADER_BYTES, 4)).toBe(-1)
  expect(readAbsSendTime(packet, HEADER_BYTES, 3)).toBe(-1)
  expect(readTransportSequence(packet, HEADER_BYTES, 1)).toBe(-1)
})

test('values are replaced in place', () => {
  const packet = fromHex(PACKET)
  expect(replaceTransportSequence(packet, HEADER_BYTES, { id: 3, sequence: 0x0102 })).toBe(true)
  expect(replaceAbsSendTime(packet, HEADER_BYTES, { id: 2, time: 0xaa_bb_cc })).toBe(true)
  expect(packet.toHex()).toBe(
    fromHex(PACKET.replace('abcd', '0102').replace('123456', 'aabbcc')).toHex(),
  )
  expect(replaceTransportSequence(packet, HEADER_BYTES, { id: 1, sequence: 1 })).toBe(false)
  expect(replaceAbsSendTime(packet, HEADER_BYTES, { id: 3, time: 1 })).toBe(false)
})

test.each([
  [0, 0],
  [1_000_000, 1 << 18],
  [1_500_000, (1 << 18) + (1 << 17)],
  [63_999_999, 0xff_ff_ff],
  [64_000_000, 0],
  [1_700_000_000_000_000, (1_700_000_000 % 64) << 18],
])('abs-send-time of %d µs is %d', (timeUs, expected) => {
  expect(absSendTime(timeUs)).toBe(expected)
})
