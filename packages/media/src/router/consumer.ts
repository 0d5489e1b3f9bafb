import { randomInt } from 'node:crypto'
import { copyBytes } from '@duet/datagrams'
import { absSendTime, EXTENSION_URI } from '../rtp/extension-values.ts'
import { ExtensionWriter } from '../rtp/extension-writer.ts'
import { compactNtp, ntpFraction, ntpSeconds } from '../rtp/ntp.ts'
import {
  RTP_HEADER_BYTES,
  rtpHeaderBytes,
  sequenceOf,
  setHasExtension,
  setPayloadType,
  setSequence,
  setSsrc,
  setTimestamp,
  timestampOf,
} from '../rtp/rtp-packet.ts'
import type { ReportBlock } from '../rtp/rtcp/rtcp-packet.ts'
import { writeSenderReport } from '../rtp/rtcp/reports.ts'
import { writeCname } from '../rtp/rtcp/source-description.ts'
import { wrapRtx } from '../rtp/rtx.ts'
import { sequenceDifference } from '../rtp/sequence.ts'
import type { AgreedMedia } from '../sdp/choose.ts'
import type { OfferedCodec } from '../sdp/offer.ts'
import type { SendingFlow } from '../sdp/answer.ts'
import { formatParameters } from '../sdp/codecs.ts'
import type { Incoming } from './incoming.ts'
import type { Producer } from './producer.ts'
import { Retransmissions } from './retransmissions.ts'

/** How a consumer reaches its player. */
export interface ConsumerTransport {
  /** The buffer to put the next packet into; valid until it is sent. */
  readonly scratch: Uint8Array
  sendRtp(length: number): void
  sendRtcp(length: number): void
}

export interface ConsumerOptions {
  kind: 'audio' | 'video'
  media: AgreedMedia
  flow: SendingFlow
  cname: string
  transport: ConsumerTransport
  /** It can't go on without a key frame. */
  onKeyFrameNeeded: () => void
}

/** Header extensions of ours, the number of a retransmission, and what SRTP adds. */
const MAX_ADDED_BYTES = 64
/** A packet that is further behind is none of the same stretch: nothing of it is kept or sent. */
const MAX_BEHIND = 1024
/**
 * Numbers begin in the lower half: were the first packets lost over a wrap, the player would never
 * find out the roll-over counter (RFC 3711 §3.3.1).
 */
const MAX_FIRST_SEQUENCE = 32_768
/** A key frame that was asked for is asked for again after this time. */
const KEY_FRAME_RETRY_MS = 300

/** idle: nothing that it could play is published. waiting: for a key frame. flowing. */
type State = 'idle' | 'waiting' | 'flowing'

const extensions = new ExtensionWriter()

/**
 * One track on its way to one player: gives packets the player's SSRC, payload type and header
 * extensions, and numbers them without a break, whoever publishes.
 */
export class Consumer {
  // What each packet needs comes first, side by side.
  #state: State = 'idle'
  readonly #transport: ConsumerTransport
  readonly #ssrc: number
  #payloadType = 0
  /** What is added to the producer's numbers. */
  #sequenceOffset = 0
  #timestampOffset = 0
  /** No number of ours before it belongs to these offsets. */
  #firstSequence = 0
  #lastSequence: number
  #lastTimestamp: number
  #lastSentMs = 0
  #packets = 0
  #bytes = 0
  readonly #absSendTimeId: number
  #hasForwarded = false
  #hasReported = false
  /** By id of the producer: our id; 0 leaves the extension away. */
  #extensionIds = new Uint8Array(256)
  readonly kind: 'audio' | 'video'
  readonly flow: SendingFlow
  readonly #options: ConsumerOptions
  readonly #retransmissions = new Retransmissions()
  #producer: Producer | undefined
  #codec: OfferedCodec | undefined
  #rtxSequence = randomInt(MAX_FIRST_SEQUENCE)
  #keyFrameAskedMs = 0
  #reportSent: { compact: number; atMs: number } | undefined

  constructor(options: ConsumerOptions) {
    this.#options = options
    this.kind = options.kind
    this.flow = options.flow
    this.#transport = options.transport
    this.#ssrc = options.flow.ssrc
    this.#lastSequence = randomInt(MAX_FIRST_SEQUENCE)
    this.#lastTimestamp = randomInt(2 ** 31)
    this.#absSendTimeId = idOf(options.media, EXTENSION_URI.absSendTime)
  }

  get isWaiting(): boolean {
    return this.#state === 'waiting'
  }

  /** The round trip to the player by its last report; undefined before one. */
  roundTripMs: number | undefined

  /** Plays what is published from now on; undefined: nothing is. */
  attach(producer: Producer | undefined): void {
    this.#producer?.remove(this)
    this.#producer = producer
    this.#codec = producer && matching(this.#options.media.codecs, producer.codec)
    this.#state = 'idle'
    this.#hasReported = false
    if (!producer || !this.#codec) return
    this.#payloadType = this.#codec.payloadType
    this.#extensionIds = new Uint8Array(256)
    this.#hasForwarded = false
    for (const { id, uri } of producer.extensions) {
      const own = uri === EXTENSION_URI.absSendTime ? 0 : idOf(this.#options.media, uri)
      this.#extensionIds[id] = own
      if (own !== 0) this.#hasForwarded = true
    }
    producer.add(this)
    this.restart()
  }

  /** The numbers of the producer begin anew. */
  restart(): void {
    this.#state = 'waiting'
    this.#keyFrameAskedMs = 0
  }

  /** A packet of the producer. */
  forward(packet: Incoming): void {
    const { bytes, nowMs } = packet
    if (this.#state !== 'flowing') {
      if (this.#state === 'idle') return
      if (!packet.isKeyFrame) return this.#askForKeyFrame(nowMs)
      this.#begin(bytes, nowMs)
    }
    const sequence = (sequenceOf(bytes) + this.#sequenceOffset) & 0xffff
    // Packets of before the key frame that it began with.
    if (sequenceDifference(sequence, this.#firstSequence) < 0) return
    const size = this.#write(packet)
    if (size < 0) return
    if (sequenceDifference(sequence, this.#lastSequence) > 0) {
      this.#advanceTo(sequence)
      this.#lastTimestamp = (timestampOf(bytes) + this.#timestampOffset) >>> 0
      this.#lastSentMs = nowMs
    }
    this.#packets += 1
    this.#bytes += packet.length - packet.headerBytes
    this.#transport.sendRtp(size)
    if (!this.#hasReported) this.sendReport(nowMs)
  }

  /** The first one moves along: half of all numbers further on, it would seem to come later. */
  #advanceTo(sequence: number): void {
    this.#lastSequence = sequence
    if (sequenceDifference(sequence, this.#firstSequence) > MAX_BEHIND) {
      this.#firstSequence = (sequence - MAX_BEHIND) & 0xffff
    }
  }

  /** The player asks for packets again (RFC 4585 §6.2.1). */
  retransmit(sequences: readonly number[], nowMs: number): void {
    const producer = this.#producer
    const rtxPayloadType = this.#codec?.rtxPayloadType
    // SRTP protects no packet twice under one number (RFC 3711 §9.1): without RTX it is not repeated.
    if (!producer || rtxPayloadType === undefined || this.#state !== 'flowing') return
    const { transport, flow } = this.#options
    this.#retransmissions.earn(this.#bytes + this.#packets * RTP_HEADER_BYTES)
    for (const sequence of sequences) {
      if (sequenceDifference(sequence, this.#firstSequence) < 0) continue
      const original = (sequence - this.#sequenceOffset) & 0xffff
      const offset = producer.cache.find(original)
      if (offset < 0) continue
      const length = producer.cache.lengthOf(original)
      if (!this.#retransmissions.mayRepeat(sequence, length, this.roundTripMs, nowMs)) continue
      const bytes = producer.cache.bytes.subarray(offset, offset + length)
      const headerBytes = rtpHeaderBytes(bytes, length)
      let size = this.#write({ bytes, length, headerBytes, isKeyFrame: false, nowMs })
      if (size < 0) continue
      size = wrapRtx(transport.scratch, size)
      setPayloadType(transport.scratch, rtxPayloadType)
      setSsrc(transport.scratch, flow.rtxSsrc)
      setSequence(transport.scratch, this.#rtxSequence)
      this.#rtxSequence = (this.#rtxSequence + 1) & 0xffff
      transport.sendRtp(size)
    }
  }

  /** The player asks for a key frame, or can't be served without one. */
  #askForKeyFrame(nowMs: number): void {
    if (nowMs - this.#keyFrameAskedMs < KEY_FRAME_RETRY_MS) return
    this.#keyFrameAskedMs = nowMs
    this.#options.onKeyFrameNeeded()
  }

  /** Says how timestamps run beside the publisher's clock, so that the player plays in sync. */
  sendReport(nowMs: number): void {
    const clock = this.#producer?.clock
    if (!clock || !this.#codec || this.#state !== 'flowing') return
    const { transport, flow, cname } = this.#options
    const elapsedMs = nowMs - clock.arrivedMs
    const senderMs = clock.senderMs + elapsedMs
    const elapsed = Math.round((elapsedMs * this.#codec.clockRate) / 1000)
    const [seconds, fraction] = [ntpSeconds(senderMs), ntpFraction(senderMs)]
    let size = writeSenderReport(transport.scratch, 0, {
      ssrc: flow.ssrc,
      ntpSeconds: seconds,
      ntpFraction: fraction,
      rtpTimestamp: (clock.rtpTimestamp + this.#timestampOffset + elapsed) >>> 0,
      packets: this.#packets,
      bytes: this.#bytes >>> 0,
      reports: [],
    })
    size = writeCname(transport.scratch, size, { ssrc: flow.ssrc, cname })
    this.#hasReported = true
    this.#reportSent = { compact: compactNtp(seconds, fraction), atMs: nowMs }
    transport.sendRtcp(size)
  }

  /** How the track arrives at the player. */
  handleReport({ lastSenderReport, delaySinceSenderReport }: ReportBlock, nowMs: number): void {
    const sent = this.#reportSent
    if (!sent || sent.compact !== lastSenderReport) return
    const roundTripMs = nowMs - sent.atMs - (delaySinceSenderReport * 1000) / 65_536
    if (roundTripMs >= 0) this.roundTripMs = roundTripMs
  }

  /** Nothing is forwarded afterwards. Idempotent. */
  close(): void {
    this.attach(undefined)
  }

  /** Continues where the producer before ended, or at random. */
  #begin(packet: Uint8Array, nowMs: number): void {
    const clockRate = this.#codec?.clockRate ?? 0
    const passedMs = this.#lastSentMs === 0 ? 0 : nowMs - this.#lastSentMs
    const passed = Math.max(1, Math.round((passedMs * clockRate) / 1000))
    this.#firstSequence = (this.#lastSequence + 1) & 0xffff
    this.#sequenceOffset = (this.#firstSequence - sequenceOf(packet)) & 0xffff
    this.#timestampOffset = (this.#lastTimestamp + passed - timestampOf(packet)) >>> 0
    this.#state = 'flowing'
    this.#hasReported = false
  }

  /** Writes a packet as the player gets it; returns its length, or -1 when it does not fit. */
  #write(packet: Incoming): number {
    const { bytes, length, headerBytes } = packet
    const target = this.#transport.scratch
    if (length + MAX_ADDED_BYTES > target.length) return -1
    // The fixed header without CSRCs and extension; marker and padding stay.
    target[0] = 0x80 | (bytes[0]! & 0x20)
    target[1] = bytes[1]!
    setPayloadType(target, this.#payloadType)
    setSequence(target, (sequenceOf(bytes) + this.#sequenceOffset) & 0xffff)
    setTimestamp(target, (timestampOf(bytes) + this.#timestampOffset) >>> 0)
    setSsrc(target, this.#ssrc)
    const payloadStart = this.#writeExtensions(target, packet)
    copyBytes(bytes, headerBytes, length, target, payloadStart)
    return payloadStart + length - headerBytes
  }

  #writeExtensions(target: Uint8Array, { bytes, headerBytes, nowMs }: Incoming): number {
    if (this.#absSendTimeId === 0 && !this.#hasForwarded) {
      setHasExtension(target, false)
      return RTP_HEADER_BYTES
    }
    extensions.begin(target, false)
    if (this.#absSendTimeId !== 0) {
      extensions.addUint24(this.#absSendTimeId, absSendTime(nowMs * 1000))
    }
    if (this.#hasForwarded) extensions.addFrom(bytes, headerBytes, this.#extensionIds)
    return extensions.end()
  }
}

function idOf(media: AgreedMedia, uri: string): number {
  return media.extensions.find((extension) => extension.uri === uri)?.id ?? 0
}

/** The player's payload type for what is published: of H.264 the one with the same profile. */
function matching(
  offered: readonly OfferedCodec[],
  published: OfferedCodec,
): OfferedCodec | undefined {
  const same = offered.filter(({ name }) => name === published.name)
  return same.find((codec) => profileOf(codec) === profileOf(published)) ?? same[0]
}

/** The first two bytes of a profile-level-id: the level is of no concern (RFC 6184 §8.1). */
function profileOf({ parameters }: OfferedCodec): string | undefined {
  return formatParameters(parameters).get('profile-level-id')?.slice(0, 4).toLowerCase()
}
