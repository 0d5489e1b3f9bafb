import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { writeBye } from './bye.ts'
import { writeFir, writePli } from './key-frame-requests.ts'
import { writeNack } from './nack.ts'
import { parseRtcp } from './parse.ts'
import { writeRemb } from './receiver-estimate.ts'
import { writeReceiverReport, writeSenderReport } from './reports.ts'
import type { RtcpPacket } from './rtcp-packet.ts'
import { writeCname } from './source-description.ts'

const uint8 = fc.integer({ min: 0, max: 0xff })
const uint16 = fc.integer({ min: 0, max: 0xffff })
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
const ssrcs = fc.array(uint32, { maxLength: 31 })
const reports = fc.array(
  fc.record({
    ssrc: uint32,
    fractionLost: uint8,
    lost: fc.integer({ min: -0x80_00_00, max: 0x7f_ff_ff }),
    highestSequence: uint32,
    jitter: uint32,
    lastSenderReport: uint32,
    delaySinceSenderReport: uint32,
  }),
  { maxLength: 31 },
)

/** Rises from any number on and may wrap around. */
const sequences = fc
  .tuple(uint16, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 200 }))
  .map(([start, steps]) => {
    let next = start
    return [start, ...steps.map((step) => (next = (next + step) & 0xffff))]
  })

/** A bitrate that 18 bits of mantissa hold. */
const bitrate = fc
  .tuple(fc.integer({ min: 0, max: 0x3_ff_ff }), fc.integer({ min: 0, max: 30 }))
  .map(([mantissa, exponent]) => mantissa * 2 ** exponent)

const packet: fc.Arbitrary<RtcpPacket> = fc.oneof(
  fc.record({
    type: fc.constant('sender-report'),
    ssrc: uint32,
    ntpSeconds: uint32,
    ntpFraction: uint32,
    rtpTimestamp: uint32,
    packets: uint32,
    bytes: uint32,
    reports,
  }),
  fc.record({ type: fc.constant('receiver-report'), ssrc: uint32, reports }),
  fc.record({
    type: fc.constant('source-description'),
    chunks: fc
      .record({ ssrc: uint32, cname: fc.string({ unit: 'grapheme', maxLength: 20 }) })
      .map((chunk) => [chunk]),
  }),
  fc.record({ type: fc.constant('bye'), ssrcs }),
  fc.record({ type: fc.constant('nack'), sender: uint32, media: uint32, sequences }),
  fc.record({ type: fc.constant('pli'), sender: uint32, media: uint32 }),
  fc.record({
    type: fc.constant('fir'),
    sender: uint32,
    requests: fc.array(fc.record({ ssrc: uint32, sequence: uint8 }), {
      minLength: 1,
      maxLength: 32,
    }),
  }),
  fc.record({ type: fc.constant('remb'), sender: uint32, bitrate, ssrcs }),
)

function write(target: Uint8Array, offset: number, content: RtcpPacket): number {
  switch (content.type) {
    case 'sender-report':
      return writeSenderReport(target, offset, content)
    case 'receiver-report':
      return writeReceiverReport(target, offset, content)
    case 'source-description':
      return writeCname(target, offset, content.chunks[0] ?? { ssrc: 0, cname: '' })
    case 'bye':
      return writeBye(target, offset, content.ssrcs)
    case 'nack':
      return writeNack(target, offset, content)
    case 'pli':
      return writePli(target, offset, content)
    case 'fir':
      return writeFir(target, offset, content)
    case 'remb':
      return writeRemb(target, offset, content)
    case 'transport-feedback':
      return offset
  }
}

test('what is written as one compound is read', () => {
  fc.assert(
    fc.property(fc.array(packet, { minLength: 1, maxLength: 4 }), (packets) => {
      const target = new Uint8Array(16_384).fill(0xee)
      let end = 0
      for (const content of packets) {
        const next = write(target, end, content)
        expect(next).toBeGreaterThan(end)
        expect(next % 4).toBe(0)
        end = next
      }
      expect(parseRtcp(target, end)).toEqual(packets)
    }),
    { numRuns: 1000 },
  )
})

test('without room nothing is written', () => {
  fc.assert(
    fc.property(packet, (content) => {
      const size = write(new Uint8Array(16_384), 0, content)
      const short = new Uint8Array(size + 3)
      expect(write(short, 4, content)).toBe(4)
      expect(write(new Uint8Array(size + 4), 4, content)).toBe(size + 4)
    }),
    { numRuns: 500 },
  )
})

describe('what a format cannot hold', () => {
  const target = new Uint8Array(4096)

  test('a 32nd report block, and a 32nd goodbye, are left out', () => {
    const many = Array.from({ length: 40 }, (_, index) => index)
    const end = writeBye(target, 0, many)
    expect(parseRtcp(target, end)).toEqual([{ type: 'bye', ssrcs: many.slice(0, 31) }])
    const block = {
      ssrc: 1,
      fractionLost: 0,
      lost: 0,
      highestSequence: 0,
      jitter: 0,
      lastSenderReport: 0,
      delaySinceSenderReport: 0,
    }
    const reportEnd = writeReceiverReport(target, 0, { ssrc: 1, reports: many.map(() => block) })
    const [report] = parseRtcp(target, reportEnd) ?? []
    expect(report?.type === 'receiver-report' && report.reports.length).toBe(31)
  })

  test('a bitrate is rounded down to its mantissa', () => {
    const end = writeRemb(target, 0, { sender: 1, bitrate: 2_500_001.7, ssrcs: [2] })
    const [remb] = parseRtcp(target, end) ?? []
    expect(remb?.type === 'remb' && remb.bitrate).toBe(2_500_000)
  })

  test.each([
    ['a CNAME of 256 bytes', () => writeCname(target, 8, { ssrc: 1, cname: 'x'.repeat(256) })],
    ['no packets to ask for', () => writeNack(target, 8, { sender: 1, media: 2, sequences: [] })],
    ['no key frames to ask for', () => writeFir(target, 8, { sender: 1, requests: [] })],
  ])('%s: nothing is written', (_name, attempt) => {
    expect(attempt()).toBe(8)
  })
})
