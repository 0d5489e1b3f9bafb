import {
  ACK_EVERY,
  ACK_EVERY_LENGTH,
  MAX_UNACKNOWLEDGED,
  MAX_UNACKNOWLEDGED_LENGTH,
} from './limits.ts'
import type { Sequenced } from './messages.ts'

/** What an arriving number means: the next one, one seen before, or one that leaves a hole. */
export type Arrival = 'next' | 'duplicate' | 'gap'

/**
 * One side's book of numbers: what it sent and was not acknowledged yet, and what it
 * received. Both sides of a session keep one; after a reconnection each sends again
 * what the other has not got. Order is kept and nothing is delivered twice.
 */
export class SequenceBook {
  #sent = 0
  #received = 0
  #receivedAndTold = 0
  #lengthNotTold = 0
  /** The last one has the number `#sent`. */
  #unacknowledged: string[] = []
  #unacknowledgedLength = 0

  /** The highest number sent. */
  get sent(): number {
    return this.#sent
  }

  /** The highest number received. */
  get received(): number {
    return this.#received
  }

  /** Frames that were sent and not acknowledged. */
  get pending(): number {
    return this.#unacknowledged.length
  }

  /** True when the other side has not acknowledged for so long that the session must be given up. */
  get isOverrun(): boolean {
    return (
      this.#unacknowledged.length > MAX_UNACKNOWLEDGED ||
      this.#unacknowledgedLength > MAX_UNACKNOWLEDGED_LENGTH
    )
  }

  /** True when enough came in, with nothing going out, that a bare `ack` is due. */
  get owesAck(): boolean {
    return (
      this.#received - this.#receivedAndTold >= ACK_EVERY || this.#lengthNotTold >= ACK_EVERY_LENGTH
    )
  }

  /** Numbers `message`, keeps it until it is acknowledged, and returns its frame. */
  write(message: object): string {
    const numbers: Sequenced = { seq: this.#sent + 1, ack: this.ackToSend() }
    return this.#keep(JSON.stringify({ ...message, ...numbers }))
  }

  /** The same for a message that is written already: its fields as JSON, without braces. */
  writeFields(fields: string): string {
    return this.#keep(`{${fields},"seq":${this.#sent + 1},"ack":${this.ackToSend()}}`)
  }

  /** The acknowledgement to put into a frame that goes out now. */
  ackToSend(): number {
    this.#receivedAndTold = this.#received
    this.#lengthNotTold = 0
    return this.#received
  }

  /** Judges the number of an arriving frame of `length` units; only `next` is to be handled. */
  arrive(seq: number, length = 0): Arrival {
    if (seq <= this.#received) return 'duplicate'
    if (seq !== this.#received + 1) return 'gap'
    this.#received = seq
    this.#lengthNotTold += length
    return 'next'
  }

  /** Forgets what the other side has. False when it claims what was never sent. */
  acknowledge(ack: number): boolean {
    if (ack > this.#sent) return false
    while (this.#acknowledged < ack) {
      this.#unacknowledgedLength -= this.#unacknowledged.shift()?.length ?? 0
    }
    return true
  }

  /** The highest number that the other side acknowledged. */
  get #acknowledged(): number {
    return this.#sent - this.#unacknowledged.length
  }

  #keep(text: string): string {
    this.#sent++
    this.#unacknowledged.push(text)
    this.#unacknowledgedLength += text.length
    return text
  }

  /**
   * The frames after number `after` that the other side has not got, in order, to be sent
   * again on a new connection.
   */
  unacknowledged(after = 0): string[] {
    return this.#unacknowledged.slice(Math.max(0, after - this.#acknowledged))
  }
}
