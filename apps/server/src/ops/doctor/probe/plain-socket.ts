import {
  ATTRIBUTE,
  attributeOf,
  decodeMessage,
  decodeText,
  decodeXorAddress,
  encodeMessage,
  encodeText,
  formatIp,
  ipOf,
  METHOD,
  portOf,
  type TransportAddress,
} from '@duet/stun'

const RETRY_MS = [0, 500, 1000] as const
const ANSWER_MS = 4_000

/** A UDP socket as a browser without a relay has it: it learns its address, and sends. */
export class PlainSocket {
  readonly #socket: Bun.udp.Socket<'uint8array'>
  readonly #onData: Set<(bytes: Uint8Array) => void>

  private constructor(
    socket: Bun.udp.Socket<'uint8array'>,
    onData: Set<(bytes: Uint8Array) => void>,
  ) {
    this.#socket = socket
    this.#onData = onData
  }

  /** A socket of one family reaches nothing of the other one. */
  static async open(family: 4 | 6): Promise<PlainSocket> {
    const onData = new Set<(bytes: Uint8Array) => void>()
    const socket = await Bun.udpSocket({
      hostname: family === 6 ? '::' : '0.0.0.0',
      binaryType: 'uint8array',
      socket: {
        data(_, bytes) {
          for (const listener of onData) listener(bytes.slice())
        },
        error: () => undefined,
      },
    })
    return new PlainSocket(socket, onData)
  }

  /** How a STUN server sees this socket; undefined when it does not answer. */
  async mappedAddress(ip: string, port: number): Promise<TransportAddress | undefined> {
    const transactionId = crypto.getRandomValues(new Uint8Array(12))
    const request = encodeMessage({
      class: 'request',
      method: METHOD.binding,
      transactionId,
      attributes: [],
    })
    const { promise, resolve } = Promise.withResolvers<TransportAddress | undefined>()
    const listen = (bytes: Uint8Array): void => {
      const message = decodeMessage(bytes)
      if (message?.transactionId.toHex() !== transactionId.toHex()) return
      const value = attributeOf(message, ATTRIBUTE.xorMappedAddress)
      resolve(value && decodeXorAddress(value, transactionId))
    }
    this.#onData.add(listen)
    const timers = RETRY_MS.map((ms) => setTimeout(() => this.#send(request, port, ip), ms))
    timers.push(setTimeout(() => resolve(undefined), ANSWER_MS))
    const mapped = await promise
    for (const timer of timers) clearTimeout(timer)
    this.#onData.delete(listen)
    return mapped
  }

  /** Sends a packet with this text. */
  send(to: TransportAddress, text: string): void {
    this.#send(encodeText(text), portOf(to), formatIp(ipOf(to)))
  }

  /** Whether a packet with this text comes; calls `again` every now and then until it does. */
  async hears(text: string, again: () => void): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const listen = (bytes: Uint8Array): void => {
      if (decodeText(bytes) === text) resolve(true)
    }
    this.#onData.add(listen)
    const timers = RETRY_MS.map((ms) => setTimeout(again, ms))
    timers.push(setTimeout(() => resolve(false), ANSWER_MS))
    const isHeard = await promise
    for (const timer of timers) clearTimeout(timer)
    this.#onData.delete(listen)
    return isHeard
  }

  #send(bytes: Uint8Array, port: number, ip: string): void {
    if (this.#socket.closed) return
    try {
      this.#socket.send(bytes, port, ip)
    } catch {
      // There is no way to it: the missing answer says so.
    }
  }

  /** Idempotent. */
  close(): void {
    if (!this.#socket.closed) this.#socket.close()
  }
}
