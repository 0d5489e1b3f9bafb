import { describe, expect, test } from 'bun:test'
import { fromHex } from '../testing/bytes.ts'
import { parseRtcp } from './parse.ts'
import type { RtcpPacket } from './rtcp-packet.ts'

const BLOCK = '0000000a 40ffffff 00010005 00000007 aabbccdd 00010000'
const READ_BLOCK = {
  ssrc: 10,
  fractionLost: 0x40,
  lost: -1,
  highestSequence: 0x1_0005,
  jitter: 7,
  lastSenderReport: 0xaa_bb_cc_dd,
  delaySinceSenderReport: 0x1_0000,
}

function parsed(hex: string): RtcpPacket[] | undefined {
  const bytes = fromHex(hex)
  return parseRtcp(bytes, bytes.length)
}

test.each<[string, string, RtcpPacket]>([
  [
    'RFC 3550 §6.4.1: a sender report',
    `81c8000c 00000001 e0000000 80000000 0000ffff 00000010 00001000 ${BLOCK}`,
    {
      type: 'sender-report',
      ssrc: 1,
      ntpSeconds: 0xe000_0000,
      ntpFraction: 0x8000_0000,
      rtpTimestamp: 0xffff,
      packets: 16,
      bytes: 4096,
      reports: [READ_BLOCK],
    },
  ],
  [
    'RFC 3550 §6.4.2: a receiver report',
    `81c90007 00000001 ${BLOCK}`,
    { type: 'receiver-report', ssrc: 1, reports: [READ_BLOCK] },
  ],
  [
    'RFC 3550 §6.4.2: an empty receiver report',
    '80c90001 00000001',
    { type: 'receiver-report', ssrc: 1, reports: [] },
  ],
  [
    'RFC 3550 §6.4.3: a receiver report with an extension of its profile',
    '80c90002 00000001 01020304',
    { type: 'receiver-report', ssrc: 1, reports: [] },
  ],
  [
    'RFC 3550 §6.5: CNAMEs, with other items and other sources',
    '82ca0006 00000001 01036d6d6d 020161 00000000 00000002 01016e00',
    {
      type: 'source-description',
      chunks: [
        { ssrc: 1, cname: 'mmm' },
        { ssrc: 2, cname: 'n' },
      ],
    },
  ],
  [
    'RFC 3550 §6.6: a goodbye with a reason',
    '82cb0004 00000001 00000002 03666f6f 00000000',
    { type: 'bye', ssrcs: [1, 2] },
  ],
  [
    'RFC 4585 §6.2.1: a NACK across the wrap-around',
    '81cd0004 00000001 00000002 fffe8005 00100000',
    {
      type: 'nack',
      sender: 1,
      media: 2,
      sequences: [0xfffe, 0xffff, 1, 14, 16],
    },
  ],
  [
    'RFC 4585 §6.3.1: a picture loss indication',
    '81ce0002 00000001 00000002',
    { type: 'pli', sender: 1, media: 2 },
  ],
  [
    'RFC 5104 §4.3.1: full intra requests',
    '84ce0006 00000001 00000000 00000002 07000000 00000003 ff000000',
    {
      type: 'fir',
      sender: 1,
      requests: [
        { ssrc: 2, sequence: 7 },
        { ssrc: 3, sequence: 255 },
      ],
    },
  ],
  [
    'draft-alvestrand-rmcat-remb: an estimate',
    '8fce0005 00000001 00000000 52454d42 010a884a 48bb1a91',
    { type: 'remb', sender: 1, bitrate: 0x2_88_4a * 4, ssrcs: [0x48_bb_1a_91] },
  ],
])('%s', (_name, hex, expected) => {
  expect(parsed(hex)).toEqual([expected])
})

test('a feedback of Chromium', () => {
  const [feedback] = parsed('afcd0005 fa17fa17 43032fa0 00990001 3de80217 20019401') ?? []
  expect(feedback).toEqual({
    type: 'transport-feedback',
    sender: 0xfa_17_fa_17,
    media: 0x43_03_2f_a0,
    baseSequence: 153,
    feedbackCount: 23,
    arrivals: Float64Array.of(0x3d_e8_02 * 64_000 + 0x94 * 250),
  })
})

describe('RFC 3550 §6.1: compound packets', () => {
  test('are read in order, what is unknown left out', () => {
    const packets = parsed(
      '80c90001 00000001  80cf0001 00000009  81ce0002 00000001 00000002  81cb0001 00000001',
    )
    expect(packets?.map(({ type }) => type)).toEqual(['receiver-report', 'pli', 'bye'])
  })

  test('padding of the last packet is not its content', () => {
    expect(parsed('a1cd0004 00000001 00000002 00050000 00000004')).toEqual([
      { type: 'nack', sender: 1, media: 2, sequences: [5] },
    ])
  })

  test.each([
    ['a packet that is longer than the datagram', '80c90002 00000001'],
    ['bytes after the last packet', '80c90001 00000001 80'],
    ['another version', '40c90001 00000001'],
    ['another version in the second packet', '80c90001 00000001 00c90001 00000001'],
    ['padding that is longer than its packet', 'a0c90001 00000009'],
    ['padding of nothing', 'a0c90001 00000000'],
  ])('are refused as a whole: %s', (_name, hex) => {
    expect(parsed(hex)).toBeUndefined()
  })

  test.each([
    ['a report without all of its blocks', '82c90007 00000001', BLOCK],
    ['a sender report without its fields', '80c80001 00000001', ''],
    ['an SDES item that is too long', '81ca0002 00000001 01ff6100', ''],
    ['SDES items without an end', '81ca0002 00000001 01026161', ''],
    ['a goodbye of more sources than there are', '82cb0001 00000001', ''],
    ['a NACK of nothing', '81cd0002 00000001 00000002', ''],
    ['feedback without a source', '81ce0001 00000001', ''],
    ['a FIR of nothing', '84ce0002 00000001 00000000', ''],
    ['application feedback that is no REMB', '8fce0004 00000001 00000000 41424344 00000000', ''],
    ['a REMB of more sources than there are', '8fce0004 00000001 00000000 52454d42 010a884a', ''],
  ])('are read without %s', (_name, hex, more) => {
    const types = parsed(`80c90001 00000005 ${hex} ${more} 81cb0001 00000006`)
    expect(types?.map(({ type }) => type)).toEqual(['receiver-report', 'bye'])
  })
})
