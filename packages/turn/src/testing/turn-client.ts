import {
  ATTRIBUTE,
  attributeOf,
  channelDataBytes,
  channelNumberOf,
  channelPayloadOf,
  decodeErrorCode,
  decodeIcmp,
  decodeMessage,
  decodeText,
  decodeUint32,
  decodeXorAddress,
  encodeMessage,
  encodeText,
  encodeXorAddress,
  formatAddress,
  isChannelDataByte,
  longTermKey,
  METHOD,
  verifyIntegrity,
  writeChannelData,
  type Integrity,
  type ReceivedMessage,
  type StunAttribute,
  type TransportAddress,
} from '@duet/stun'

export const UDP_TRANSPORT: StunAttribute = {
  type: ATTRIBUTE.requestedTransport,
  value: Uint8Array.of(17, 0, 0, 0),
}

export interface TurnClientOptions {
  username?: string
  password?: string
  /** Pads ChannelData, as streams need it. */
  isStream?: boolean
  send: (bytes: Uint8Array) => void
}

export interface RequestOptions {
  /** Leaves out USERNAME, REALM, NONCE and integrity. */
  isAnonymous?: boolean
  fingerprint?: boolean
  transactionId?: Uint8Array
  integrity?: Integrity
}

/** A TURN client for tests: it does what it is told, right or wrong, and keeps all it hears. */
export class TurnClient {
  readonly messages: ReceivedMessage[] = []
  /** As `number: text`. */
  readonly channelData: string[] = []
  username: string
  password: string
  realm = ''
  nonce = ''
  readonly #options: TurnClientOptions
  readonly #waiting = new Map<string, (message: ReceivedMessage) => void>()
  readonly #changes = new Set<() => void>()

  constructor(options: TurnClientOptions) {
    this.#options = options
    this.username = options.username ?? 'ann'
    this.password = options.password ?? 'secret'
  }

  get integrity(): Integrity {
    return { algorithm: 'sha-1', key: longTermKey('md5', this) }
  }

  /** A datagram or frame from the server. */
  handle(bytes: Uint8Array): void {
    if (isChannelDataByte(bytes[0] ?? 0)) {
      const payload = channelPayloadOf(bytes) ?? new Uint8Array(0)
      this.channelData.push(`${channelNumberOf(bytes).toString(16)}: ${decodeText(payload)}`)
    } else {
      const message = decodeMessage(bytes.slice())
      if (!message) throw new Error('the server sent something malformed')
      this.messages.push(message)
      const key = message.transactionId.toHex()
      this.#waiting.get(key)?.(message)
      this.#waiting.delete(key)
    }
    for (const change of this.#changes) change()
  }

  /** Resolves when `isTrue` holds, which is asked whenever something arrives. */
  until(isTrue: () => boolean): Promise<void> {
    if (isTrue()) return Promise.resolve()
    return new Promise((resolve) => {
      const change = (): void => {
        if (!isTrue()) return
        this.#changes.delete(change)
        resolve()
      }
      this.#changes.add(change)
    })
  }

  /** The bytes of a request, with credentials unless it is anonymous. */
  build(method: number, attributes: StunAttribute[], options: RequestOptions = {}): Uint8Array {
    const credentials = [
      { type: ATTRIBUTE.username, value: encodeText(this.username) },
      { type: ATTRIBUTE.realm, value: encodeText(this.realm) },
      { type: ATTRIBUTE.nonce, value: encodeText(this.nonce) },
    ]
    const all = options.isAnonymous ? attributes : [...attributes, ...credentials]
    return this.buildPlain(method, all, options)
  }

  /** The same with just these attributes. */
  buildPlain(
    method: number,
    attributes: StunAttribute[],
    options: RequestOptions = {},
  ): Uint8Array {
    const message = {
      class: 'request' as const,
      method,
      transactionId: options.transactionId ?? crypto.getRandomValues(new Uint8Array(12)),
      attributes,
    }
    const integrity = options.isAnonymous ? undefined : (options.integrity ?? this.integrity)
    return encodeMessage(message, { integrity, fingerprint: options.fingerprint ?? false })
  }

  /** Sends bytes as they are. */
  sendRaw(bytes: Uint8Array): void {
    this.#options.send(bytes)
  }

  /** Sends bytes that are a request; resolves with its answer. */
  exchange(bytes: Uint8Array): Promise<ReceivedMessage> {
    return new Promise((resolve) => {
      this.#waiting.set(bytes.slice(8, 20).toHex(), resolve)
      this.#options.send(bytes)
    })
  }

  request(
    method: number,
    attributes: StunAttribute[] = [],
    options: RequestOptions = {},
  ): Promise<ReceivedMessage> {
    return this.exchange(this.build(method, attributes, options))
  }

  /** Gets realm and nonce, as the first request of every client does. */
  async greet(): Promise<void> {
    const challenge = await this.request(METHOD.allocate, [UDP_TRANSPORT], { isAnonymous: true })
    this.realm = textOf(challenge, ATTRIBUTE.realm)
    this.nonce = textOf(challenge, ATTRIBUTE.nonce)
  }

  /** Greets and tries to allocate; returns the error code, or 0. */
  async tryAllocate(attributes: StunAttribute[] = [UDP_TRANSPORT]): Promise<number> {
    await this.greet()
    return codeOf(await this.request(METHOD.allocate, attributes))
  }

  /** Greets and allocates; returns the relayed address. Throws when it is refused. */
  async allocate(attributes: StunAttribute[] = [UDP_TRANSPORT]): Promise<TransportAddress> {
    await this.greet()
    const answer = await this.request(METHOD.allocate, attributes)
    if (answer.class !== 'success') throw new Error(`not allocated: ${codeOf(answer)}`)
    return xorAddressOf(answer, ATTRIBUTE.xorRelayedAddress)
  }

  permit(...peers: TransportAddress[]): Promise<ReceivedMessage> {
    return this.#withPeers(METHOD.createPermission, [], peers)
  }

  bind(number: number, peer: TransportAddress): Promise<ReceivedMessage> {
    return this.#withPeers(METHOD.channelBind, [channelNumber(number)], [peer])
  }

  refresh(...attributes: StunAttribute[]): Promise<ReceivedMessage> {
    return this.request(METHOD.refresh, attributes)
  }

  sendChannelData(number: number, text: string): void {
    const payload = encodeText(text)
    const isStream = this.#options.isStream ?? false
    const bytes = new Uint8Array(channelDataBytes(payload.length, isStream))
    writeChannelData(bytes, number, payload, isStream)
    this.#options.send(bytes)
  }

  sendIndication(peer: TransportAddress, text: string, more: StunAttribute[] = []): void {
    const transactionId = crypto.getRandomValues(new Uint8Array(12))
    const attributes = [
      { type: ATTRIBUTE.xorPeerAddress, value: encodeXorAddress(peer, transactionId) },
      { type: ATTRIBUTE.data, value: encodeText(text) },
      ...more,
    ]
    const method = METHOD.send
    this.#options.send(encodeMessage({ class: 'indication', method, transactionId, attributes }))
  }

  /** Data indications with data that arrived, as `peer: text`. */
  get data(): string[] {
    return this.#dataIndications(ATTRIBUTE.data).map((message) => {
      const peer = xorAddressOf(message, ATTRIBUTE.xorPeerAddress)
      return `${formatAddress(peer)}: ${textOf(message, ATTRIBUTE.data)}`
    })
  }

  /** Those with an ICMP error, as `peer: type/code data`. */
  get icmpErrors(): string[] {
    return this.#dataIndications(ATTRIBUTE.icmp).map((message) => {
      const peer = xorAddressOf(message, ATTRIBUTE.xorPeerAddress)
      const error = decodeIcmp(attributeOf(message, ATTRIBUTE.icmp) ?? new Uint8Array(0))
      return `${formatAddress(peer)}: ${error?.type}/${error?.code} ${error?.data}`
    })
  }

  #dataIndications(having: number): ReceivedMessage[] {
    return this.messages.filter(
      (message) =>
        message.method === METHOD.data &&
        message.class === 'indication' &&
        attributeOf(message, having) !== undefined,
    )
  }

  #withPeers(
    method: number,
    attributes: StunAttribute[],
    peers: TransportAddress[],
  ): Promise<ReceivedMessage> {
    const transactionId = crypto.getRandomValues(new Uint8Array(12))
    const values = peers.map((peer) => ({
      type: ATTRIBUTE.xorPeerAddress,
      value: encodeXorAddress(peer, transactionId),
    }))
    return this.request(method, [...attributes, ...values], { transactionId })
  }
}

export function channelNumber(number: number): StunAttribute {
  return { type: ATTRIBUTE.channelNumber, value: Uint8Array.of(number >> 8, number, 0, 0) }
}

/** 0 for success, else the error code. */
export function codeOf(message: ReceivedMessage): number {
  if (message.class === 'success') return 0
  return decodeErrorCode(attributeOf(message, ATTRIBUTE.errorCode) ?? new Uint8Array(0)) ?? -1
}

export function textOf(message: ReceivedMessage, type: number): string {
  return decodeText(attributeOf(message, type) ?? new Uint8Array(0)) ?? ''
}

export function lifetimeOf(message: ReceivedMessage): number | undefined {
  return decodeUint32(attributeOf(message, ATTRIBUTE.lifetime) ?? new Uint8Array(0))
}

export function xorAddressOf(message: ReceivedMessage, type: number): TransportAddress {
  const value = attributeOf(message, type)
  const address = value && decodeXorAddress(value, message.transactionId)
  if (address === undefined) throw new Error('there is no such address')
  return address
}

export function isSealedBy(message: ReceivedMessage, integrity: Integrity): boolean {
  return verifyIntegrity(message, integrity)
}
