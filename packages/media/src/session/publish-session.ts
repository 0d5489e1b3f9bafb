import { EXTENSION_URI, readTransportSequence } from '../rtp/extension-values.ts'
import { rtpHeaderBytes } from '../rtp/rtp-packet.ts'
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
import { Flows } from './flows.ts'
import { KeyFrameRequests } from './key-frame-requests.ts'
import type { SessionRole } from './session.ts'

export interface PublishSessionOptions {
  id: string
  router: Router
  producers: readonly Producer[]
  transport: Pick<Transport, 'scratch' | 'sendRtcp'>
  keyFrameRequestsPerSecond: number
  now: () => number
}

/** Our own SSRC in feedback: a receiver that sends nothing needs none of its own. */
const OWN_SSRC = 1
const FEEDBACK_INTERVAL_MS = 60
const REPORT_INTERVAL_MS = 1_000
const ESTIMATE_INTERVAL_MS = 1_000
/** A falling estimate is told after this time at most. */
const FALLING_ESTIMATE_INTERVAL_MS = 100
/** What an estimate says that bounds nothing any more. */
const UNBOUNDED = 1_000_000_000
/** Feedback stays within every path's packets. */
const MAX_FEEDBACK_BYTES = 1_200

/** The packet that is looked at just now. */
const incoming: Incoming = {
  bytes: new Uint8Array(0),
  length: 0,
  headerBytes: 0,
  isKeyFrame: false,
  nowMs: 0,
}

/** A client that publishes: its packets go to its producers, and feedback goes back. */
export class PublishSession implements SessionRole, Publisher {
  readonly id: string
  readonly producers: readonly Producer[]
  readonly #options: PublishSessionOptions
  readonly #router: Router
  readonly #flows: Flows
  /** 0: transport-wide feedback was not agreed upon. */
  readonly #transportSequenceId: number
  readonly #arrivals: TransportArrivals
  readonly #keyFrames = new Map<Producer, KeyFrameRequests>()
  /** The tracks that are estimated together: all, where the client wants to know it of one. */
  readonly #isEstimated: boolean
  /** There is something to do at the next tick: most of them have nothing, and look at nothing. */
  #isRestless = false
  #dueMs = -Infinity
  #firSequence = 0
  #feedbackMs = 0
  #reportMs = 0
  #estimatedMs = 0
  #estimateToldMs = 0
  #estimate = UNBOUNDED
  #hasToldEstimate = false

  constructor(options: PublishSessionOptions) {
    this.#options = options
    this.#router = options.router
    this.id = options.id
    this.producers = options.producers
    const extensions = options.producers.flatMap((producer) => producer.extensions)
    const idOf = (uri: string): number => extensions.find((each) => each.uri === uri)?.id ?? 0
    this.#transportSequenceId = idOf(EXTENSION_URI.transportSequence)
    this.#flows = new Flows(options.producers, idOf(EXTENSION_URI.mid))
    this.#arrivals = new TransportArrivals(OWN_SSRC, options.producers[0]?.ssrc ?? 0)
    this.#isEstimated = options.producers.some(({ codec }) => codec.feedback.includes('goog-remb'))
    for (const producer of options.producers) {
      this.#keyFrames.set(producer, new KeyFrameRequests(options.keyFrameRequestsPerSecond))
    }
  }

  /** SSRCs that are told apart. */
  get flows(): number {
    return this.#flows.size
  }

  start(nowMs: number): void {
    this.#router.publish(this, nowMs)
  }

  handleRtp(packet: Uint8Array, length: number, nowMs: number): void {
    const headerBytes = rtpHeaderBytes(packet, length)
    if (headerBytes < 0) return
    if (this.#transportSequenceId !== 0) {
      const sequence = readTransportSequence(packet, headerBytes, this.#transportSequenceId)
      if (sequence >= 0) this.#arrivals.record(sequence, nowMs * 1000)
      // The first one after a pause is told of at the next tick.
      if (nowMs - this.#feedbackMs >= FEEDBACK_INTERVAL_MS) this.#dueMs = nowMs
    }
    const flow = this.#flows.find(packet, headerBytes, nowMs)
    if (!flow) return
    this.#router.receivedBytes += length
    incoming.bytes = packet
    incoming.length = flow.isRtx ? unwrapRtx(packet, length) : length
    incoming.headerBytes = headerBytes
    incoming.nowMs = nowMs
    // What repeats nothing probes the path.
    if (incoming.length > 0) flow.producer.receive(incoming, flow.isRtx)
    if (flow.producer.hasMissing) this.#isRestless = true
  }

  handleRtcp(packet: RtcpPacket, nowMs: number): void {
    if (packet.type !== 'sender-report') return
    this.#flows.mediaOf(packet.ssrc)?.handleSenderReport(packet, nowMs)
  }

  requestKeyFrame(producer: Producer): void {
    const isNow = this.#keyFrames.get(producer)?.request(this.#options.now())
    if (isNow) this.#sendKeyFrameRequest(producer)
    else this.#isRestless = true
  }

  tick(nowMs: number): void {
    if (this.#isRestless) this.#tend(nowMs)
    if (nowMs < this.#dueMs) return
    this.#giveFeedback(nowMs)
    if (nowMs - this.#reportMs >= REPORT_INTERVAL_MS) this.#report(nowMs)
    this.#tellEstimate(nowMs)
    const feedbackMs = this.#arrivals.pending > 0 ? this.#feedbackMs : nowMs
    this.#dueMs = Math.min(
      feedbackMs + FEEDBACK_INTERVAL_MS,
      this.#estimatedMs + FALLING_ESTIMATE_INTERVAL_MS,
    )
  }

  close(): void {
    this.#router.unpublish(this)
  }

  /** Asks for what is missing, and for key frames that were waited for. */
  #tend(nowMs: number): void {
    this.#isRestless = false
    for (const producer of this.producers) {
      if (producer.hasMissing) this.#askForMissing(producer, nowMs)
      const requests = this.#keyFrames.get(producer)
      if (requests?.isDue(nowMs, producer.keyFrameMs)) this.#sendKeyFrameRequest(producer)
      if (producer.hasMissing || requests?.isWaiting) this.#isRestless = true
    }
  }

  #giveFeedback(nowMs: number): void {
    if (nowMs - this.#feedbackMs < FEEDBACK_INTERVAL_MS || this.#arrivals.pending === 0) return
    this.#feedbackMs = nowMs
    const { transport } = this.#options
    const target = transport.scratch.subarray(0, MAX_FEEDBACK_BYTES)
    transport.sendRtcp(this.#arrivals.writeFeedback(target, 0))
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
    if (nowMs - this.#estimatedMs < FALLING_ESTIMATE_INTERVAL_MS) return
    this.#estimatedMs = nowMs
    if (!this.#isEstimated) return
    const estimate = this.#router.estimate(nowMs) ?? UNBOUNDED
    const isFalling = estimate < this.#estimate * 0.97
    if (!isFalling && nowMs - this.#estimateToldMs < ESTIMATE_INTERVAL_MS) return
    // The client keeps to what it was told last, also when the thin path is gone.
    if (estimate === UNBOUNDED && !this.#hasToldEstimate) return
    this.#estimateToldMs = nowMs
    this.#estimate = estimate
    this.#hasToldEstimate = true
    const ssrcs = this.producers.flatMap(({ ssrc }) => (ssrc === undefined ? [] : [ssrc]))
    const { transport } = this.#options
    const remb = { sender: OWN_SSRC, bitrate: estimate, ssrcs }
    transport.sendRtcp(writeRemb(transport.scratch, 0, remb))
  }
}
