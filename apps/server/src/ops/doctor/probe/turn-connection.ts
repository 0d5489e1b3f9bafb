import { randomBytes } from 'node:crypto'
import {
  ATTRIBUTE,
  attributeOf,
  decodeErrorCode,
  decodeMessage,
  decodeText,
  decodeXorAddress,
  encodeMessage,
  encodeText,
  encodeUint32,
  encodeXorAddress,
  ipOf,
  joinAddress,
  longTermKey,
  METHOD,
  type Integrity,
  type ReceivedMessage,
  type StunAttribute,
  type TransportAddress,
} from '@duet/stun'
import type { Line } from './line.ts'

/** RFC 8489 §6.2.1, cut short: a server that is well answers at once. */
const RETRY_MS = [500, 1000, 2000] as const
const ANSWER_MS = 5_000
/** Packets that are remembered: more than are ever sent to it. */
const MAX_HEARD = 64

export interface TurnLogin {
  username: string
  password: string
}

/** An answer other than success; `code` undefined: there was none. */
export class TurnRefusal extends Error {
  readonly code: number | undefined

  constructor(code: number | undefined) {
    super(code === undefined ? 'no answer' : `refused with ${code}`)
    this.name = 'TurnRefusal'
    this.code = code
  }
}

/** A client of STUN and TURN over one line; it asks for one thing at a time. */
export class TurnConnection {
  readonly #line: Line
  readonly #login: TurnLogin
  readonly #waiting = new Map<string, (answer: ReceivedMessage) => void>()
  readonly #heard = new Set<string>()
  readonly #listeners = new Set<() => void>()
  #realm: string | undefined
  #nonce: Uint8Array | undefined
  #isChallenged = false

  constructor(line: Line, login: TurnLogin = { username: '', password: '' }) {
    this.#line = line
    this.#login = login
    line.onMessage = (bytes) => this.#handleMessage(bytes)
  }

  /** The address that the server sees (RFC 8489 §2); rejects with a TurnRefusal. */
  async mappedAddress(): Promise<TransportAddress> {
    return addressIn(await this.#exchange(METHOD.binding, []), ATTRIBUTE.xorMappedAddress)
  }

  /** A relayed address, and how the server sees this client. Rejects with a TurnRefusal. */
  async allocate(): Promise<{ relayed: TransportAddress; mapped: TransportAddress }> {
    const transport = { type: ATTRIBUTE.requestedTransport, value: Uint8Array.of(17, 0, 0, 0) }
    const answer = await this.#request(METHOD.allocate, [transport])
    return {
      relayed: addressIn(answer, ATTRIBUTE.xorRelayedAddress),
      mapped: addressIn(answer, ATTRIBUTE.xorMappedAddress),
    }
  }

  /** Lets packets of the IP address of `peer` in. Rejects with a TurnRefusal. */
  async permit(peer: TransportAddress): Promise<void> {
    // A permission is for an IP address (RFC 8656 §9): its port means nothing.
    const ip = joinAddress(ipOf(peer), 0)
    await this.#request(METHOD.createPermission, (transactionId) => [
      { type: ATTRIBUTE.xorPeerAddress, value: encodeXorAddress(ip, transactionId) },
    ])
  }

  /** Sends a packet to a peer over the relay (RFC 8656 §11.1). */
  sendTo(peer: TransportAddress, text: string): void {
    const transactionId = new Uint8Array(randomBytes(12))
    const attributes = [
      { type: ATTRIBUTE.xorPeerAddress, value: encodeXorAddress(peer, transactionId) },
      { type: ATTRIBUTE.data, value: encodeText(text) },
    ]
    const message = { class: 'indication', method: METHOD.send, transactionId, attributes } as const
    this.#line.send(encodeMessage(message))
  }

  /** Whether a packet with this text came over the relay; calls `again` every now and then until it does. */
  async hears(text: string, again: () => void): Promise<boolean> {
    const heard = Promise.withResolvers<boolean>()
    const listen = (): void => {
      if (this.#heard.has(text)) heard.resolve(true)
    }
    this.#listeners.add(listen)
    const timers = [0, ...RETRY_MS].map((ms) => setTimeout(again, ms))
    timers.push(setTimeout(() => heard.resolve(false), ANSWER_MS))
    listen()
    const isHeard = await heard.promise
    for (const timer of timers) clearTimeout(timer)
    this.#listeners.delete(listen)
    return isHeard
  }

  /** Gives the relay back, and ends the line. Idempotent. */
  async close(): Promise<void> {
    if (this.#nonce) {
      const lifetime = { type: ATTRIBUTE.lifetime, value: encodeUint32(0) }
      this.#line.send(this.#sealed(METHOD.refresh, [lifetime], new Uint8Array(randomBytes(12))))
      // A datagram that is not on its way yet would go with the socket.
      await Bun.sleep(0)
    }
    this.#line.close()
  }

  /** With the login; asked once more with what the server says it wants (RFC 8489 §9.2.5). */
  async #request(
    method: number,
    attributes: readonly StunAttribute[] | ((transactionId: Uint8Array) => StunAttribute[]),
  ): Promise<ReceivedMessage> {
    try {
      return await this.#exchange(method, attributes)
    } catch (error) {
      const isChallenge = error instanceof TurnRefusal && (error.code === 401 || error.code === 438)
      if (!isChallenge || (error.code === 401 && this.#isChallenged)) throw error
      this.#isChallenged = true
      return this.#exchange(method, attributes)
    }
  }
  async #exchange(
    method: number,
    attributes: readonly StunAttribute[] | ((transactionId: Uint8Array) => StunAttribute[]),
  ): Promise<ReceivedMessage> {
    const transactionId = new Uint8Array(randomBytes(12))
    const written = typeof attributes === 'function' ? attributes(transactionId) : attributes
    const bytes = this.#sealed(method, written, transactionId)
    const key = transactionId.toHex()
    const { promise, resolve } = Promise.withResolvers<ReceivedMessage | undefined>()
    this.#waiting.set(key, resolve)
    const timers = this.#line.isReliable
      ? []
      : RETRY_MS.map((ms) => setTimeout(() => this.#line.send(bytes), ms))
    timers.push(setTimeout(() => resolve(undefined), ANSWER_MS))
    this.#line.send(bytes)
    const answer = await promise
    for (const timer of timers) clearTimeout(timer)
    this.#waiting.delete(key)
    if (answer?.class === 'success') return answer
    if (!answer) throw new TurnRefusal(undefined)
    this.#realm = decodeText(attributeOf(answer, ATTRIBUTE.realm) ?? new Uint8Array(0))
    this.#nonce = attributeOf(answer, ATTRIBUTE.nonce) ?? this.#nonce
    throw new TurnRefusal(
      decodeErrorCode(attributeOf(answer, ATTRIBUTE.errorCode) ?? new Uint8Array(0)),
    )
  }

  #sealed(
    method: number,
    attributes: readonly StunAttribute[],
    transactionId: Uint8Array,
  ): Uint8Array {
    const request = { class: 'request', method, transactionId } as const
    if (!this.#nonce || !this.#realm) return encodeMessage({ ...request, attributes })
    const { username, password } = this.#login
    const realm = this.#realm
    const integrity: Integrity = {
      algorithm: 'sha-1',
      key: longTermKey('md5', { username, realm, password }),
    }
    const credentials = [
      { type: ATTRIBUTE.username, value: encodeText(username) },
      { type: ATTRIBUTE.realm, value: encodeText(realm) },
      { type: ATTRIBUTE.nonce, value: this.#nonce },
    ]
    return encodeMessage({ ...request, attributes: [...attributes, ...credentials] }, { integrity })
  }

  #handleMessage(bytes: Uint8Array): void {
    const message = decodeMessage(bytes)
    if (!message) return
    if (message.class === 'indication') {
      const data = attributeOf(message, ATTRIBUTE.data)
      const text = data && decodeText(data)
      if (text !== undefined && this.#heard.size < MAX_HEARD) this.#heard.add(text)
      for (const listener of this.#listeners) listener()
    } else this.#waiting.get(message.transactionId.toHex())?.(message)
  }
}

function addressIn(answer: ReceivedMessage, type: number): TransportAddress {
  const value = attributeOf(answer, type)
  const address = value && decodeXorAddress(value, answer.transactionId)
  if (address === undefined) throw new Error('the answer has no address')
  return address
}
