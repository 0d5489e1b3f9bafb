import type { MediaFrame, StreamReaderOptions } from '../../media-reader.ts'
import { ntpFraction, ntpSeconds } from '../../rtp/ntp.ts'
import { setMarker, setSequence, setTimestamp } from '../../rtp/rtp-packet.ts'
import { Producer } from '../../router/producer.ts'
import { Router, type Publisher } from '../../router/router.ts'
import type { CodecName } from '../../sdp/codecs.ts'
import { Reader } from '../reader.ts'

const HEADER_BYTES = 12
const CACHE = { maxBytes: 1_048_576, keptMs: 1_000 }

/** One packet, as it comes. */
export interface SentPacket {
  kind?: 'audio' | 'video'
  sequence: number
  timestamp: number
  payload: ArrayLike<number>
  hasMarker?: boolean
  /** Bytes of padding behind the payload. */
  padding?: number
  isRepeated?: boolean
}

/** A stream with a reader, without a network, at a time that is set by hand. */
export class Published {
  readonly router = new Router('room/ann')
  readonly frames: MediaFrame[] = []
  readonly reader: Reader
  /** When key frames were asked for. */
  readonly asked: number[] = []
  gaps = 0
  nowMs = 1_000_000
  /** What came is read at once, and not when time passes only. */
  isPrompt = true
  audio!: Producer
  video!: Producer
  #publisher: Publisher | undefined

  /** Frames that were held back, when they came. */
  held = 0

  constructor(
    codec: CodecName = 'VP8',
    options: Pick<StreamReaderOptions, 'isPrompt' | 'waitsForReports' | 'onHeld'> = {},
  ) {
    this.reader = new Reader(
      this.router,
      {
        onFrame: (frame) => this.frames.push({ ...frame, data: frame.data.slice() }),
        onGap: () => (this.gaps += 1),
        onHeld: () => (this.held += 1),
        ...options,
      },
      () => {},
    )
    this.publish(codec)
  }

  publish(codec: CodecName, feedback: readonly string[] = ['nack']): void {
    this.audio = producerOf('OPUS', [])
    this.video = producerOf(codec, feedback)
    this.#publisher = {
      id: 'ann',
      producers: [this.audio, this.video],
      requestKeyFrame: () => this.asked.push(this.nowMs),
    }
    this.router.publish(this.#publisher, this.nowMs)
  }

  unpublish(): void {
    if (this.#publisher) this.router.unpublish(this.#publisher)
  }

  send(packet: SentPacket): void {
    const { kind = 'video', sequence, timestamp, payload, hasMarker, padding = 0 } = packet
    const length = HEADER_BYTES + payload.length + padding
    const bytes = new Uint8Array(length)
    bytes[0] = padding > 0 ? 0xa0 : 0x80
    setMarker(bytes, hasMarker ?? kind === 'video')
    setSequence(bytes, sequence & 0xffff)
    setTimestamp(bytes, timestamp >>> 0)
    bytes.set(payload, HEADER_BYTES)
    if (padding > 0) bytes[length - 1] = padding
    const { nowMs } = this
    this[kind].receive(
      { bytes, length, headerBytes: HEADER_BYTES, isKeyFrame: false, nowMs },
      packet.isRepeated,
    )
    if (this.isPrompt) this.read()
  }

  /** A report that comes now: at `senderMs` of the publisher's clock, `timestamp` was captured. */
  report(kind: 'audio' | 'video', senderMs: number, timestamp: number): void {
    this[kind].handleSenderReport(
      {
        type: 'sender-report',
        ssrc: 1,
        ntpSeconds: ntpSeconds(senderMs),
        ntpFraction: ntpFraction(senderMs),
        rtpTimestamp: timestamp >>> 0,
        packets: 0,
        bytes: 0,
        reports: [],
      },
      this.nowMs,
    )
  }

  /** Reads what came. */
  read(): void {
    this.router.tick(this.nowMs)
  }

  /** Time passes as the server lets it. */
  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 20) {
      this.nowMs += 20
      this.read()
    }
  }

  framesOf(kind: 'audio' | 'video'): MediaFrame[] {
    return this.frames.filter((frame) => frame.kind === kind)
  }
}

function producerOf(name: CodecName, feedback: readonly string[]): Producer {
  const isAudio = name === 'OPUS'
  return new Producer({
    kind: isAudio ? 'audio' : 'video',
    mid: isAudio ? 'a' : 'v',
    codec: {
      name,
      payloadType: isAudio ? 111 : 96,
      rtxPayloadType: undefined,
      clockRate: isAudio ? 48_000 : 90_000,
      channels: isAudio ? 2 : 1,
      parameters: '',
      feedback,
    },
    extensions: [],
    ssrc: 1,
    rtxSsrc: undefined,
    cache: CACHE,
  })
}
