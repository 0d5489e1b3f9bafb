import { ACK_EVERY, MAX_UNACKNOWLEDGED } from './limits.ts'
import type { Sequenced } from './messages.ts'

/** What an arriving number means: the next one, one seen before, or one that leaves a hole. */
export type Arrival = 'next' | 'duplicate' | 'gap'

/**
 * One side's book of numbers: what it sent and was not acknowledged yet, and what it
 * received. Both sides of a session keep one; after a reconnection each sends again
 * what the other has not got. Order is kept and nothing is delivered twice.
 */
export class SequenceBook<Message extends object> {
  #sent = 0
  #received = 0
  #acknowledgedReceived = 0
  #unacknowledged: (Message & Sequenced)[] = []

  /** The highest number received. */
  get received(): number {
    return this.#received
  }

  /** Messages that were sent and not acknowledged. */
  get pending(): number {
    return this.#unacknowledged.length
  }

  /** True when the other side has not acknowledged for so long that the session must be given up. */
  get isOverrun(): boolean {
    return this.#unacknowledged.length > MAX_UNACKNOWLEDGED
  }

  /** True when enough came in, with nothing going out, that a bare `ack` is due. */
  get owesAck(): boolean {
    return this.#received - this.#acknowledgedReceived >= ACK_EVERY
  }

  /** Numbers `message` and keeps it until it is acknowledged. */
  number(message: Message): Message & Sequenced {
    const numbered = { ...message, seq: ++this.#sent, ack: this.ackToSend() }
    this.#unacknowledged.push(numbered)
    return numbered
  }

  /** The acknowledgement to put into a frame that goes out now. */
  ackToSend(): number {
    this.#acknowledgedReceived = this.#received
    return this.#received
  }

  /** Judges an arriving number; only `next` is to be handled. */
  arrive(seq: number): Arrival {
    if (seq <= this.#received) return 'duplicate'
    if (seq !== this.#received + 1) return 'gap'
    this.#received = seq
    return 'next'
  }

  /** Forgets what the other side has. False when it claims what was never sent. */
  acknowledge(ack: number): boolean {
    if (ack > this.#sent) return false
    while (this.#unacknowledged[0] && this.#unacknowledged[0].seq <= ack) {
      this.#unacknowledged.shift()
    }
    return true
  }

  /** What the other side has not got, in order, to be sent again over a new connection. */
  unacknowledged(): (Message & Sequenced)[] {
    const ack = this.ackToSend()
    return this.#unacknowledged.map((message) => ({ ...message, ack }))
  }
}
