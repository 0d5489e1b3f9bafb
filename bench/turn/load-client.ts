import {
  ATTRIBUTE,
  attributeOf,
  decodeErrorCode,
  decodeMessage,
  decodeText,
  decodeXorAddress,
  encodeMessage,
  encodeText,
  encodeXorAddress,
  HEADER_BYTES,
  ipFromBits,
  joinAddress,
  longTermKey,
  METHOD,
  type ReceivedMessage,
  type StunAttribute,
  type TransportAddress,
} from '@duet/stun'
import { LoadSocket } from './system.ts'

/** A TURN server as clients know it. */
export interface TurnTarget {
  host: string
  port: number
  username: string
  password: string
}

const ATTEMPTS = 3
const UDP_TRANSPORT = { type: ATTRIBUTE.requestedTransport, value: Uint8Array.of(17, 0, 0, 0) }
const FIRST_CHANNEL = 0x4000

/** A client that blocks until each of its requests is answered. */
export class LoadClient {
  readonly socket: LoadSocket
  readonly #target: TurnTarget
  readonly #isStream: boolean
  #realm = ''
  #nonce = ''
  /** What came of a stream and is no whole message yet. */
  #rest = new Uint8Array(0)

  constructor(target: TurnTarget, transport: 'udp' | 'tcp', host: string) {
    this.#target = target
    this.#isStream = transport === 'tcp'
    this.socket = new LoadSocket(transport, host, target)
  }

  /** Returns the relayed address. Throws when it is refused. */
  allocate(): TransportAddress {
    const challenge = this.#exchange(METHOD.allocate, [UDP_TRANSPORT], false)
    this.#realm = textOf(challenge, ATTRIBUTE.realm)
    this.#nonce = textOf(challenge, ATTRIBUTE.nonce)
    const answer = this.#request(METHOD.allocate, [UDP_TRANSPORT])
    const relayed = attributeOf(answer, ATTRIBUTE.xorRelayedAddress)
    const address = relayed && decodeXorAddress(relayed, answer.transactionId)
    if (address === undefined) throw new Error('the server named no relayed address')
    return address
  }

  permit(peer: TransportAddress): void {
    this.#requestFor(METHOD.createPermission, [], peer)
  }

  /** Binds the first channel. */
  bind(peer: TransportAddress): void {
    const value = Uint8Array.of(FIRST_CHANNEL >> 8, FIRST_CHANNEL & 255, 0, 0)
    this.#requestFor(METHOD.channelBind, [{ type: ATTRIBUTE.channelNumber, value }], peer)
  }

  /** Gives the allocation back. */
  close(): void {
    try {
      this.#request(METHOD.refresh, [{ type: ATTRIBUTE.lifetime, value: new Uint8Array(4) }])
    } catch {
      // The server is gone, or the answer lies behind data: the allocation ends by itself.
    }
    this.socket.close()
  }

  #requestFor(method: number, attributes: StunAttribute[], peer: TransportAddress): void {
    const transactionId = crypto.getRandomValues(new Uint8Array(12))
    const value = encodeXorAddress(peer, transactionId)
    const all = [...attributes, { type: ATTRIBUTE.xorPeerAddress, value }]
    this.#request(method, all, transactionId)
  }

  #request(method: number, attributes: StunAttribute[], transactionId?: Uint8Array) {
    const answer = this.#exchange(method, attributes, true, transactionId)
    if (answer.class === 'success') return answer
    const code = decodeErrorCode(attributeOf(answer, ATTRIBUTE.errorCode) ?? new Uint8Array(0))
    throw new Error(`the server refused method ${method}: ${code}`)
  }

  #exchange(
    method: number,
    attributes: StunAttribute[],
    isSigned: boolean,
    transactionId: Uint8Array = crypto.getRandomValues(new Uint8Array(12)),
  ): ReceivedMessage {
    const { username, password } = this.#target
    const credentials = [
      { type: ATTRIBUTE.username, value: encodeText(username) },
      { type: ATTRIBUTE.realm, value: encodeText(this.#realm) },
      { type: ATTRIBUTE.nonce, value: encodeText(this.#nonce) },
    ]
    const all = isSigned ? [...attributes, ...credentials] : attributes
    const key = longTermKey('md5', { username, realm: this.#realm, password })
    const bytes = encodeMessage(
      { class: 'request', method, transactionId, attributes: all },
      isSigned ? { integrity: { algorithm: 'sha-1', key } } : {},
    )
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      this.socket.send(bytes)
      const answer = this.#receive(transactionId)
      if (answer) return answer
    }
    throw new Error('the server does not answer')
  }

  #receive(transactionId: Uint8Array): ReceivedMessage | undefined {
    for (;;) {
      const came = this.socket.receive()
      if (!came) return undefined
      const bytes = this.#isStream ? this.#wholeMessage(came) : came
      const message = bytes && decodeMessage(bytes)
      if (message && Buffer.compare(message.transactionId, transactionId) === 0) return message
    }
  }

  /** The first message of the stream, once all of it is here; nothing else comes meanwhile. */
  #wholeMessage(came: Uint8Array): Uint8Array | undefined {
    const all = new Uint8Array([...this.#rest, ...came])
    const length = HEADER_BYTES + (((all[2] ?? 0) << 8) | (all[3] ?? 0))
    this.#rest = all.length < length ? all : all.slice(length)
    return all.length < length ? undefined : all.subarray(0, length)
  }
}

/** The transport address of an IPv4 address and a port. */
export function ipv4Address(host: string, port: number): TransportAddress {
  const bits = host.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
  return joinAddress(ipFromBits(bits), port)
}

function textOf(message: ReceivedMessage, type: number): string {
  return decodeText(attributeOf(message, type) ?? new Uint8Array(0)) ?? ''
}
