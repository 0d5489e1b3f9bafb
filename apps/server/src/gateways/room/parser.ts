import type { Clock } from '@duet/base'
import { Decoder, Encoder, PacketType, type Packet } from 'socket.io-parser'
import { Budget } from '../budget.ts'
import type { DialectLimits } from '../dialect-limits.ts'
import { Said } from './said.ts'

/** A packet with attachments: its type, 5 or 6, and how many messages with bytes follow. */
const WITH_ATTACHMENTS = /^[56](\d+)-/

/** How a packet begins that is relayed: an event, the main namespace, no acknowledgement. */
const MESSAGE = `${PacketType.EVENT}["message",`

/** How Socket.IO reads and writes packets, within what each connection may say. */
export interface Parser {
  Encoder: new () => Encoder
  Decoder: new () => Decoder
}

/** Makes decoders that do not hear what is over the rate, and throw at who goes on all the same. */
export function createParser(limits: DialectLimits, clock: Clock): Parser {
  return {
    Encoder: MessageEncoder,
    Decoder: class extends MessageDecoder {
      readonly #budget = new Budget(limits, clock)
      /** Attachments of a packet that was not heard. */
      #orphans = 0

      override add(data: string | Uint8Array): void {
        const isHeard = this.#budget.admit(data.length)
        if (this.#budget.isSpent) throw new RangeError('too many messages')
        if (typeof data !== 'string' && this.#orphans > 0) this.#orphans--
        else if (isHeard) super.add(data)
        else this.#orphans = Number(WITH_ATTACHMENTS.exec(String(data))?.[1] ?? 0)
      }
    },
  }
}

/** Reads `message` events so that their data can be written again as it was. */
class MessageDecoder extends Decoder {
  override add(data: string | Uint8Array): void {
    const message = typeof data === 'string' && data.startsWith(MESSAGE) && readMessage(data)
    if (message) this.emitReserved('decoded', message)
    else super.add(data)
  }
}

/** Writes what was said as it was read: a relayed message is the same text. */
class MessageEncoder extends Encoder {
  override encode(packet: Packet): unknown[] {
    if (packet.type !== PacketType.EVENT) return super.encode(packet)
    const [event, room, what] = packet.data as unknown[]
    if (!(what instanceof Said)) return super.encode(packet)
    if (what.json === undefined) return super.encode({ ...packet, data: [event, room, what.data] })
    return [`${MESSAGE}${JSON.stringify(room)},${what.json}]`]
  }
}

/** `["message", room, data]`, and nothing else. */
function readMessage(text: string): Packet | undefined {
  const words = parseJson(text.slice(1))
  if (!Array.isArray(words) || words.length !== 3) return undefined
  const [event, room, data] = words as unknown[]
  const start = MESSAGE + JSON.stringify(room) + ','
  if (!text.startsWith(start)) return undefined
  const said = new Said(data, text.slice(start.length, text.lastIndexOf(']')))
  return { type: PacketType.EVENT, nsp: '/', data: [event, room, said] }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
