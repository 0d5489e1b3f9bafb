import { compactNtp, ntpToMilliseconds } from '../rtp/ntp.ts'
import { VIDEO_FORMATS, type VideoFormat } from '../rtp/codecs/video-format.ts'
import { rtpHeaderBytes, rtpPayloadEnd, sequenceOf, timestampOf } from '../rtp/rtp-packet.ts'
import type { ReportBlock, SenderReport } from '../rtp/rtcp/rtcp-packet.ts'
import { sequenceDifference } from '../rtp/sequence.ts'
import type { CodecName } from '../sdp/codecs.ts'
import type { OfferedCodec, OfferedExtension } from '../sdp/offer.ts'
import type { Consumer } from './consumer.ts'
import type { Incoming } from './incoming.ts'
import { Losses } from './losses.ts'
import { PacketCache, type PacketCacheOptions } from './packet-cache.ts'
import { Reception } from './reception.ts'
import type { Tap } from './tap.ts'

export interface ProducerOptions {
  kind: 'audio' | 'video'
  mid: string
  codec: OfferedCodec
  extensions: readonly OfferedExtension[]
  ssrc: number | undefined
  rtxSsrc: number | undefined
  cache: PacketCacheOptions
}

/** How a publisher's clock runs beside a track's timestamps, by its last sender report. */
export interface ClockMapping {
  /** Of the publisher's clock, milliseconds since 1970. */
  senderMs: number
  rtpTimestamp: number
  /** When the report came, by our clock. */
  arrivedMs: number
}

/** Bytes of memory that an Opus track may take for packets that were lost. */
const AUDIO_CACHE_BYTES = 32_768

/** A player that comes is sent what came since the last key frame, if that is no more than this. */
const MAX_REPLAYED_MS = 500
const MAX_REPLAYED_PACKETS = 128

/** Reports to players follow those of the publisher, though not more often than this. */
const MIN_REPORT_INTERVAL_MS = 200

/** Where much comes, taps read after so many packets, a power of two: a large picture fills the cache. */
const PACKETS_AT_ONCE = 16

const NOBODY: readonly never[] = []

/** One published track: receives its packets and hands them to the consumers. */
export class Producer {
  readonly kind: 'audio' | 'video'
  readonly mid: string
  readonly codec: OfferedCodec
  readonly extensions: readonly OfferedExtension[]
  /** Undefined until an offer or a packet told it. */
  ssrc: number | undefined
  rtxSsrc: number | undefined
  readonly cache: PacketCache
  readonly #format: VideoFormat | undefined
  readonly #losses = new Losses()
  #reception: Reception
  #clock: ClockMapping | undefined
  #pictureSize = 0
  #keyFrameMs = -Infinity
  /** Of its first packet; undefined: none came, or the numbers began anew. */
  #keyFrameSequence: number | undefined
  #keyFrameTimestamp: number | undefined
  #reportedMs = -Infinity
  #consumers: readonly Consumer[] = NOBODY
  #taps: readonly Tap[] = NOBODY

  constructor(options: ProducerOptions) {
    const { kind, mid, codec, extensions, ssrc, rtxSsrc, cache } = options
    this.kind = kind
    this.mid = mid
    this.codec = codec
    this.extensions = extensions
    this.ssrc = ssrc
    this.rtxSsrc = rtxSsrc
    const maxBytes = kind === 'audio' ? AUDIO_CACHE_BYTES : cache.maxBytes
    this.cache = new PacketCache({ ...cache, maxBytes })
    this.#format = formatOf(codec.name)
    this.#reception = new Reception(codec.clockRate)
  }

  get clock(): ClockMapping | undefined {
    return this.#clock
  }

  /** Of the last key frame, as `packPictureSize` makes it; 0 before one told it. */
  get pictureSize(): number {
    return this.#pictureSize
  }

  /** When its last key frame began. */
  get keyFrameMs(): number {
    return this.#keyFrameMs
  }

  get consumers(): readonly Consumer[] {
    return this.#consumers
  }

  /** The number of the newest packet; -1: none came. */
  get highest(): number {
    return this.#losses.highest
  }

  get hasMissing(): boolean {
    return this.#losses.hasMissing
  }

  isMissing(sequence: number): boolean {
    return this.#losses.isMissing(sequence)
  }

  /** Hands packets to it from now on. Lists are replaced, so that one may change in between. */
  add(consumer: Consumer): void {
    if (!this.#consumers.includes(consumer)) this.#consumers = [...this.#consumers, consumer]
  }

  remove(consumer: Consumer): void {
    this.#consumers = this.#consumers.filter((other) => other !== consumer)
  }

  /** It reads what the cache keeps, and is told when that begins anew. */
  tap(tap: Tap): void {
    if (!this.#taps.includes(tap)) this.#taps = [...this.#taps, tap]
  }

  untap(tap: Tap): void {
    this.#taps = this.#taps.filter((other) => other !== tap)
  }

  /**
   * A packet of it, with its original header; whether it is a key frame is found out here.
   * `isRepeated`: it came as a retransmission.
   */
  receive(packet: Incoming, isRepeated = false): void {
    const { bytes, length, headerBytes, nowMs } = packet
    const payloadEnd = rtpPayloadEnd(bytes, length, headerBytes)
    if (payloadEnd < 0) return
    const sequence = sequenceOf(bytes)
    const last = this.#losses.highest
    const arrival = isRepeated
      ? this.#losses.receiveRepeated(sequence, nowMs)
      : this.#losses.receive(sequence, nowMs)
    if (arrival === 'duplicate' || arrival === 'stale') return
    if (arrival === 'jump') this.#beginAnew(last)
    // RFC 4588 §4: what is sent again is another stream, and mends no report on this one.
    if (!isRepeated) this.#reception.receive(sequence, timestampOf(bytes), nowMs)
    const format = this.#format
    packet.isKeyFrame = format?.isKeyFrameStart(bytes, headerBytes, payloadEnd) ?? true
    if (packet.isKeyFrame && format) {
      this.#keyFrameMs = nowMs
      // Parameter sets and the picture that follows them can both be begun with: the first one counts.
      const timestamp = timestampOf(bytes)
      const first = timestamp === this.#keyFrameTimestamp ? this.#keyFrameSequence : undefined
      if (first === undefined || sequenceDifference(sequence, first) < 0) {
        this.#keyFrameSequence = sequence
      }
      this.#keyFrameTimestamp = timestamp
      this.#pictureSize = format.pictureSize(bytes, headerBytes, payloadEnd) || this.#pictureSize
    }
    this.cache.store(sequence, packet, payloadEnd)
    const consumers = this.#consumers
    for (let index = 0; index < consumers.length; index += 1) consumers[index]!.forward(packet)
    if ((sequence & (PACKETS_AT_ONCE - 1)) === 0) for (const tap of this.#taps) tap.read(nowMs)
  }

  /**
   * Hands to a player that begins what came since the last key frame: it need not wait for another one.
   * Nothing, where that is long ago or some of it is missing.
   */
  replay(consumer: Consumer, nowMs: number): void {
    const first = this.#keyFrameSequence
    if (first === undefined || nowMs - this.#keyFrameMs > MAX_REPLAYED_MS) return
    const last = this.highest
    const count = sequenceDifference(last, first) + 1
    if (count < 1 || count > MAX_REPLAYED_PACKETS) return
    const sequences = Array.from({ length: count }, (_, index) => (first + index) & 0xffff)
    if (sequences.some((sequence) => this.cache.find(sequence) < 0)) return
    for (const sequence of sequences) {
      const offset = this.cache.find(sequence)
      const length = this.cache.lengthOf(sequence)
      const bytes = this.cache.bytes.subarray(offset, offset + length)
      const headerBytes = rtpHeaderBytes(bytes, length)
      consumer.forward({ bytes, length, headerBytes, isKeyFrame: sequence === first, nowMs })
    }
  }

  handleSenderReport(report: SenderReport, nowMs: number): void {
    this.#reception.handleSenderReport(compactNtp(report.ntpSeconds, report.ntpFraction), nowMs)
    this.#clock = {
      senderMs: ntpToMilliseconds(report.ntpSeconds, report.ntpFraction),
      rtpTimestamp: report.rtpTimestamp,
      arrivedMs: nowMs,
    }
    for (const tap of this.#taps) tap.handleClock(this.#clock)
    if (nowMs - this.#reportedMs < MIN_REPORT_INTERVAL_MS) return
    this.#reportedMs = nowMs
    for (const consumer of this.#consumers) consumer.sendReport(nowMs)
  }

  /** For a receiver report. */
  report(nowMs: number): ReportBlock | undefined {
    return this.ssrc === undefined ? undefined : this.#reception.report(this.ssrc, nowMs)
  }

  /** What to ask the publisher for; `onGivenUp` when something will never come. */
  missing(nowMs: number, onGivenUp: () => void): number[] {
    return this.#losses.due(nowMs, onGivenUp)
  }

  /** Its publisher sends with another SSRC from now on. */
  restart(ssrc: number): void {
    this.ssrc = ssrc
    this.#clock = undefined
    const last = this.#losses.highest
    this.#losses.restart()
    this.#reception = new Reception(this.codec.clockRate)
    this.#beginAnew(last)
  }

  /** Its numbers have nothing to do with those up to `last`. */
  #beginAnew(last: number): void {
    // What they have not read is still there.
    for (const tap of this.#taps) tap.restart(last)
    this.cache.clear()
    this.#keyFrameSequence = undefined
    this.#keyFrameTimestamp = undefined
    for (const consumer of this.#consumers) consumer.restart()
  }
}

function formatOf(name: CodecName): VideoFormat | undefined {
  return name === 'OPUS' ? undefined : VIDEO_FORMATS[name]
}
