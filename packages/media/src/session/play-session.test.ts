import { beforeEach, describe, expect, test } from 'bun:test'
import { payloadTypeOf, sequenceOf, setSequence, setTimestamp, ssrcOf } from '../rtp/rtp-packet.ts'
import type { ReportBlock, RtcpPacket } from '../rtp/rtcp/rtcp-packet.ts'
import { Consumer } from '../router/consumer.ts'
import { Producer } from '../router/producer.ts'
import { Router } from '../router/router.ts'
import type { CodecName } from '../sdp/codecs.ts'
import type { OfferedCodec } from '../sdp/offer.ts'
import { PlaySession } from './play-session.ts'

const AUDIO = { ssrc: 10, rtxSsrc: 11 }
const VIDEO = { ssrc: 20, rtxSsrc: 21 }

function codec(name: CodecName, payloadType: number, rtxPayloadType?: number): OfferedCodec {
  const clockRate = name === 'OPUS' ? 48_000 : 90_000
  return {
    name,
    payloadType,
    rtxPayloadType,
    clockRate,
    channels: 1,
    parameters: '',
    feedback: [],
  }
}

/** A player's session without a network, of a stream that somebody publishes. */
class Playing {
  readonly router = new Router('room/ann')
  readonly sent: { ssrc: number; payloadType: number; sequence: number }[] = []
  readonly transport = { sentBytes: 0 }
  readonly session: PlaySession
  keyFramesAsked = 0
  readonly #producers: Producer[]

  constructor(videoCodec: CodecName = 'VP8') {
    const cache = { maxBytes: 65_536, keptMs: 1_000 }
    const common = { extensions: [], rtxSsrc: undefined, cache }
    this.#producers = [
      new Producer({ kind: 'audio', mid: '0', codec: codec('OPUS', 111), ssrc: 1, ...common }),
      new Producer({ kind: 'video', mid: '1', codec: codec('VP8', 96), ssrc: 2, ...common }),
    ]
    const consumers = [
      this.#consumer('audio', codec('OPUS', 50), AUDIO),
      this.#consumer('video', codec(videoCodec, 60, 61), VIDEO),
    ]
    const { router, transport } = this
    this.session = new PlaySession({ id: 'ben', router, consumers, transport })
    router.publish(
      { id: 'ann', producers: this.#producers, requestKeyFrame: () => this.keyFramesAsked++ },
      0,
    )
    this.session.start(0)
  }

  /** A packet of each kind comes from the publisher. */
  publish(sequence: number, { isKeyFrame = sequence === 1 } = {}): void {
    for (const producer of this.#producers) {
      const bytes = new Uint8Array(20)
      bytes[0] = 0x80
      setSequence(bytes, sequence)
      setTimestamp(bytes, sequence * 960)
      bytes.set([0x10, isKeyFrame ? 0 : 1], 12)
      producer.receive({ bytes, length: 20, headerBytes: 12, isKeyFrame: false, nowMs: 1_000 })
    }
  }

  /** The number that the player knows the last packet of an SSRC by. */
  lastOf(ssrc: number): number {
    return this.sent.findLast((packet) => packet.ssrc === ssrc)?.sequence ?? 0
  }

  handle(packet: RtcpPacket, nowMs = 2_000): void {
    this.session.handleRtcp(packet, nowMs)
  }

  #consumer(kind: 'audio' | 'video', offered: OfferedCodec, flow: typeof AUDIO): Consumer {
    const scratch = new Uint8Array(2048)
    return new Consumer({
      kind,
      media: { codecs: [offered], extensions: [], offered: undefined as never },
      flow,
      cname: 'cname',
      transport: {
        scratch,
        sendRtp: () =>
          this.sent.push({
            ssrc: ssrcOf(scratch),
            payloadType: payloadTypeOf(scratch),
            sequence: sequenceOf(scratch),
          }),
        sendRtcp: () => {},
      },
      onKeyFrameNeeded: () => this.router.requestKeyFrame(kind),
    })
  }
}

let playing: Playing

beforeEach(() => {
  playing = new Playing()
  playing.publish(1)
  playing.publish(2)
  playing.keyFramesAsked = 0
})

describe('what is asked for again', () => {
  test.each([
    ['its picture', VIDEO.ssrc, [{ ssrc: VIDEO.rtxSsrc, payloadType: 61 }]],
    ['its sound, which has no RTX', AUDIO.ssrc, []],
    ['retransmissions themselves', VIDEO.rtxSsrc, []],
    ["what is somebody else's", 999, []],
  ])('%s', (_, media, expected) => {
    const sequences = [playing.lastOf(media === AUDIO.ssrc ? AUDIO.ssrc : VIDEO.ssrc)]
    playing.sent.length = 0
    playing.handle({ type: 'nack', sender: 5, media, sequences })
    expect(playing.sent).toMatchObject(expected)
    expect(playing.sent.length).toBe(expected.length)
  })
})

describe('key frames are asked for', () => {
  const fir = (...ssrcs: number[]): RtcpPacket => ({
    type: 'fir',
    sender: 5,
    requests: ssrcs.map((ssrc) => ({ ssrc, sequence: 1 })),
  })
  const pli = (media: number): RtcpPacket => ({ type: 'pli', sender: 5, media })
  test.each([
    ['a PLI of its picture', pli(VIDEO.ssrc), 1],
    ['a PLI of its sound', pli(AUDIO.ssrc), 0],
    ["a PLI of somebody else's", pli(999), 0],
    ['an FIR of its picture', fir(VIDEO.ssrc), 1],
    ['an FIR of several', fir(999, AUDIO.ssrc, VIDEO.ssrc), 1],
    ["an FIR of somebody else's", fir(999), 0],
  ])('%s', (_, packet, expected) => {
    playing.handle(packet)
    expect(playing.keyFramesAsked).toBe(expected)
  })

  test('as it begins', () => {
    expect(new Playing().keyFramesAsked).toBe(1)
  })

  test('not for a codec that it can not play; its sound is played', () => {
    const other = new Playing('AV1')
    for (const sequence of [1, 2, 3]) other.publish(sequence)
    expect(other.keyFramesAsked).toBe(0)
    expect(other.sent.map(({ ssrc }) => ssrc)).toEqual([AUDIO.ssrc, AUDIO.ssrc, AUDIO.ssrc])
  })
})

describe('what its path carries', () => {
  const block = {
    lost: 1,
    highestSequence: 0,
    jitter: 0,
    lastSenderReport: 0,
    delaySinceSenderReport: 0,
  }
  const remb = (bitrate: number): RtcpPacket => ({ type: 'remb', sender: 5, bitrate, ssrcs: [] })
  const receiverReport = (ssrc: number, fractionLost: number): RtcpPacket => ({
    type: 'receiver-report',
    ssrc: 5,
    reports: [{ ...block, ssrc, fractionLost } satisfies ReportBlock],
  })

  beforeEach(() => {
    playing.session.tick(10_000)
    playing.transport.sentBytes += 125_000
    playing.session.tick(11_000)
  })

  test.each([
    ['its own estimate that falls', remb(300_000), 300_000],
    ['one that is too low for a picture', remb(0), 100_000],
    ['one that does not fall', remb(1_000_000), undefined],
    ['losses of its picture, of what was sent', receiverReport(VIDEO.ssrc, 128), 750_000],
    [
      'losses in a sender report',
      {
        ...receiverReport(VIDEO.ssrc, 128),
        type: 'sender-report',
        ntpSeconds: 0,
        ntpFraction: 0,
        rtpTimestamp: 0,
        packets: 0,
        bytes: 0,
      },
      750_000,
    ],
    ['few losses', receiverReport(VIDEO.ssrc, 20), undefined],
    ['losses of its sound', receiverReport(AUDIO.ssrc, 128), undefined],
    ["losses of somebody else's", receiverReport(999, 128), undefined],
  ] as [string, RtcpPacket, number | undefined][])('%s', (_, packet, expected) => {
    playing.handle(remb(1_000_000), 10_500)
    playing.handle(packet, 11_000)
    expect(playing.router.estimate(11_000)).toBe(expected as number)
  })

  test('is measured once per second, and counts for the stream', () => {
    playing.transport.sentBytes += 1_000
    playing.session.tick(11_999)
    expect(playing.router.sentBytes).toBe(125_000)
    playing.session.tick(12_000)
    expect(playing.router.sentBytes).toBe(126_000)
  })
})

test('once it is closed nothing goes to it, and nobody counts it', () => {
  playing.session.close()
  playing.session.close()
  playing.publish(3)
  expect(playing.sent.length).toBe(4)
  expect(playing.router.players.size).toBe(0)
})
