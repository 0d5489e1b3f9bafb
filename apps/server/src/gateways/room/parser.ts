import type { Clock } from '@duet/base'
import { Decoder, Encoder, PacketType, type Packet } from 'socket.io-parser'
import { Budget, type BudgetLimits } from '../../bounds/budget.ts'
import { readMessage } from './message.ts'
import type { Said } from './said.ts'

/** How Socket.IO reads and writes packets. */
export interface Parser {
  Encoder: new () => Encoder
  Decoder: new () => MeteredDecoder
}

/** A parser that hears of each connection what is within the limits. */
export function createParser(limits: BudgetLimits, clock: Clock): Parser {
  return {
    Encoder,
    Decoder: class extends MeteredDecoder {
      constructor() {
        super(new Budget(limits, clock))
      }
    },
  }
}

/**
 * Reads the packets of one connection: those over the rate are not heard, and who goes on all
 * the same is cut off. Messages to be relayed take a shorter way than events do, which Socket.IO
 * puts off by two ticks.
 */
export class MeteredDecoder extends Decoder {
  /** Takes relayed messages; without it they are events like others. */
  onMessage: ((room: string, said: Said) => void) | undefined
  readonly #budget: Budget
  /** Attachments follow their packet: none is heard of one that was not. */
  #isSkipped = false
  /** Packets that Socket.IO may still have on their way: nothing overtakes them. */
  #deferred = 0

  constructor(budget: Budget) {
    super()
    this.#budget = budget
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
    const message = typeof data === 'string' ? readMessage(data) : undefined
    if (message && this.onMessage && this.#deferred === 0) {
      this.onMessage(message.room, message.said)
      return
    }
    this.#deferred++
    process.nextTick(() => process.nextTick(() => process.nextTick(() => this.#deferred--)))
    if (!message) return super.add(data)
    const event = ['message', message.room, message.said]
    this.emitReserved('decoded', { type: PacketType.EVENT, nsp: '/', data: event } satisfies Packet)
  }
}
