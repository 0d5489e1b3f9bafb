import { beforeEach, describe, expect, test } from 'bun:test'
import { findElement, elementOffset } from '../rtp/header-extensions.ts'
import { EXTENSION_URI } from '../rtp/extension-values.ts'
import { ExtensionWriter } from '../rtp/extension-writer.ts'
import { readUint16 } from '../rtp/big-endian.ts'
import {
  hasMarker,
  payloadTypeOf,
  rtpHeaderBytes,
  sequenceOf,
  setMarker,
  setPayloadType,
  setSequence,
  setSsrc,
  setTimestamp,
  ssrcOf,
  timestampOf,
} from '../rtp/rtp-packet.ts'
import { parseRtcp } from '../rtp/rtcp/parse.ts'
import type { SenderReport } from '../rtp/rtcp/rtcp-packet.ts'
import { agree } from '../sdp/choose.ts'
import { readOffer } from '../sdp/offer.ts'
import { offerOf } from '../testing/offers.ts'
import { Consumer } from './consumer.ts'
import { Producer } from './producer.ts'

const VP8 = { payloadType: 100, rtxPayloadType: 101, clockRate: 90_000, channels: 1 }
const ORIENTATION = 'urn:3gpp:video-orientation'

/** A packet of VP8 as a publisher sends it: with CSRCs, and its own numbers of extensions. */
function vp8(
  sequence: number,
  { isKeyFrame = false, timestamp = 3_000 * sequence, csrcs = 0 } = {},
) {
  const bytes = new Uint8Array(200)
  bytes[0] = 0x80 | csrcs
  setPayloadType(bytes, 100)
  setMarker(bytes, true)
  setSequence(bytes, sequence & 0xffff)
  setTimestamp(bytes, timestamp >>> 0)
  setSsrc(bytes, 7)
  const writer = new ExtensionWriter()
  writer.begin(bytes, false)
  writer.add(9, Uint8Array.of(3))
  const start = writer.end()
  // RFC 7741 §4.2: the start of a partition; §4.3: whether it is a key frame.
  bytes.set([0x10, isKeyFrame ? 0 : 1, sequence & 0xff], start)
  return { bytes, length: start + 3, headerBytes: start, isKeyFrame: false, nowMs: 0 }
}

class Scene {
  readonly sent: Uint8Array[] = []
  readonly reports: SenderReport[] = []
  keyFramesAsked = 0
  readonly consumer: Consumer
  readonly #media = agree(readOffer(offerOf({ direction: 'recvonly' })).media, 'play', undefined)

  constructor() {
    const scratch = new Uint8Array(2048)
    const media = this.#media.find(({ offered }) => offered.kind === 'video')
    if (!media) throw new Error('no video')
    this.consumer = new Consumer({
      kind: 'video',
      media,
      flow: { ssrc: 20, rtxSsrc: 21 },
      cname: 'name',
      transport: {
        scratch,
        sendRtp: (length) => this.sent.push(scratch.slice(0, length)),
        sendRtcp: (length) => {
          for (const packet of parseRtcp(scratch, length) ?? []) {
            if (packet.type === 'sender-report') this.reports.push(packet)
          }
        },
      },
      onKeyFrameNeeded: () => this.keyFramesAsked++,
    })
  }

  producer(name: 'VP8' | 'VP9' | 'H264' = 'VP8', parameters = ''): Producer {
    return new Producer({
      kind: 'video',
      mid: '1',
      codec: { ...VP8, name, parameters, feedback: ['nack'] },
      extensions: [{ id: 9, uri: ORIENTATION }],
      ssrc: 7,
      rtxSsrc: 8,
      cache: { maxBytes: 65_536, keptMs: 1_000 },
    })
  }

  get sequences(): number[] {
    const first = sequenceOf(this.sent[0] ?? new Uint8Array(4))
    return this.sent.map((packet) => (sequenceOf(packet) - first) & 0xffff)
  }
}

let scene: Scene
let producer: Producer

beforeEach(() => {
  scene = new Scene()
  producer = scene.producer()
  scene.consumer.attach(producer)
})

describe('what a player gets', () => {
  test('its own SSRC and payload type; marker and payload as they were', () => {
    producer.receive(vp8(1, { isKeyFrame: true, csrcs: 2 }))
    const packet = scene.sent[0]!
    expect([ssrcOf(packet), payloadTypeOf(packet), hasMarker(packet)]).toEqual([20, 96, true])
    const start = rtpHeaderBytes(packet, packet.length)
    expect(packet.slice(start)).toEqual(Uint8Array.of(0x10, 0, 1))
  })

  test('its own numbers of extensions: the time of sending, and what was forwarded', () => {
    producer.receive({ ...vp8(1, { isKeyFrame: true }), nowMs: 1_000 })
    const packet = scene.sent[0]!
    const start = rtpHeaderBytes(packet, packet.length)
    // 1 s in 6.18 fixed point.
    const time = elementOffset(findElement(packet, start, 2))
    expect(packet.slice(time, time + 3)).toEqual(Uint8Array.of(0x04, 0, 0))
    expect(packet[elementOffset(findElement(packet, start, 5))]).toBe(3)
    expect(findElement(packet, start, 9)).toBe(-1)
  })

  test('nothing before a key frame, which is asked for', () => {
    producer.receive({ ...vp8(1), nowMs: 1_000 })
    producer.receive({ ...vp8(2), nowMs: 1_001 })
    expect([scene.sent.length, scene.keyFramesAsked]).toEqual([0, 1])
    producer.receive({ ...vp8(3), nowMs: 1_400 })
    expect(scene.keyFramesAsked).toBe(2)
    producer.receive(vp8(4, { isKeyFrame: true }))
    producer.receive(vp8(5))
    expect(scene.sequences).toEqual([0, 1])
  })

  test('late ones too, but not those of before the key frame', () => {
    producer.receive(vp8(10))
    producer.receive(vp8(11, { isKeyFrame: true }))
    producer.receive(vp8(13))
    producer.receive(vp8(12))
    producer.receive(vp8(9))
    expect(scene.sequences).toEqual([0, 2, 1])
  })

  test('each once', () => {
    producer.receive(vp8(1, { isKeyFrame: true }))
    producer.receive(vp8(1, { isKeyFrame: true }))
    expect(scene.sequences).toEqual([0])
  })

  test('the same over the wrap', () => {
    producer.receive(vp8(65_534, { isKeyFrame: true }))
    for (const sequence of [65_535, 65_536, 65_537]) producer.receive(vp8(sequence))
    expect(scene.sequences).toEqual([0, 1, 2, 3])
  })

  test('all of it, however long it lasts', () => {
    producer.receive(vp8(0, { isKeyFrame: true }))
    const missing: number[] = []
    for (let sequence = 1; sequence < 70_000; sequence += 1) {
      scene.sent.length = 0
      producer.receive(vp8(sequence))
      if (scene.sent.length !== 1) missing.push(sequence)
    }
    expect(missing).toEqual([])
  })

  test.each([
    ['VP9', '', 98],
    ['H264', 'packetization-mode=1;profile-level-id=42e01f', 103],
    ['H264', 'packetization-mode=1;profile-level-id=64002a', 109],
  ] as const)('its payload type for %s %s', (name, parameters, payloadType) => {
    const other = scene.producer(name, parameters)
    scene.consumer.attach(other)
    scene.consumer.forward({ ...vp8(1), isKeyFrame: true })
    expect(payloadTypeOf(scene.sent[0]!)).toBe(payloadType)
  })
})

describe('when the publisher comes back', () => {
  test('numbers go on, and timestamps as if time had passed', () => {
    producer.receive({ ...vp8(100, { isKeyFrame: true, timestamp: 5_000 }), nowMs: 1_000 })
    producer.receive({ ...vp8(101, { timestamp: 8_000 }), nowMs: 1_033 })
    scene.consumer.attach(undefined)
    producer.receive(vp8(102))
    const next = scene.producer()
    scene.consumer.attach(next)
    const back = vp8(40_000, { isKeyFrame: true, timestamp: 4_000_000_000 })
    next.receive({ ...back, nowMs: 3_033 })
    next.receive({ ...vp8(40_001, { timestamp: 4_000_003_000 }), nowMs: 3_066 })
    expect(scene.sequences).toEqual([0, 1, 2, 3])
    const times = scene.sent.map(timestampOf)
    const steps = times.slice(1).map((time, index) => (time - times[index]!) >>> 0)
    expect(steps).toEqual([3_000, 180_000, 3_000])
  })

  test('from the next key frame on', () => {
    producer.receive(vp8(1, { isKeyFrame: true }))
    const next = scene.producer()
    scene.consumer.attach(next)
    next.receive({ ...vp8(1), nowMs: 1_000 })
    expect([scene.sent.length, scene.keyFramesAsked]).toEqual([1, 1])
  })

  test('what only the one before could play is not asked of it', () => {
    producer.receive(vp8(1, { isKeyFrame: true }))
    const [first] = scene.sent
    const next = scene.producer()
    scene.consumer.attach(next)
    next.receive(vp8(500, { isKeyFrame: true }))
    scene.consumer.retransmit([sequenceOf(first!)], 0)
    expect(scene.sent.length).toBe(2)
  })
})

describe("when the publisher's numbers jump", () => {
  test.each([
    ['ahead', 20_000],
    ['by more than half of all', 40_000],
    ['back', -5_000],
  ])('%s, they go on without a break, from a key frame on', (_, distance) => {
    producer.receive({ ...vp8(10_000, { isKeyFrame: true }), nowMs: 1_000 })
    producer.receive({ ...vp8(10_001), nowMs: 1_033 })
    const next = 10_001 + distance
    producer.receive({ ...vp8(next), nowMs: 2_000 })
    expect([scene.sent.length, scene.keyFramesAsked]).toEqual([2, 1])
    producer.receive({ ...vp8(next + 1, { isKeyFrame: true }), nowMs: 2_033 })
    producer.receive({ ...vp8(next + 2), nowMs: 2_066 })
    expect(scene.sequences).toEqual([0, 1, 2, 3])
    const [, before, after] = scene.sent.map(timestampOf)
    expect((after! - before!) >>> 0).toBe(90_000)
  })

  test('nothing of before is sent again in the name of what comes now', () => {
    producer.receive(vp8(501, { isKeyFrame: true }))
    producer.receive(vp8(502))
    producer.restart(9)
    producer.receive(vp8(500, { isKeyFrame: true }))
    const lost = (sequenceOf(scene.sent[2]!) + 1) & 0xffff
    producer.receive(vp8(503))
    scene.consumer.retransmit([lost], 1_000)
    expect(scene.sent.length).toBe(4)
  })
})

test('a retransmission from long ago changes nothing', () => {
  producer.receive(vp8(5_000, { isKeyFrame: true }))
  producer.receive(vp8(5_001))
  producer.receive(vp8(100), true)
  producer.receive(vp8(5_003))
  expect(scene.sequences).toEqual([0, 1, 3])
  expect(producer.missing(100, () => {})).toEqual([5_002])
})

test('MIDs of the publisher are kept from the player, who has its own', () => {
  const other = Object.assign(scene.producer(), { extensions: [{ id: 9, uri: EXTENSION_URI.mid }] })
  scene.consumer.attach(other)
  other.receive(vp8(1, { isKeyFrame: true }))
  const packet = scene.sent[0]!
  const start = rtpHeaderBytes(packet, packet.length)
  for (const id of [4, 9]) expect(findElement(packet, start, id)).toBe(-1)
})

describe('what the player asks for again', () => {
  test('goes as a retransmission (RFC 4588)', () => {
    producer.receive(vp8(1, { isKeyFrame: true }))
    producer.receive(vp8(2))
    const [, original] = scene.sent
    scene.consumer.retransmit([sequenceOf(original!)], 100)
    const packet = scene.sent[2]!
    expect([ssrcOf(packet), payloadTypeOf(packet)]).toEqual([21, 97])
    const start = rtpHeaderBytes(packet, packet.length)
    expect(readUint16(packet, start)).toBe(sequenceOf(original!))
    expect(packet.slice(start + 2)).toEqual(Uint8Array.of(0x10, 1, 2))
  })

  test('not without RTX: SRTP protects no packet twice', () => {
    const other = scene.producer('VP9')
    scene.consumer.attach(other)
    scene.consumer.forward({ ...vp8(1), isKeyFrame: true })
    scene.consumer.retransmit([sequenceOf(scene.sent[0]!)], 100)
    expect(scene.sent.length).toBe(1)
  })

  test('not twice within a round trip', () => {
    producer.receive(vp8(1, { isKeyFrame: true }))
    const sequence = sequenceOf(scene.sent[0]!)
    for (const nowMs of [100, 110, 139, 141]) scene.consumer.retransmit([sequence], nowMs)
    expect(scene.sent.length).toBe(3)
  })

  test('of a player that never stops asking only a share of what is sent', () => {
    producer.receive(vp8(1, { isKeyFrame: true }))
    const sequence = sequenceOf(scene.sent[0]!)
    for (let nowMs = 0; nowMs < 1_000_000; nowMs += 100)
      scene.consumer.retransmit([sequence], nowMs)
    const bytes = scene.sent.reduce((sum, { length }) => sum + length, 0)
    expect(bytes).toBeLessThan(2 * 65_536)
  })

  test.each([
    ['what was never sent', 5],
    ['what came before the first', -5],
  ])('%s is not', (_, distance) => {
    producer.receive(vp8(1, { isKeyFrame: true }))
    const sequence = (sequenceOf(scene.sent[0]!) + distance) & 0xffff
    scene.consumer.retransmit([sequence], 0)
    expect(scene.sent.length).toBe(1)
  })
})

describe('sender reports', () => {
  const report = {
    type: 'sender-report',
    ssrc: 7,
    ntpSeconds: 3_900_000_000,
    ntpFraction: 2 ** 31,
    rtpTimestamp: 90_000,
    packets: 1,
    bytes: 1,
    reports: [],
  } as const

  test("say how the player's timestamps run beside the publisher's clock", () => {
    producer.receive({ ...vp8(1, { isKeyFrame: true, timestamp: 90_000 }), nowMs: 0 })
    producer.handleSenderReport(report, 0)
    expect(scene.reports).toMatchObject([
      {
        ssrc: 20,
        ntpSeconds: 3_900_000_000,
        ntpFraction: 2 ** 31,
        rtpTimestamp: timestampOf(scene.sent[0]!),
        packets: 1,
        bytes: 3,
      },
    ])
  })

  test('come at most five times per second, however often the publisher sends them', () => {
    producer.receive({ ...vp8(1, { isKeyFrame: true }), nowMs: 0 })
    for (let nowMs = 0; nowMs < 1_000; nowMs += 1) producer.handleSenderReport(report, nowMs)
    expect(scene.reports.length).toBe(5)
    expect(producer.clock?.arrivedMs).toBe(999)
  })

  test('come with the first packet, as if the clock had run on', () => {
    producer.handleSenderReport(report, 0)
    producer.receive({ ...vp8(1, { isKeyFrame: true, timestamp: 180_000 }), nowMs: 1_000 })
    expect(scene.reports).toMatchObject([
      {
        ntpSeconds: 3_900_000_001,
        rtpTimestamp: timestampOf(scene.sent[0]!),
      },
    ])
  })

  test('a round trip is what is left of the time until the report on them', () => {
    producer.receive({ ...vp8(1, { isKeyFrame: true }), nowMs: 0 })
    producer.handleSenderReport(report, 1_000)
    const lastSenderReport = ((3_900_000_000 << 16) | 0x8000) >>> 0
    const block = { ssrc: 20, fractionLost: 0, lost: 0, highestSequence: 0, jitter: 0 }
    scene.consumer.handleReport(
      { ...block, lastSenderReport, delaySinceSenderReport: 32_768 },
      1_580,
    )
    expect(scene.consumer.roundTripMs).toBe(80)
  })
})

test('what the player can not play is not forwarded', () => {
  const other = new Scene()
  const unplayable = other.producer()
  const codec = { ...unplayable.codec, name: 'AV2' as never }
  other.consumer.attach(Object.assign(unplayable, { codec }))
  unplayable.receive(vp8(1, { isKeyFrame: true }))
  expect([other.sent.length, other.keyFramesAsked]).toEqual([0, 0])
})
