import { ARRIVAL_WINDOW_PACKETS } from '../limits.ts'
import { SequenceUnwrapper } from '../sequence.ts'
import { feedbackPackets, writeTransportFeedback } from './transport-feedback.ts'

const MASK = ARRIVAL_WINDOW_PACKETS - 1

/** Remembers when packets came and writes transport-wide feedback of it, from one side of one path. */
export class TransportArrivals {
  readonly #sender: number
  readonly #media: number
  readonly #times = new Float64Array(ARRIVAL_WINDOW_PACKETS).fill(Number.NaN)
  readonly #unwrapper = new SequenceUnwrapper()
  /** The first number that was not spoken of, and the one after the highest: unwrapped. */
  #next = -1
  #end = -1
  #feedbackCount = 0

  /** `sender` and `media` are the SSRCs in the feedback. */
  constructor(sender: number, media: number) {
    this.#sender = sender
    this.#media = media
  }

  /** Packets since the last feedback, lost ones included. */
  get pending(): number {
    return this.#end - this.#next
  }

  /** Remembers that the packet with this transport-wide sequence number came at `timeUs`. */
  record(sequence: number, timeUs: number): void {
    const number = this.#unwrapper.unwrap(sequence)
    if (this.#next < 0) this.#next = this.#end = number
    if (number >= this.#end) this.#advanceTo(number)
    else if (number < this.#end - ARRIVAL_WINDOW_PACKETS) return
    const slot = number & MASK
    if (!Number.isNaN(this.#times[slot] ?? 0)) return
    this.#times[slot] = timeUs
    // One that was said to be lost came late: the next feedback begins with it.
    if (number < this.#next) this.#next = number
  }

  #advanceTo(number: number): void {
    const first = Math.max(this.#end, number - ARRIVAL_WINDOW_PACKETS + 1)
    for (let lost = first; lost <= number; lost += 1) this.#times[lost & MASK] = Number.NaN
    this.#end = number + 1
    this.#next = Math.max(this.#next, this.#end - ARRIVAL_WINDOW_PACKETS)
  }

  /**
   * Writes feedback of what was not spoken of yet at `offset`; returns its end, or `offset` when
   * nothing came or there is no room. More may be pending afterwards.
   */
  writeFeedback(target: Uint8Array, offset: number): number {
    const arrivals = new Float64Array(this.pending)
    for (let index = 0; index < arrivals.length; index += 1) {
      arrivals[index] = this.#times[(this.#next + index) & MASK] ?? Number.NaN
    }
    const end = writeTransportFeedback(target, offset, {
      sender: this.#sender,
      media: this.#media,
      baseSequence: this.#next & 0xffff,
      feedbackCount: this.#feedbackCount,
      arrivals,
    })
    if (end === offset) return offset
    this.#next += feedbackPackets(target, offset)
    this.#feedbackCount = (this.#feedbackCount + 1) & 0xff
    return end
  }
}
