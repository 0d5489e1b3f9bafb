import type { Clock } from '@duet/base'
import {
  ATTRIBUTE,
  attributeOf,
  encodeMessage,
  encodeXorAddress,
  METHOD,
  type ReceivedMessage,
  type TransportAddress,
} from '@duet/stun'

/**
 * Tells whoever asks under which address it is seen (RFC 8489 §12.1): with the STUN server a second
 * port, by which a client learns how its NAT maps. Answers are hardly longer than requests, and bounded.
 */
export class StrangerAnswers {
  readonly #clock: Clock
  readonly #perSecond: number
  #second = 0
  #count = 0

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock
    this.#perSecond = perSecond
  }

  /** The answer to a Binding request without credentials; undefined: there is none. */
  answer(message: ReceivedMessage, from: TransportAddress): Uint8Array | undefined {
    const { class: kind, method, transactionId } = message
    if (kind !== 'request' || method !== METHOD.binding) return undefined
    if (attributeOf(message, ATTRIBUTE.username) !== undefined) return undefined
    if (!this.#take()) return undefined
    const value = encodeXorAddress(from, transactionId)
    const attributes = [{ type: ATTRIBUTE.xorMappedAddress, value }]
    const { hasFingerprint } = message
    return encodeMessage(
      { class: 'success', method, transactionId, attributes },
      { fingerprint: hasFingerprint },
    )
  }

  #take(): boolean {
    const second = Math.floor(this.#clock.now() / 1000)
    if (second !== this.#second) [this.#second, this.#count] = [second, 0]
    this.#count += 1
    return this.#count <= this.#perSecond
  }
}
