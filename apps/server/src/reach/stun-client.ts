import { randomBytes } from 'node:crypto'
import type { CancelTimer, Clock } from '@duet/base'
import { destinationOf, type DatagramNetwork, type DatagramPort } from '@duet/datagrams'
import {
  ATTRIBUTE,
  attributeOf,
  decodeMessage,
  decodeXorAddress,
  encodeMessage,
  familyOf,
  ipOf,
  METHOD,
  type IpAddress,
  type ReceivedMessage,
  type SealOptions,
  type StunAttribute,
  type TransportAddress,
} from '@duet/stun'

/** RFC 8489 §6.2.1: the first wait, which doubles; requests in all; the last wait in first ones. */
const RTO_MS = 500
const MAX_REQUESTS = 7
const LAST_WAIT = 16

/** A server that has not answered in this time has not got the request (RFC 8489 §6.2.1). */
export const STUN_TIMEOUT_MS = RTO_MS * (2 ** (MAX_REQUESTS - 1) - 1) + RTO_MS * LAST_WAIT

export interface StunClientOptions {
  network: DatagramNetwork
  /** The local address; any free port is taken. */
  ip: IpAddress
  clock: Clock
  /** No answer is waited for longer than this; `STUN_TIMEOUT_MS` unless said. */
  timeoutMs?: number
  /** Closes the client. */
  signal?: AbortSignal | undefined
}

export interface StunQuestion {
  method: number
  attributes?: readonly StunAttribute[]
  seal?: SealOptions
}

interface Asking {
  server: TransportAddress
  method: number
  finish: (answer: ReceivedMessage | undefined) => void
}

/** Asks STUN and TURN servers from one UDP socket, so that all of them see the same one. */
export class StunClient {
  readonly #clock: Clock
  readonly #timeoutMs: number
  /** By transaction id, in hexadecimal. */
  readonly #asking = new Map<string, Asking>()
  #port: DatagramPort | undefined

  private constructor({ clock, timeoutMs = STUN_TIMEOUT_MS }: StunClientOptions) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  /** Rejects with a `DuetError` (`BindErrorCode`) when the local address is none. */
  static async open(options: StunClientOptions): Promise<StunClient> {
    const client = new StunClient(options)
    client.#port = await options.network.bind({
      ip: options.ip,
      port: 0,
      onDatagram: (payload, from) => client.#handleDatagram(payload, from),
    })
    options.signal?.addEventListener('abort', () => client.close(), { once: true })
    if (options.signal?.aborted) client.close()
    return client
  }

  /**
   * Sends a request until its answer comes, a success or an error; undefined when none came in
   * time, or the client was closed.
   */
  ask(server: TransportAddress, question: StunQuestion): Promise<ReceivedMessage | undefined> {
    const port = this.#port
    if (!port) return Promise.resolve(undefined)
    const { method, attributes = [], seal } = question
    const transactionId = randomBytes(12)
    const id = transactionId.toString('hex')
    const request = encodeMessage({ class: 'request', method, transactionId, attributes }, seal)
    const destination = destinationOf(server)
    const { promise, resolve } = Promise.withResolvers<ReceivedMessage | undefined>()
    let cancelNext: CancelTimer | undefined
    const finish = (answer: ReceivedMessage | undefined): void => {
      cancelNext?.()
      cancelEnd()
      this.#asking.delete(id)
      resolve(answer)
    }
    const send = (left: number, waitMs: number): void => {
      // Before the request goes out: its answer ends this.
      if (left > 1) cancelNext = this.#clock.after(waitMs, () => send(left - 1, 2 * waitMs))
      port.send(request, destination)
    }
    const cancelEnd = this.#clock.after(this.#timeoutMs, () => finish(undefined))
    this.#asking.set(id, { server, method, finish })
    send(MAX_REQUESTS, RTO_MS)
    return promise
  }

  /** The address that the server sees; undefined when it does not say. */
  async mappedAddress(server: TransportAddress): Promise<TransportAddress | undefined> {
    const answer = await this.ask(server, { method: METHOD.binding })
    const value = answer?.class === 'success' && attributeOf(answer, ATTRIBUTE.xorMappedAddress)
    const mapped = value && decodeXorAddress(value, answer.transactionId)
    const isFit = mapped && familyOf(ipOf(mapped)) === familyOf(ipOf(server))
    return isFit ? mapped : undefined
  }

  /** Ends all questions without an answer. Idempotent. */
  close(): void {
    this.#port?.close()
    this.#port = undefined
    for (const { finish } of this.#asking.values()) finish(undefined)
  }

  #handleDatagram(payload: Uint8Array, from: TransportAddress): void {
    // The payload is used again once this returns.
    const message = decodeMessage(payload.slice())
    if (!message || message.class === 'request' || message.class === 'indication') return
    const asking = this.#asking.get(Buffer.from(message.transactionId).toString('hex'))
    // An answer comes from where the request went (RFC 8489 §6.3.3, and what a browser asks for).
    if (asking?.server === from && asking.method === message.method) asking.finish(message)
  }
}
