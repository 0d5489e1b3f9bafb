import { writeUint16 } from '../rtp/big-endian.ts'
import { setPayloadType, setSequence, setSsrc, setTimestamp } from '../rtp/rtp-packet.ts'
import { writeBye } from '../rtp/rtcp/bye.ts'
import { writeFir, writePli } from '../rtp/rtcp/key-frame-requests.ts'
import { writeNack } from '../rtp/rtcp/nack.ts'
import { writeRemb } from '../rtp/rtcp/receiver-estimate.ts'
import { writeReceiverReport, writeSenderReport } from '../rtp/rtcp/reports.ts'
import { writeCname } from '../rtp/rtcp/source-description.ts'
import { writeTransportFeedback } from '../rtp/rtcp/transport-feedback.ts'

/** A number below `limit`. */
export type RandomNumbers = (limit: number) => number

const MAX_PACKET_BYTES = 1_200
/** The flows that were offered, and some that were not. */
const SSRCS = [2222, 2222, 2222, 3333, 1111, 5, 6, 7]
const PAYLOAD_TYPES = [96, 96, 96, 97, 111, 0, 35, 127]
/** How key frames begin (RFC 7741, RFC 9628, RFC 6184, RTP payload format for AV1). */
const KEY_FRAMES = {
  VP8: [0x10, 0x00, 0x00, 0x00],
  VP9: [0x08, 0x00, 0x00, 0x00],
  H264: [0x65, 0x00, 0x00, 0x00],
  AV1: [0x18, 0x0a, 0x00, 0x00],
} as const
const PROFILES = [0xbede, 0xbede, 0x1000, 0x100f, 0xffff]

/** Datagrams of nothing; the first byte often says what they would be (RFC 7983 §7). */
export function noise(random: RandomNumbers): Uint8Array {
  const bytes = new Uint8Array(random(random(8) === 0 ? 1_500 : 80))
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = random(256)
  if (bytes.length > 0 && random(4) > 0)
    bytes[0] = [0, 1, 20, 22, 23, 63, 128, 144, 176][random(9)]!
  return bytes
}

/** Packets as no client of sound mind sends them, numbered so that SRTP lets them pass. */
export class BadRtp {
  readonly #random: RandomNumbers
  readonly #sequences = new Map<number, number>()

  constructor(random: RandomNumbers) {
    this.#random = random
  }

  /** Writes one to the start of `target`; returns its length. */
  write(target: Uint8Array): number {
    const random = this.#random
    const ssrc = SSRCS[random(SSRCS.length)]!
    const step = random(200) === 0 ? random(32_000) : 1
    const sequence = ((this.#sequences.get(ssrc) ?? 0) + step) & 0xffff
    this.#sequences.set(ssrc, sequence)
    const csrcs = random(4) === 0 ? random(16) : 0
    const hasExtension = random(2) === 0
    target[0] = 0x80 | (random(8) === 0 ? 0x20 : 0) | (hasExtension ? 0x10 : 0) | csrcs
    target[1] = random(2) << 7
    setPayloadType(target, PAYLOAD_TYPES[random(PAYLOAD_TYPES.length)]!)
    setSequence(target, sequence)
    setTimestamp(target, random(20) === 0 ? random(2 ** 32) : sequence * 3_000)
    setSsrc(target, ssrc)
    let at = 12 + 4 * csrcs
    if (hasExtension) at = this.#writeExtension(target, at)
    const end = at + (random(10) === 0 ? random(MAX_PACKET_BYTES) : random(60))
    for (let byte = at; byte < end; byte += 1) target[byte] = random(256)
    // The start of a key frame of VP8, as often as not.
    if (end - at > 4 && random(2) === 0) target.set([0x10, random(2)], at)
    return end
  }

  /** Writes a key frame as it should be; returns its length. */
  writeKeyFrame(target: Uint8Array, codec: keyof typeof KEY_FRAMES): number {
    const ssrc = SSRCS[0]!
    const sequence = ((this.#sequences.get(ssrc) ?? 0) + 1) & 0xffff
    this.#sequences.set(ssrc, sequence)
    target.set([0x80, PAYLOAD_TYPES[0]!], 0)
    setSequence(target, sequence)
    setTimestamp(target, sequence * 3_000)
    setSsrc(target, ssrc)
    target.set(KEY_FRAMES[codec], 12)
    return 12 + KEY_FRAMES[codec].length
  }

  #writeExtension(target: Uint8Array, at: number): number {
    const random = this.#random
    const words = random(10) === 0 ? random(60) : random(4)
    writeUint16(target, at, PROFILES[random(PROFILES.length)]!)
    writeUint16(target, at + 2, words)
    const end = at + 4 + 4 * words
    for (let byte = at + 4; byte < end; byte += 1) {
      target[byte] = random(2) === 0 ? (random(6) << 4) | random(4) : random(256)
    }
    return end
  }
}

/** Writes control packets to the start of `target`, most of them broken; returns their length. */
export function writeBadRtcp(
  target: Uint8Array,
  random: RandomNumbers,
  media: readonly number[],
): number {
  let length = 0
  for (let count = 1 + random(3); count > 0; count -= 1) {
    const ssrc = random(4) === 0 ? random(2 ** 32) : media[random(media.length)]!
    length = writeOne(target, length, { random, ssrc })
  }
  // What SRTCP needs to read stays.
  for (let changes = random(4); changes > 0; changes -= 1) {
    const at = 2 + random(length - 2)
    target[at] = random(2) === 0 ? random(256) : target[at]! ^ (1 << random(8))
  }
  return random(8) === 0 ? Math.max(8, random(length)) : length
}

function writeOne(
  target: Uint8Array,
  offset: number,
  { random, ssrc }: { random: RandomNumbers; ssrc: number },
): number {
  const block = {
    ssrc,
    fractionLost: random(256),
    lost: random(2 ** 23),
    highestSequence: random(2 ** 32),
    jitter: random(2 ** 32),
    lastSenderReport: random(2 ** 32),
    delaySinceSenderReport: random(2 ** 32),
  }
  const sender = 1
  switch (random(9)) {
    case 0:
      return writeReceiverReport(target, offset, { ssrc: sender, reports: [block] })
    case 1:
      return writeSenderReport(target, offset, {
        ssrc,
        ntpSeconds: random(2 ** 32),
        ntpFraction: random(2 ** 32),
        rtpTimestamp: random(2 ** 32),
        packets: random(2 ** 32),
        bytes: random(2 ** 32),
        reports: [block],
      })
    case 2: {
      const first = random(65_536)
      const sequences = Array.from({ length: 1 + random(60) }, (_, index) => first + 3 * index)
      return writeNack(target, offset, {
        sender,
        media: ssrc,
        sequences: sequences.map((sequence) => sequence & 0xffff),
      })
    }
    case 3:
      return writePli(target, offset, { sender, media: ssrc })
    case 4:
      return writeFir(target, offset, { sender, requests: [{ ssrc, sequence: random(256) }] })
    case 5:
      return writeRemb(target, offset, { sender, bitrate: random(2 ** 32), ssrcs: [ssrc] })
    case 6:
      return writeCname(target, offset, { ssrc, cname: 'x'.repeat(random(40)) })
    case 7:
      return writeBye(target, offset, [ssrc])
    default:
      return writeTransportFeedback(target, offset, {
        sender,
        media: ssrc,
        baseSequence: random(65_536),
        feedbackCount: random(256),
        arrivals: Float64Array.from({ length: 1 + random(30) }, () => 250 * random(4_000)),
      })
  }
}
