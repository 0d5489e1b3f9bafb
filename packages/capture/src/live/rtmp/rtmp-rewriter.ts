import { endOf, propertiesOf, readString, stringValue } from './amf0.ts'
import {
  ChunkReader,
  chunkSizeIn,
  EXTENDED,
  FIRST_CHUNK_BYTES,
  type RtmpMessage,
} from './chunk-reader.ts'
import type { RtmpAddress } from './rtmp-address.ts'

/** A version, a time with random bytes, and the echo of the other side’s (RTMP §5.2). */
const HANDSHAKE_BYTES = 1 + 2 * 1536

const SET_CHUNK_SIZE = 1
const COMMAND = 20

/** Commands whose first string is what the stream is called. */
const NAMING = new Set(['releaseStream', 'FCPublish', 'FCUnpublish', 'publish'])

export type RtmpTarget = Pick<RtmpAddress, 'app' | 'tcUrl' | 'name'>

/**
 * Lets a publisher say where its stream goes and what it is called without knowing either. What it sends comes in,
 * what the server is to hear goes out.
 */
export class RtmpRewriter {
  readonly #target: RtmpTarget
  readonly #onBytes: (bytes: Uint8Array) => void
  readonly #reader = new ChunkReader((message) => this.#handle(message))
  #handshakeBytes = 0
  #chunkBytes = FIRST_CHUNK_BYTES

  constructor(target: RtmpTarget, onBytes: (bytes: Uint8Array) => void) {
    this.#target = target
    this.#onBytes = onBytes
  }

  /** Throws a RangeError for what is no RTMP. */
  write(bytes: Uint8Array): void {
    const left = HANDSHAKE_BYTES - this.#handshakeBytes
    const handshake = bytes.subarray(0, left)
    this.#handshakeBytes += handshake.length
    if (handshake.length > 0) this.#onBytes(handshake)
    if (bytes.length > left) this.#reader.read(bytes.subarray(left))
  }

  #handle(message: RtmpMessage): void {
    const { type, payload } = message
    const next = type === COMMAND ? rewritten(payload, this.#target) : payload
    this.#onBytes(chunksOf({ ...message, payload: next }, this.#chunkBytes))
    if (type === SET_CHUNK_SIZE) this.#chunkBytes = chunkSizeIn(payload)
  }
}

/** A command with what the target says in the places of what it said. */
function rewritten(payload: Buffer, target: RtmpTarget): Buffer {
  const command = readString(payload, 0) ?? ''
  const numbered = endOf(payload, 0)
  const from = endOf(payload, numbered)
  if (command === 'connect') return connecting(payload, from, target)
  if (!NAMING.has(command)) return payload
  // §7.2.2.6: a null before it.
  for (let at = from; at < payload.length; at = endOf(payload, at)) {
    if (readString(payload, at) === undefined) continue
    return replaced(payload, [{ start: at, end: endOf(payload, at), text: target.name }])
  }
  return payload
}

/** §7.2.1.1. */
function connecting(payload: Buffer, at: number, { app, tcUrl }: RtmpTarget): Buffer {
  const texts = new Map([
    ['app', app],
    ['tcUrl', tcUrl],
  ])
  const places = propertiesOf(payload, at).properties.flatMap(({ key, start, end }) => {
    const text = texts.get(key)
    return text === undefined ? [] : [{ start, end, text }]
  })
  return replaced(payload, places)
}

/** With texts in these places, which are in order. */
function replaced(
  bytes: Buffer,
  places: readonly { start: number; end: number; text: string }[],
): Buffer {
  const parts: Uint8Array[] = []
  let at = 0
  for (const { start, end, text } of places) {
    parts.push(bytes.subarray(at, start), stringValue(text))
    at = end
  }
  return Buffer.concat([...parts, bytes.subarray(at)])
}

/** A message in chunks, the first of which says everything (§5.3.1.2.1). */
function chunksOf({ channel, time, type, stream, payload }: RtmpMessage, most: number): Buffer {
  const hasExtended = time >= EXTENDED
  const extended = Buffer.alloc(hasExtended ? 4 : 0)
  if (hasExtended) extended.writeUInt32BE(time)
  const head = Buffer.alloc(11)
  head.writeUIntBE(hasExtended ? EXTENDED : time, 0, 3)
  head.writeUIntBE(payload.length, 3, 3)
  head[6] = type
  head.writeUInt32LE(stream, 7)
  const parts: Uint8Array[] = [basicHeader(0, channel), head, extended, payload.subarray(0, most)]
  for (let at = most; at < payload.length; at += most) {
    parts.push(basicHeader(3, channel), extended, payload.subarray(at, at + most))
  }
  return Buffer.concat(parts)
}

function basicHeader(format: number, channel: number): Uint8Array {
  if (channel < 64) return Uint8Array.of((format << 6) | channel)
  const rest = channel - 64
  if (rest < 256) return Uint8Array.of(format << 6, rest)
  return Uint8Array.of((format << 6) | 1, rest & 0xff, rest >> 8)
}
