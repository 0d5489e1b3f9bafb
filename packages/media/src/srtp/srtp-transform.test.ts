import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { CipherEngine } from './cipher-engine.ts'
import { SRTP_PROFILES, type SrtpProfile } from './keys.ts'
import { MAX_LOCAL_SOURCES, MAX_REMOTE_SOURCES, REPLAY_WINDOW_PACKETS } from './limits.ts'
import {
  createSrtpTransform,
  SRTP_OVERHEAD_BYTES,
  SRTP_REFUSAL,
  type SrtpTransform,
} from './srtp-transform.ts'
import { ENGINES } from './testing/engines.ts'
import { bufferWith, pairOfKeys, rtcpPacket, rtpPacket } from './testing/packets.ts'

const CASES = ENGINES.flatMap(([name, engine]) =>
  SRTP_PROFILES.map((profile) => [`${profile} by ${name}`, profile, engine] as const),
)

/** What `protect` makes of a packet. */
function protectedRtp(transform: SrtpTransform, packet: Uint8Array): Uint8Array {
  const buffer = bufferWith(packet)
  return buffer.slice(0, transform.protectRtp(buffer, packet.length))
}

function protectedRtcp(transform: SrtpTransform, packet: Uint8Array): Uint8Array {
  const buffer = bufferWith(packet)
  return buffer.slice(0, transform.protectRtcp(buffer, packet.length))
}

/** What `unprotect` makes of a packet: its bytes, or why it was refused. */
function opened(transform: SrtpTransform, packet: Uint8Array): string | number {
  const buffer = packet.slice()
  const length = transform.unprotectRtp(buffer, buffer.length)
  return length < 0 ? length : buffer.subarray(0, length).toHex()
}

function openedRtcp(transform: SrtpTransform, packet: Uint8Array): string | number {
  const buffer = packet.slice()
  const length = transform.unprotectRtcp(buffer, buffer.length)
  return length < 0 ? length : buffer.subarray(0, length).toHex()
}

function pair(profile: SrtpProfile, engine: CipherEngine): [SrtpTransform, SrtpTransform] {
  const [left, right] = pairOfKeys(profile)
  return [createSrtpTransform(left, engine), createSrtpTransform(right, engine)]
}

describe.each(CASES)('%s', (_name, profile, engine) => {
  test('what one side protects, the other reads, both ways', () => {
    const [left, right] = pair(profile, engine)
    for (const [sender, receiver] of [
      [left, right],
      [right, left],
    ] as const) {
      const packet = rtpPacket({ sequence: 7 })
      const sent = protectedRtp(sender, packet)
      expect(sent.length).toBeGreaterThan(packet.length)
      expect(sent.length).toBeLessThanOrEqual(packet.length + SRTP_OVERHEAD_BYTES)
      expect(sent.toHex()).not.toContain(packet.subarray(12).toHex())
      expect(opened(receiver, sent)).toBe(packet.toHex())
      const report = rtcpPacket()
      const sentReport = protectedRtcp(sender, report)
      expect(sentReport.length).toBeLessThanOrEqual(report.length + SRTP_OVERHEAD_BYTES)
      expect(sentReport.toHex()).not.toContain(report.subarray(8).toHex())
      expect(openedRtcp(receiver, sentReport)).toBe(report.toHex())
    }
  })

  test.each([
    ['CSRCs', { csrcs: 3 }],
    ['a header extension', { extensionWords: 2 }],
    ['both', { csrcs: 15, extensionWords: 5 }],
    ['an empty payload', { payload: new Uint8Array(0) }],
    ['a payload of one byte', { payload: Uint8Array.of(1) }],
    ['a full payload', { payload: new Uint8Array(1400).fill(9) }],
  ])('a packet with %s: the header stays clear', (_what, fields) => {
    const [left, right] = pair(profile, engine)
    const packet = rtpPacket({ sequence: 9, ...fields })
    const sent = protectedRtp(left, packet)
    const payload = 'payload' in fields ? fields.payload.length : 40
    const header = packet.length - payload
    expect(sent.subarray(0, header).toHex()).toBe(packet.subarray(0, header).toHex())
    if (payload > 16) expect(sent.toHex()).not.toContain(packet.subarray(header).toHex())
    expect(opened(right, sent)).toBe(packet.toHex())
  })

  test('the sequence number rolls over, in order', () => {
    const [left, right] = pair(profile, engine)
    for (let number = 65_530; number < 65_545; number += 1) {
      const packet = rtpPacket({ sequence: number & 0xffff })
      expect(opened(right, protectedRtp(left, packet))).toBe(packet.toHex())
    }
  })

  test.each([
    ['one from before the roll-over comes after it', [65_534, 65_536, 65_535, 65_537]],
    ['one from after the roll-over comes before it', [65_533, 65_537, 65_534, 65_536, 65_535]],
  ])('reordered: %s', (_what, order) => {
    const [left, right] = pair(profile, engine)
    const numbers = order.toSorted((a, b) => a - b)
    const sent = new Map(
      numbers.map((number) => {
        const packet = rtpPacket({ sequence: number & 0xffff })
        return [number, { packet, bytes: protectedRtp(left, packet) }]
      }),
    )
    for (const number of order) {
      const { packet, bytes } = sent.get(number) ?? {}
      expect(opened(right, bytes ?? new Uint8Array(0))).toBe(packet?.toHex() ?? '')
    }
  })

  test('the sender reorders across the roll-over as well', () => {
    const [left, right] = pair(profile, engine)
    for (const sequence of [65_534, 0, 65_535, 1]) {
      const packet = rtpPacket({ sequence })
      expect(opened(right, protectedRtp(left, packet))).toBe(packet.toHex())
    }
  })

  test('a second cycle is not the first one again', () => {
    const [left, right] = pair(profile, engine)
    const first = protectedRtp(left, rtpPacket({ sequence: 1 }))
    for (const sequence of [20_000, 40_000, 60_000]) {
      protectedRtp(left, rtpPacket({ sequence }))
    }
    const again = protectedRtp(left, rtpPacket({ sequence: 1 }))
    expect(again.toHex()).not.toBe(first.toHex())
    expect(opened(right, first)).toBe(rtpPacket({ sequence: 1 }).toHex())
  })

  test('a replayed packet is refused, RTP and RTCP', () => {
    const [left, right] = pair(profile, engine)
    const sent = protectedRtp(left, rtpPacket({ sequence: 5 }))
    const report = protectedRtcp(left, rtcpPacket())
    opened(right, sent)
    openedRtcp(right, report)
    expect(opened(right, sent)).toBe(SRTP_REFUSAL.replayed)
    expect(openedRtcp(right, report)).toBe(SRTP_REFUSAL.replayed)
  })

  test('RTCP comes in any order, each packet once', () => {
    const [left, right] = pair(profile, engine)
    const reports = [1, 2, 3].map(() => protectedRtcp(left, rtcpPacket()))
    for (const report of reports.toReversed()) {
      expect(openedRtcp(right, report)).toBe(rtcpPacket().toHex())
    }
    for (const report of reports) expect(openedRtcp(right, report)).toBe(SRTP_REFUSAL.replayed)
  })

  test('one that is later than the window is refused, one within it is not', () => {
    const [left, right] = pair(profile, engine)
    const packets = [1000, 1001].map((sequence) => rtpPacket({ sequence }))
    const [early, late] = packets.map((packet) => protectedRtp(left, packet))
    if (!early || !late) throw new Error('nothing was protected')
    opened(right, protectedRtp(left, rtpPacket({ sequence: 1000 + REPLAY_WINDOW_PACKETS })))
    expect(opened(right, early)).toBe(SRTP_REFUSAL.replayed)
    expect(opened(right, late)).toBe(packets[1]?.toHex() ?? '')
  })

  test('a packet with any byte changed is refused and changes nothing', () => {
    const [left, right] = pair(profile, engine)
    const packet = rtpPacket({ sequence: 77, csrcs: 1, extensionWords: 1 })
    const sent = protectedRtp(left, packet)
    for (let at = 0; at < sent.length; at += 1) {
      const changed = sent.slice()
      changed[at] = (changed[at] ?? 0) ^ 0x04
      expect(opened(right, changed)).toBeLessThan(0)
    }
    expect(opened(right, sent)).toBe(packet.toHex())
    const report = protectedRtcp(left, rtcpPacket())
    for (let at = 0; at < report.length; at += 1) {
      const changed = report.slice()
      changed[at] = (changed[at] ?? 0) ^ 0x04
      expect(openedRtcp(right, changed)).toBeLessThan(0)
    }
    expect(openedRtcp(right, report)).toBe(rtcpPacket().toHex())
  })

  test('without the E bit the tag is wrong', () => {
    const [left, right] = pair(profile, engine)
    const report = protectedRtcp(left, rtcpPacket())
    const at = profile === 'SRTP_AES128_CM_SHA1_80' ? report.length - 14 : report.length - 4
    expect(report[at]).toBe(0x80)
    report[at] = 0
    expect(openedRtcp(right, report)).toBe(SRTP_REFUSAL.unauthentic)
  })

  test('another key reads nothing, nor does the other direction', () => {
    const [left] = pair(profile, engine)
    const [, stranger] = pairOfKeys(profile, 2)
    const sent = protectedRtp(left, rtpPacket({ sequence: 5 }))
    const report = protectedRtcp(left, rtcpPacket())
    const other = createSrtpTransform(stranger, engine)
    expect(opened(other, sent)).toBe(SRTP_REFUSAL.unauthentic)
    expect(openedRtcp(other, report)).toBe(SRTP_REFUSAL.unauthentic)
    expect(opened(left, sent)).toBe(SRTP_REFUSAL.unauthentic)
  })

  test('what is too short, or longer than its buffer, is malformed', () => {
    const [left, right] = pair(profile, engine)
    const sent = protectedRtp(left, rtpPacket({ sequence: 5, payload: new Uint8Array(0) }))
    const report = protectedRtcp(left, rtcpPacket(1, 0))
    for (let length = 0; length < sent.length; length += 1) {
      expect(right.unprotectRtp(sent.slice(), length)).toBe(SRTP_REFUSAL.malformed)
    }
    for (let length = 0; length < report.length; length += 1) {
      expect(right.unprotectRtcp(report.slice(), length)).toBe(SRTP_REFUSAL.malformed)
    }
    expect(right.unprotectRtp(sent, sent.length + 1)).toBe(SRTP_REFUSAL.malformed)
    expect(right.unprotectRtcp(report, report.length + 1)).toBe(SRTP_REFUSAL.malformed)
    expect(left.protectRtp(rtpPacket({ sequence: 6 }), 52)).toBe(SRTP_REFUSAL.malformed)
    expect(left.protectRtcp(rtcpPacket(), 32)).toBe(SRTP_REFUSAL.malformed)
    expect(left.protectRtp(new Uint8Array(64), 11)).toBe(SRTP_REFUSAL.malformed)
    expect(left.protectRtcp(new Uint8Array(64), 8)).toBe(SRTP_REFUSAL.malformed)
  })

  test('no sequence number is sent twice under one key', () => {
    const [left] = pair(profile, engine)
    protectedRtp(left, rtpPacket({ sequence: 5 }))
    const buffer = bufferWith(rtpPacket({ sequence: 5, payload: Uint8Array.of(1, 2, 3) }))
    expect(left.protectRtp(buffer, 15)).toBe(SRTP_REFUSAL.replayed)
  })

  test('each source has its own roll-over counter and window', () => {
    const [left, right] = pair(profile, engine)
    for (const ssrc of [1, 0xffff_fff0, 0x8000_0000]) {
      for (const sequence of [65_535, 0]) {
        const packet = rtpPacket({ sequence, ssrc })
        expect(opened(right, protectedRtp(left, packet))).toBe(packet.toHex())
      }
    }
  })

  test('a closed transform refuses everything, and is closed twice', () => {
    const [left, right] = pair(profile, engine)
    const sent = protectedRtp(left, rtpPacket({ sequence: 5 }))
    right.close()
    right.close()
    expect(opened(right, sent)).toBe(SRTP_REFUSAL.malformed)
    expect(openedRtcp(right, sent)).toBe(SRTP_REFUSAL.malformed)
    expect(right.protectRtp(bufferWith(rtpPacket({ sequence: 1 })), 52)).toBe(
      SRTP_REFUSAL.malformed,
    )
    expect(right.protectRtcp(bufferWith(rtcpPacket()), 32)).toBe(SRTP_REFUSAL.malformed)
  })
})

describe('sources are bounded', () => {
  const profile = 'SRTP_AEAD_AES_128_GCM'
  const [, engine] = ENGINES[0] ?? []
  if (!engine) throw new Error('no engine')

  test('one too many takes the place of the longest silent', () => {
    const [left, right] = pair(profile, engine)
    const sent = Array.from({ length: MAX_REMOTE_SOURCES + 1 }, (_, ssrc) =>
      protectedRtp(left, rtpPacket({ sequence: 1, ssrc })),
    )
    for (const bytes of sent) expect(opened(right, bytes)).toBeString()
    // All but the first are remembered still.
    for (const bytes of sent.slice(1)) expect(opened(right, bytes)).toBe(SRTP_REFUSAL.replayed)
    expect(opened(right, sent[0] ?? new Uint8Array(0))).toBeString()
  })

  test('packets that are not authentic push nobody out', () => {
    const [left, right] = pair(profile, engine)
    const sent = protectedRtp(left, rtpPacket({ sequence: 1, ssrc: 1 }))
    expect(opened(right, sent)).toBeString()
    for (let ssrc = 2; ssrc < 200; ssrc += 1) {
      const forged = rtpPacket({ sequence: 1, ssrc })
      expect(opened(right, forged)).toBe(SRTP_REFUSAL.unauthentic)
    }
    expect(opened(right, sent)).toBe(SRTP_REFUSAL.replayed)
  })

  test('what was sent is never forgotten', () => {
    const [left] = pair(profile, engine)
    for (let ssrc = 0; ssrc < MAX_LOCAL_SOURCES; ssrc += 1) {
      expect(left.protectRtp(bufferWith(rtpPacket({ sequence: 1, ssrc })), 52)).toBe(68)
    }
    const one = bufferWith(rtpPacket({ sequence: 1, ssrc: MAX_LOCAL_SOURCES }))
    expect(left.protectRtp(one, 52)).toBe(SRTP_REFUSAL.exhausted)
    const first = bufferWith(rtpPacket({ sequence: 2, ssrc: 0 }))
    expect(left.protectRtp(first, 52)).toBe(68)
  })
})

test('master keys of another size are refused', () => {
  const [keys] = pairOfKeys('SRTP_AEAD_AES_128_GCM')
  expect(() => createSrtpTransform({ ...keys, profile: 'SRTP_AEAD_AES_256_GCM' })).toThrow(
    TypeError,
  )
  expect(() => createSrtpTransform({ ...keys, profile: 'SRTP_AES128_CM_SHA1_80' })).toThrow(
    TypeError,
  )
})

test.skipIf(ENGINES.length < 2)('all engines make the same bytes of the same packets', () => {
  const [[, first], [, second]] = ENGINES as [(typeof ENGINES)[0], (typeof ENGINES)[0]]
  const packets = fc.array(
    fc.record({
      isRtcp: fc.boolean(),
      sequence: fc.integer({ min: 0, max: 0xffff }),
      ssrc: fc.constantFrom(1, 2, 0xffff_ffff),
      payload: fc.uint8Array({ maxLength: 1400 }),
      csrcs: fc.integer({ min: 0, max: 15 }),
      extensionWords: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
    }),
    { maxLength: 12 },
  )
  const seeds = fc.integer({ min: 0, max: 255 })
  const profiles = fc.constantFrom(...SRTP_PROFILES)
  fc.assert(
    fc.property(packets, profiles, seeds, (list, profile, seed) => {
      const [left, right] = pairOfKeys(profile, seed)
      const all = [
        createSrtpTransform(left, first),
        createSrtpTransform(left, second),
        createSrtpTransform(right, first),
        createSrtpTransform(right, second),
      ] as const
      for (const { isRtcp, extensionWords, ...fields } of list) {
        const packet = isRtcp
          ? rtcpPacket(fields.ssrc, fields.payload.length)
          : rtpPacket({ ...fields, ...(extensionWords === undefined ? {} : { extensionWords }) })
        const protect = isRtcp ? protectedRtcp : protectedRtp
        const open = isRtcp ? openedRtcp : opened
        const [one, other] = [protect(all[0], packet), protect(all[1], packet)]
        expect(one.toHex()).toBe(other.toHex())
        const read = open(all[3], one)
        expect(open(all[2], other)).toBe(read)
        if (typeof read === 'string') expect(read).toBe(packet.toHex())
      }
      for (const transform of all) transform.close()
    }),
    { numRuns: 300 },
  )
})
