import { elementBytes, elementOffset, findElement, NO_EXTENSION } from '../rtp/header-extensions.ts'
import { EXTENSION_URI, readTransportSequence } from '../rtp/extension-values.ts'
import { payloadTypeOf, rtpHeaderBytes, ssrcOf } from '../rtp/rtp-packet.ts'
import { writeFir, writePli } from '../rtp/rtcp/key-frame-requests.ts'
import { writeNack } from '../rtp/rtcp/nack.ts'
import { writeRemb } from '../rtp/rtcp/receiver-estimate.ts'
import { writeReceiverReport } from '../rtp/rtcp/reports.ts'
import type { ReportBlock, RtcpPacket } from '../rtp/rtcp/rtcp-packet.ts'
import { TransportArrivals } from '../rtp/rtcp/transport-arrivals.ts'
import { unwrapRtx } from '../rtp/rtx.ts'
import type { Incoming } from '../router/incoming.ts'
import type { Producer } from '../router/producer.ts'
import type { Publisher, Router } from '../router/router.ts'
import type { Transport } from '../transport/transport.ts'
import type { SessionRole } from './session.ts'

export interface PublishSessionOptions {
  id: string
  router: Router
  producers: readonly Producer[]
  transport: Transport
  keyFrameRequestsPerSecond: number
  now: () => number
}

/** Our own SSRC in feedback: a receiver that sends nothing needs none of its own. */
const OWN_SSRC = 1
const FEEDBACK_INTERVAL_MS = 60
const REPORT_INTERVAL_MS = 1_000
const ESTIMATE_INTERVAL_MS = 1_000
/** A falling estimate is told at once, though not more often than this. */
const FALLING_ESTIMATE_INTERVAL_MS = 100
/** Told to a publisher that was limited when nothing limits it any more: it keeps the last one. */
const UNLIMITED_BITRATE = 1_000_000_000
/** Flows that a client may name with payload types alone; a publisher changes them rarely. */
const MAX_FLOWS = 32

/** What an SSRC stands for. */
interface Flow {
  producer: Producer
  isRtx: boolean
}

/** A client that publishes: its packets go to its producers, and feedback goes back. */
export class PublishSession implements SessionRole, Publisher {
  readonly id: string
  readonly producers: readonly Producer[]
  readonly #options: PublishSessionOptions
  readonly #flows = new Map<number, Flow>()
  /** 0: transport-wide feedback was not agreed upon. */
  readonly #transportSequenceId: number
  readonly #midId: number
  readonly #arrivals: TransportArrivals
  readonly #keyFrames = new Map<Producer, { askedMs: number; isDue: boolean }>()
  readonly #incoming: Incoming = {
    bytes: new Uint8Array(0),
    length: 0,
    headerBytes: 0,
    isKeyFrame: false,
    nowMs: 0,
  }
  #firSequence = 0
  #feedbackMs = 0
  #reportMs = 0
  #estimateMs = 0
  /** The last one that was told. */
  #estimate = Infinity

  constructor(options: PublishSessionOptions) {
    this.#options = options
    this.id = options.id
    this.producers = options.producers
    const extensions = options.producers.flatMap((producer) => producer.extensions)
    const idOf = (uri: string): number => extensions.find((each) => each.uri === uri)?.id ?? 0
    this.#transportSequenceId = idOf(EXTENSION_URI.transportSequence)
    this.#midId = idOf(EXTENSION_URI.mid)
    this.#arrivals = new TransportArrivals(OWN_SSRC, options.producers[0]?.ssrc ?? 0)
    for (const producer of options.producers) {
      const { ssrc, rtxSsrc } = producer
      if (ssrc !== undefined) this.#flows.set(ssrc, { producer, isRtx: false })
      if (rtxSsrc !== undefined) this.#flows.set(rtxSsrc, { producer, isRtx: true })
    }
  }

  start(nowMs: number): void {
    this.#options.router.publish(this, nowMs)
  }

  handleRtp(packet: Uint8Array, length: number, nowMs: number): void {
    const headerBytes = rtpHeaderBytes(packet, length)
    if (headerBytes < 0) return
    if (this.#transportSequenceId !== 0) {
      const sequence = readTransportSequence(packet, headerBytes, this.#transportSequenceId)
      if (sequence >= 0) this.#arrivals.record(sequence, nowMs * 1000)
    }
    const flow = this.#flows.get(ssrcOf(packet)) ?? this.#learn(packet, headerBytes)
    if (!flow) return
    this.#options.router.receivedBytes += length
    const incoming = this.#incoming
    incoming.bytes = packet
    incoming.length = flow.isRtx ? unwrapRtx(packet, length) : length
    incoming.headerBytes = headerBytes
    incoming.nowMs = nowMs
    // What repeats nothing probes the path.
    if (incoming.length > 0) flow.producer.receive(incoming)
  }

  handleRtcp(packet: RtcpPacket, nowMs: number): void {
    if (packet.type !== 'sender-report') return
    const flow = this.#flows.get(packet.ssrc)
    if (flow && !flow.isRtx) flow.producer.handleSenderReport(packet, nowMs)
  }

  requestKeyFrame(producer: Producer): void {
    const nowMs = this.#options.now()
    const request = this.#keyFrames.get(producer) ?? { askedMs: 0, isDue: false }
    this.#keyFrames.set(producer, request)
    // Several players ask at once: one request serves all of them.
    if (nowMs - request.askedMs < 1000 / this.#options.keyFrameRequestsPerSecond) {
      request.isDue = true
      return
    }
    request.askedMs = nowMs
    request.isDue = false
    this.#sendKeyFrameRequest(producer)
  }

  tick(nowMs: number): void {
    for (const producer of this.producers)
      if (producer.hasMissing) this.#askForMissing(producer, nowMs)
    for (const [producer, { isDue }] of this.#keyFrames) {
      if (isDue) this.requestKeyFrame(producer)
    }
    if (nowMs - this.#feedbackMs >= FEEDBACK_INTERVAL_MS && this.#arrivals.pending > 0) {
      this.#feedbackMs = nowMs
      const { transport } = this.#options
      transport.sendRtcp(this.#arrivals.writeFeedback(transport.scratch, 0))
    }
    if (nowMs - this.#reportMs >= REPORT_INTERVAL_MS) this.#report(nowMs)
    this.#tellEstimate(nowMs)
  }

  close(): void {
    this.#options.router.unpublish(this)
  }

  /** A flow that no offer told: by its MID (RFC 8843 §9.2), or by its payload type. */
  #learn(packet: Uint8Array, headerBytes: number): Flow | undefined {
    const mid = this.#midOf(packet, headerBytes)
    const payloadType = payloadTypeOf(packet)
    const producer = this.producers.find(
      ({ mid: own, codec }) =>
        (mid === undefined || mid === own) &&
        (codec.payloadType === payloadType || codec.rtxPayloadType === payloadType),
    )
    if (!producer || this.#flows.size >= MAX_FLOWS) return undefined
    const ssrc = ssrcOf(packet)
    const isRtx = producer.codec.rtxPayloadType === payloadType
    const flow = { producer, isRtx }
    if (isRtx) producer.rtxSsrc = ssrc
    else if (producer.ssrc === undefined) producer.ssrc = ssrc
    else {
      this.#flows.delete(producer.ssrc)
      producer.restart(ssrc)
    }
    this.#flows.set(ssrc, flow)
    return flow
  }

  #midOf(packet: Uint8Array, headerBytes: number): string | undefined {
    if (this.#midId === 0) return undefined
    const found = findElement(packet, headerBytes, this.#midId)
    if (found === NO_EXTENSION) return undefined
    const start = elementOffset(found)
    return new TextDecoder().decode(packet.subarray(start, start + elementBytes(found)))
  }

  #askForMissing(producer: Producer, nowMs: number): void {
    const { transport } = this.#options
    const sequences = producer.missing(nowMs, () => {
      if (producer.kind === 'video') this.requestKeyFrame(producer)
    })
    if (sequences.length === 0 || !producer.codec.feedback.includes('nack')) return
    const media = producer.ssrc ?? 0
    transport.sendRtcp(writeNack(transport.scratch, 0, { sender: OWN_SSRC, media, sequences }))
  }

  #sendKeyFrameRequest({ ssrc, codec }: Producer): void {
    if (ssrc === undefined) return
    const { transport } = this.#options
    if (codec.feedback.includes('nack pli') || !codec.feedback.includes('ccm fir')) {
      transport.sendRtcp(writePli(transport.scratch, 0, { sender: OWN_SSRC, media: ssrc }))
      return
    }
    this.#firSequence = (this.#firSequence + 1) & 0xff
    const requests = [{ ssrc, sequence: this.#firSequence }]
    transport.sendRtcp(writeFir(transport.scratch, 0, { sender: OWN_SSRC, requests }))
  }

  #report(nowMs: number): void {
    this.#reportMs = nowMs
    const { transport } = this.#options
    const reports = this.producers
      .map((producer) => producer.report(nowMs))
      .filter((report): report is ReportBlock => report !== undefined)
    if (reports.length === 0) return
    transport.sendRtcp(writeReceiverReport(transport.scratch, 0, { ssrc: OWN_SSRC, reports }))
  }

  /** What the players' paths carry is carried back, so that a thin one lowers what is sent. */
  #tellEstimate(nowMs: number): void {
    const passedMs = nowMs - this.#estimateMs
    if (passedMs < FALLING_ESTIMATE_INTERVAL_MS) return
    const estimate = this.#options.router.estimate(nowMs) ?? UNLIMITED_BITRATE
    if (estimate === UNLIMITED_BITRATE && this.#estimate === Infinity) return
    const isFalling = estimate < this.#estimate * 0.97
    if (!isFalling && passedMs < ESTIMATE_INTERVAL_MS) return
    this.#estimateMs = nowMs
    this.#estimate = estimate
    const ssrcs = this.producers.flatMap(({ ssrc }) => (ssrc === undefined ? [] : [ssrc]))
    const { transport } = this.#options
    const remb = { sender: OWN_SSRC, bitrate: estimate, ssrcs }
    transport.sendRtcp(writeRemb(transport.scratch, 0, remb))
  }
}
