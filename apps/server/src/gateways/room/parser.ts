import type { Clock } from '@duet/base'
import { Decoder, Encoder, PacketType, type Packet } from 'socket.io-parser'
import { Budget } from '../budget.ts'
import type { DialectLimits } from '../dialect-limits.ts'
import { readMessage } from './message.ts'
import type { Said } from './said.ts'

/** A packet with attachments: its type, 5 or 6, and how many messages with bytes follow. */
const WITH_ATTACHMENTS = /^[56](\d+)-/

/** How Socket.IO reads and writes packets. */
export interface Parser {
  Encoder: new () => Encoder
  Decoder: new () => MeteredDecoder
}

/** A parser that hears of each connection what is within the limits. */
export function createParser(limits: DialectLimits, clock: Clock): Parser {
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
  /** Attachments of a packet that was not heard. */
  #orphans = 0
  /** Packets that Socket.IO may still have on their way: nothing overtakes them. */
  #deferred = 0

  constructor(budget: Budget) {
    super()
    this.#budget = budget
  }

  /** Throws at what is no packet; the connection is closed then. */
  override add(data: string | Uint8Array): void {
    const isHeard = this.#budget.admit(data.length)
    if (this.#budget.isSpent) throw new RangeError('too many messages')
    if (typeof data !== 'string' && this.#orphans > 0) this.#orphans--
    else if (!isHeard) this.#orphans = Number(WITH_ATTACHMENTS.exec(String(data))?.[1] ?? 0)
    else this.#read(data)
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
