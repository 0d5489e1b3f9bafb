import type { Clock } from '@duet/base'
import { Decoder, Encoder, PacketType, type Packet } from 'socket.io-parser'
import { Budget, type BudgetLimits } from '../bounds/budget.ts'
import { MAIN_NAMESPACE } from './paths.ts'
import { RelayedEventReader, type RelayedEvent } from './relayed-event.ts'

/** How Socket.IO reads and writes packets. */
export interface Parser {
  Encoder: new () => Encoder
  Decoder: new () => MeteredDecoder
}

export interface ParserOptions {
  /** Events that take the short way. */
  relayed: readonly string[]
  limits: BudgetLimits
  clock: Clock
}

/** A parser that hears of each connection what is within the limits. */
export function createParser({ relayed, limits, clock }: ParserOptions): Parser {
  const reader = new RelayedEventReader(relayed)
  return {
    Encoder,
    Decoder: class extends MeteredDecoder {
      constructor() {
        super(new Budget(limits, clock), reader)
      }
    },
  }
}

/**
 * Reads the packets of one connection: those over the rate are not heard, and who goes on all
 * the same is cut off. Events to be relayed take a shorter way than others do, which Socket.IO
 * puts off by two ticks.
 */
export class MeteredDecoder extends Decoder {
  /** Takes events to be relayed; without it they are events like others. */
  onRelayed: ((relayed: RelayedEvent) => void) | undefined
  readonly #budget: Budget
  readonly #reader: RelayedEventReader
  /** Attachments follow their packet: none is heard of one that was not. */
  #isSkipped = false
  /** Packets that Socket.IO may still have on their way: nothing overtakes them. */
  #deferred = 0

  constructor(budget: Budget, reader: RelayedEventReader) {
    super()
    this.#budget = budget
    this.#reader = reader
    // Nothing is ever acknowledged: a function would lead to its client past all rooms.
    this.on('decoded', (packet) => {
      delete packet.id
    })
  }

  /** Throws at what is no packet; the connection is closed then. */
  override add(data: string | Uint8Array): void {
    const isHeard = this.#budget.admit(data.length)
    if (this.#budget.isSpent) throw new RangeError('too many messages')
    if (typeof data === 'string') this.#isSkipped = !isHeard
    else if (!isHeard && !this.#isSkipped) {
      this.#isSkipped = true
      // What came of it so far is dropped.
      this.destroy()
    }
    if (!this.#isSkipped) this.#read(data)
  }

  #read(data: string | Uint8Array): void {
    const relayed = typeof data === 'string' ? this.#reader.read(data) : undefined
    if (relayed && this.onRelayed && this.#deferred === 0) {
      this.onRelayed(relayed)
      return
    }
    this.#deferred++
    process.nextTick(() => process.nextTick(() => process.nextTick(() => this.#deferred--)))
    if (!relayed) return super.add(data)
    const packet: Packet = {
      type: PacketType.EVENT,
      nsp: MAIN_NAMESPACE,
      data: [relayed.event, relayed.text, relayed.said],
    }
    this.emitReserved('decoded', packet)
  }
}
