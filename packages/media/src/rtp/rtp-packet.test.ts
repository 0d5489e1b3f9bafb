import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import * as rtp from './rtp-packet.ts'
import { fromHex } from './testing/bytes.ts'

const PLAIN = '8060 0001 00000002 00000003'

test.each([
  ['RTP', PLAIN, 'rtp'],
  ['RTP with the marker and payload type 63', '80bf 0001 00000002 00000003', 'rtp'],
  ['RTP with the marker and payload type 96', '80e0 0001 00000002 00000003', 'rtp'],
  ['RTP without its whole header', '8060 0001 00000002 000000', 'neither'],
  ['a sender report', '80c8 0001 00000002', 'rtcp'],
  ['feedback', '81cd 0001 00000002', 'rtcp'],
  ['RTCP of payload types 64 and 95', '80c0 0001 00000002 00000003', 'rtcp'],
  ['RTCP without an SSRC', '80c9 0000 000000', 'neither'],
  ['STUN', '0001 0000 2112a442 00000000 00000000', 'neither'],
  ['DTLS', '16fe fd00 00000000 00000000', 'neither'],
  ['a TURN channel', '4000 0008 00000000 00000000', 'neither'],
  ['version 3', 'c060 0001 00000002 00000003', 'neither'],
  ['nothing', '', 'neither'],
])('RFC 7983, RFC 5761: %s', (_name, hex, kind) => {
  const bytes = fromHex(hex)
  expect([rtp.isRtp(bytes, bytes.length), rtp.isRtcp(bytes, bytes.length)]).toEqual([
    kind === 'rtp',
    kind === 'rtcp',
  ])
})

test.each([
  ['the fixed header', PLAIN, 12],
  ['two CSRCs', '8260 0001 00000002 00000003 00000004 00000005', 20],
  ['an extension of two words', '9060 0001 00000002 00000003 bede0002 00000000 00000000', 24],
  ['an empty extension', '9060 0001 00000002 00000003 bede0000', 16],
  ['CSRC and extension', '9160 0001 00000002 00000003 00000004 bede0001 00000000', 24],
  ['a CSRC that is missing', '8160 0001 00000002 00000003 000000', -1],
  ['an extension that is cut off', '9060 0001 00000002 00000003 bede0001 000000', -1],
  ['an extension header that is cut off', '9060 0001 00000002 00000003 bede00', -1],
  ['another version', '4060 0001 00000002 00000003', -1],
  ['too short', '8060 0001 00000002 000000', -1],
])('RFC 3550 §5.1: %s', (_name, hex, expected) => {
  const bytes = fromHex(hex)
  expect(rtp.rtpHeaderBytes(bytes, bytes.length)).toBe(expected)
})

test('bytes of the buffer after the packet are not of the packet', () => {
  const bytes = fromHex('9060 0001 00000002 00000003 bede0001 00000000')
  expect(rtp.rtpHeaderBytes(bytes, 20)).toBe(20)
  expect(rtp.rtpHeaderBytes(bytes, 19)).toBe(-1)
})

test.each([
  ['no padding', '8060 0001 00000002 00000003 aabbcc03', 16],
  ['three bytes', 'a060 0001 00000002 00000003 aa000003', 13],
  ['only padding', 'a060 0001 00000002 00000003 00000004', 12],
  ['more than the payload', 'a060 0001 00000002 00000003 00000005', -1],
  ['none in spite of the bit', 'a060 0001 00000002 00000003 aabbcc00', -1],
])('RFC 3550 §5.1, padding: %s', (_name, hex, expected) => {
  const bytes = fromHex(hex)
  expect(rtp.rtpPayloadEnd(bytes, bytes.length, 12)).toBe(expected)
})

test('the fields of a header', () => {
  const bytes = fromHex('80e5 fffe 89abcdef fedcba98')
  expect(rtp.hasMarker(bytes)).toBe(true)
  expect(rtp.hasExtension(bytes)).toBe(false)
  expect(rtp.payloadTypeOf(bytes)).toBe(101)
  expect(rtp.sequenceOf(bytes)).toBe(0xfffe)
  expect(rtp.timestampOf(bytes)).toBe(0x89ab_cdef)
  expect(rtp.ssrcOf(bytes)).toBe(0xfedc_ba98)
})

test('what is written is read, and nothing else changes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 12, maxLength: 12 }),
      fc.record({
        payloadType: fc.integer({ min: 0, max: 127 }),
        marker: fc.boolean(),
        padding: fc.boolean(),
        extension: fc.boolean(),
        sequence: fc.integer({ min: 0, max: 0xffff }),
        timestamp: fc.integer({ min: 0, max: 0xffff_ffff }),
        ssrc: fc.integer({ min: 0, max: 0xffff_ffff }),
      }),
      (bytes, fields) => {
        const first = bytes[0] ?? 0
        rtp.setMarker(bytes, fields.marker)
        rtp.setPayloadType(bytes, fields.payloadType)
        rtp.setSequence(bytes, fields.sequence)
        rtp.setTimestamp(bytes, fields.timestamp)
        rtp.setSsrc(bytes, fields.ssrc)
        rtp.setHasPadding(bytes, fields.padding)
        rtp.setHasExtension(bytes, fields.extension)
        expect(rtp.hasMarker(bytes)).toBe(fields.marker)
        expect(rtp.payloadTypeOf(bytes)).toBe(fields.payloadType)
        expect(rtp.sequenceOf(bytes)).toBe(fields.sequence)
        expect(rtp.timestampOf(bytes)).toBe(fields.timestamp)
        expect(rtp.ssrcOf(bytes)).toBe(fields.ssrc)
        expect(rtp.hasExtension(bytes)).toBe(fields.extension)
        const bits = (fields.padding ? 0x20 : 0) | (fields.extension ? 0x10 : 0)
        expect(bytes[0]).toBe((first & 0xcf) | bits)
      },
    ),
    { numRuns: 500 },
  )
})
