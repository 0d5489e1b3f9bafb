/** What somebody who connects begins to speak. */
export type FirstBytes =
  /** More must come before it can be told. */
  | { kind: 'incomplete' }
  /** `protocols`: those that are offered (RFC 7301 §3.1). */
  | { kind: 'tls'; serverName: string | undefined; protocols: readonly string[] }
  | { kind: 'stun' }
  | { kind: 'http' }
  | { kind: 'unknown' }

/** A ClientHello of a browser has 2 kB; a longer one than this is not waited for. */
export const MAX_HELLO_BYTES = 32 * 1024

/** RFC 8446 §5.1, §4. */
const HANDSHAKE = 22
const CLIENT_HELLO = 1
const TLS_MAJOR = 3
const RECORD_HEADER_BYTES = 5
const MAX_RECORD_BYTES = 16_384
/** RFC 8446 §4.1.2: version and random, before what has a length of its own. */
const FIXED_BYTES = 2 + 32
/** RFC 6066 §3, RFC 7301 §3.1. */
const SERVER_NAME = 0
const PROTOCOLS = 16

/** Finds out what is spoken from what comes bit by bit; each byte is looked at once. */
export class FirstBytesReader {
  readonly #all = new Gathered()
  /** What the records carry (RFC 8446 §5.1). */
  readonly #handshake = new Gathered()
  /** How far records were read. */
  #at = 0
  /** What is missing of the record there. */
  #recordRest = 0

  /** All that came. */
  get bytes(): Uint8Array {
    return this.#all.bytes
  }

  /** The first byte tells them apart (RFC 7983 §7); a ClientHello is read to its end. */
  read(chunk: Uint8Array): FirstBytes {
    this.#all.add(chunk)
    const [first] = this.#all.bytes
    if (first === undefined) return { kind: 'incomplete' }
    if (first <= 3) return { kind: 'stun' }
    if (first >= 0x41 && first <= 0x5a) return { kind: 'http' }
    return first === HANDSHAKE ? this.#readRecords() : { kind: 'unknown' }
  }

  #readRecords(): FirstBytes {
    const { bytes } = this.#all
    while (this.#at < bytes.length) {
      if (this.#recordRest === 0) {
        const header = bytes.subarray(this.#at, this.#at + RECORD_HEADER_BYTES)
        const length = recordLength(header)
        if (length > MAX_RECORD_BYTES) return { kind: 'unknown' }
        if (header.length < RECORD_HEADER_BYTES) break
        this.#recordRest = length
        this.#at += RECORD_HEADER_BYTES
      }
      const part = bytes.subarray(this.#at, this.#at + this.#recordRest)
      this.#handshake.add(part)
      this.#recordRest -= part.length
      this.#at += part.length
      const found = helloIn(this.#handshake.bytes)
      if (found) return found
    }
    return bytes.length < MAX_HELLO_BYTES ? { kind: 'incomplete' } : { kind: 'unknown' }
  }
}

/** What a record's header says, as far as it is here; Infinity: it is no handshake (RFC 8446 §5.1). */
function recordLength(header: Uint8Array): number {
  const [type, major = TLS_MAJOR, , high = 0, low = 0] = header
  return type === HANDSHAKE && major === TLS_MAJOR ? (high << 8) | low : Infinity
}

/** RFC 8446 §4; undefined: it is not here to its end. */
function helloIn(handshake: Uint8Array): FirstBytes | undefined {
  if (handshake.length > 0 && handshake[0] !== CLIENT_HELLO) return { kind: 'unknown' }
  const length = new Reader(handshake.subarray(1)).number(3) ?? 0
  if (length > MAX_HELLO_BYTES) return { kind: 'unknown' }
  const body = new Reader(handshake.subarray(1)).vector(3)
  return body && helloOf(body)
}

/** Bytes one behind the other, in memory that doubles when it is full. */
class Gathered {
  #memory = new Uint8Array()
  #length = 0

  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length)
  }

  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length
    if (length > this.#memory.length) {
      const memory = new Uint8Array(Math.max(length, 2 * this.#memory.length))
      memory.set(this.bytes)
      this.#memory = memory
    }
    this.#memory.set(bytes, this.#length)
    this.#length = length
  }
}

/** RFC 8446 §4.1.2. What can't be read is left to whoever answers TLS. */
function helloOf(body: Uint8Array): FirstBytes {
  const reader = new Reader(body.subarray(FIXED_BYTES))
  reader.vector(1)
  reader.vector(2)
  reader.vector(1)
  const extensions = new Reader(reader.vector(2) ?? new Uint8Array())
  let serverName: string | undefined
  let protocols: string[] = []
  for (;;) {
    const type = extensions.number(2)
    const data = extensions.vector(2)
    if (type === undefined || !data) return { kind: 'tls', serverName, protocols }
    if (type === SERVER_NAME) serverName = serverNameIn(data)
    if (type === PROTOCOLS) protocols = protocolsIn(data)
  }
}

function serverNameIn(data: Uint8Array): string | undefined {
  const list = new Reader(new Reader(data).vector(2) ?? new Uint8Array())
  const isHostName = list.number(1) === 0
  const name = list.vector(2)
  return isHostName && name ? Buffer.from(name).toString('latin1').toLowerCase() : undefined
}

function protocolsIn(data: Uint8Array): string[] {
  const list = new Reader(new Reader(data).vector(2) ?? new Uint8Array())
  const names: string[] = []
  for (;;) {
    const name = list.vector(1)
    if (!name) return names
    names.push(Buffer.from(name).toString('latin1'))
  }
}

/** Takes numbers and vectors (RFC 8446 §3.4) from the front; undefined where too little is left. */
class Reader {
  #rest: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#rest = bytes
  }

  number(size: number): number | undefined {
    if (this.#rest.length < size) return undefined
    let value = 0
    for (const byte of this.#rest.subarray(0, size)) value = value * 256 + byte
    this.#rest = this.#rest.subarray(size)
    return value
  }

  /** With its length in front, in so many bytes. */
  vector(lengthSize: number): Uint8Array | undefined {
    const length = this.number(lengthSize)
    if (length === undefined || this.#rest.length < length) return undefined
    const vector = this.#rest.subarray(0, length)
    this.#rest = this.#rest.subarray(length)
    return vector
  }
}
