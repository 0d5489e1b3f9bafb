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
const RECORD_HEADER_BYTES = 5
const MAX_RECORD_BYTES = 16_384
/** RFC 8446 §4.1.2: version and random, before what has a length of its own. */
const FIXED_BYTES = 2 + 32
/** RFC 6066 §3, RFC 7301 §3.1. */
const SERVER_NAME = 0
const PROTOCOLS = 16

/** The first byte tells them apart (RFC 7983 §7); a ClientHello is read to its end. */
export function readFirstBytes(bytes: Uint8Array): FirstBytes {
  const [first] = bytes
  if (first === undefined) return { kind: 'incomplete' }
  if (first <= 3) return { kind: 'stun' }
  if (first >= 0x41 && first <= 0x5a) return { kind: 'http' }
  return first === HANDSHAKE ? readHello(bytes) : { kind: 'unknown' }
}

function readHello(bytes: Uint8Array): FirstBytes {
  const handshake = joinRecords(bytes)
  if (!handshake) return { kind: 'unknown' }
  if (handshake.length > 0 && handshake[0] !== CLIENT_HELLO) return { kind: 'unknown' }
  const reader = new Reader(handshake.subarray(1))
  const body = reader.vector(3)
  if (body) return helloIn(body)
  return bytes.length < MAX_HELLO_BYTES ? { kind: 'incomplete' } : { kind: 'unknown' }
}

/** What the records carry, as far as they are here (RFC 8446 §5.1); undefined: these are none. */
function joinRecords(bytes: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = []
  let offset = 0
  while (offset < bytes.length) {
    const length = ((bytes[offset + 3] ?? 0) << 8) | (bytes[offset + 4] ?? 0)
    const isWrong = bytes[offset] !== HANDSHAKE || (bytes[offset + 1] ?? 3) !== 3
    if (isWrong || length > MAX_RECORD_BYTES) return parts.length > 0 ? join(parts) : undefined
    const start = offset + RECORD_HEADER_BYTES
    parts.push(bytes.subarray(start, start + length))
    offset = start + length
  }
  return join(parts)
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
}

/** RFC 8446 §4.1.2. What can't be read is left to whoever answers TLS. */
function helloIn(body: Uint8Array): FirstBytes {
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
