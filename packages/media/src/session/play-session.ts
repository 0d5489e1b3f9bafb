import type { RtcpPacket } from '../rtp/rtcp/rtcp-packet.ts'
import type { Consumer } from '../router/consumer.ts'
import { PlayerEstimate } from '../router/player-estimate.ts'
import type { Player, Router } from '../router/router.ts'
import type { Transport } from '../transport/transport.ts'
import type { SessionRole } from './session.ts'

export interface PlaySessionOptions {
  id: string
  router: Router
  consumers: readonly Consumer[]
  transport: Pick<Transport, 'sentBytes'>
}

/** A client that plays: its feedback goes to its consumers. */
export class PlaySession implements SessionRole, Player {
  readonly id: string
  readonly consumers: readonly Consumer[]
  readonly estimate = new PlayerEstimate()
  readonly #options: PlaySessionOptions
  #sentBytes = 0
  #rateMs = 0
  #bitrate = 0

  constructor(options: PlaySessionOptions) {
    this.#options = options
    this.id = options.id
    this.consumers = options.consumers
  }

  start(nowMs: number): void {
    this.#options.router.play(this, nowMs)
  }

  /** Players send no media. */
  handleRtp(): void {}

  handleRtcp(packet: RtcpPacket, nowMs: number): void {
    switch (packet.type) {
      case 'nack':
        this.#consumerOf(packet.media)?.retransmit(packet.sequences, nowMs)
        break
      case 'pli':
        this.#requestKeyFrame(packet.media)
        break
      case 'fir':
        for (const { ssrc } of packet.requests) this.#requestKeyFrame(ssrc)
        break
      case 'remb':
        this.estimate.handleEstimate(packet.bitrate, this.#bitrate, nowMs)
        break
      case 'receiver-report':
      case 'sender-report':
        for (const report of packet.reports) {
          const consumer = this.#consumerOf(report.ssrc)
          consumer?.handleReport(report, nowMs)
          if (consumer?.kind === 'video') this.estimate.handleReport(report, this.#bitrate)
        }
    }
  }

  /** Measures what is sent to the player, over about a second. */
  tick(nowMs: number): void {
    const passedMs = nowMs - this.#rateMs
    if (passedMs < 1_000) return
    const { transport, router } = this.#options
    const bytes = transport.sentBytes - this.#sentBytes
    this.#bitrate = (bytes * 8_000) / passedMs
    router.sentBytes += bytes
    this.#sentBytes = transport.sentBytes
    this.#rateMs = nowMs
  }

  close(): void {
    this.#options.router.stop(this)
  }

  #consumerOf(ssrc: number): Consumer | undefined {
    return this.consumers.find(({ flow }) => flow.ssrc === ssrc)
  }

  #requestKeyFrame(ssrc: number): void {
    if (this.#consumerOf(ssrc)?.kind === 'video') this.#options.router.requestKeyFrame('video')
  }
}
