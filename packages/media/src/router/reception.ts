import { sequenceDifference } from '../rtp/sequence.ts'
import type { ReportBlock } from '../rtp/rtcp/rtcp-packet.ts'

/** A jump by more is a new beginning (RFC 3550 §A.1). */
const MAX_DROPOUT = 3000

/** How well one track arrives, for receiver reports (RFC 3550 §6.4.1, §A.3, §A.8). */
export class Reception {
  readonly #clockRate: number
  #base = -1
  #highest = 0
  #cycles = 0
  #received = 0
  #jitter = 0
  #lastTransit: number | undefined
  #expectedBefore = 0
  #receivedBefore = 0
  #lastSenderReport = 0
  #senderReportAt = 0

  constructor(clockRate: number) {
    this.#clockRate = clockRate
  }

  /** A packet came that did not come before. */
  receive(sequence: number, timestamp: number, nowMs: number): void {
    const distance = sequenceDifference(sequence, this.#highest)
    if (this.#base < 0 || Math.abs(distance) > MAX_DROPOUT) this.#restart(sequence)
    else if (distance > 0) {
      if (sequence < this.#highest) this.#cycles += 65_536
      this.#highest = sequence
    }
    this.#received += 1
    const transit = ((nowMs * this.#clockRate) / 1000 - timestamp) % 2 ** 32
    if (this.#lastTransit !== undefined) {
      const difference = Math.abs(transit - this.#lastTransit)
      // A wrapped timestamp says nothing about the network.
      if (difference < 2 ** 31) this.#jitter += (difference - this.#jitter) / 16
    }
    this.#lastTransit = transit
  }

  /** A sender report came; its time as its middle 32 bits. */
  handleSenderReport(compactNtp: number, nowMs: number): void {
    this.#lastSenderReport = compactNtp
    this.#senderReportAt = nowMs
  }

  /** What is to be reported now; undefined before the first packet. */
  report(ssrc: number, nowMs: number): ReportBlock | undefined {
    if (this.#base < 0) return undefined
    const expected = this.#cycles + this.#highest - this.#base + 1
    const expectedNow = expected - this.#expectedBefore
    const lostNow = expectedNow - (this.#received - this.#receivedBefore)
    this.#expectedBefore = expected
    this.#receivedBefore = this.#received
    const isLossy = expectedNow > 0 && lostNow > 0
    return {
      ssrc,
      fractionLost: isLossy ? Math.min(255, Math.floor((lostNow * 256) / expectedNow)) : 0,
      lost: Math.min(expected - this.#received, 0x7f_ffff),
      highestSequence: (this.#cycles + this.#highest) >>> 0,
      jitter: Math.floor(this.#jitter),
      lastSenderReport: this.#lastSenderReport,
      delaySinceSenderReport:
        this.#lastSenderReport === 0
          ? 0
          : Math.floor(((nowMs - this.#senderReportAt) * 65_536) / 1000) >>> 0,
    }
  }

  #restart(sequence: number): void {
    this.#base = sequence
    this.#highest = sequence
    this.#cycles = 0
    this.#received = 0
    this.#expectedBefore = 0
    this.#receivedBefore = 0
    this.#lastTransit = undefined
  }
}
