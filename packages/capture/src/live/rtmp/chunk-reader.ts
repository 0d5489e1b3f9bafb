/** The largest message that is taken: a key frame of a broadcast has a few hundred kilobytes. */
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024
/** Channels that are used at once: ffmpeg has about eight. */
const MAX_CHANNELS = 64
const MAX_HEADER_BYTES = 3 + 11 + 4
/** A time that stands behind the header, in four bytes (RTMP §5.3.1.3). */
export const EXTENDED = 0xff_ffff
/** Until another size is said (§5.4.1). */
export const FIRST_CHUNK_BYTES = 128
const SET_CHUNK_SIZE = 1

/** A message as chunks carried it. */
export interface RtmpMessage {
  channel: number
  /** In milliseconds, as 32 bits. */
  time: number
  type: number
  stream: number
  payload: Buffer
}

interface Channel {
  time: number
  /** What the next message adds where its header does not say. */
  step: number
  length: number
  type: number
  stream: number
  hasExtended: boolean
  parts: Buffer[]
  /** Of the message that has begun. */
  received: number
}

/** Puts messages together from chunks (RTMP §5.3), in whatever pieces they come. */
export class ChunkReader {
  readonly #onMessage: (message: RtmpMessage) => void
  readonly #channels = new Map<number, Channel>()
  #waiting: Buffer = Buffer.alloc(0)
  #chunkBytes = FIRST_CHUNK_BYTES

  constructor(onMessage: (message: RtmpMessage) => void) {
    this.#onMessage = onMessage
  }

  /** Throws a RangeError for what is no RTMP. */
  read(bytes: Uint8Array): void {
    this.#waiting =
      this.#waiting.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#waiting, bytes])
    let at = 0
    for (;;) {
      const next = this.#readChunk(at)
      if (next === undefined) break
      at = next
    }
    this.#waiting = this.#waiting.subarray(at)
  }

  /** Where the chunk ends that begins there; undefined: it is not all there. */
  #readChunk(start: number): number | undefined {
    const bytes = this.#waiting
    // A header that is whole may be shorter; then a chunk follows that is not.
    const end = Math.min(bytes.length, start + MAX_HEADER_BYTES)
    const header = readHeader(bytes.subarray(start, end), this.#channels)
    if (!header) return undefined
    const { number, channel, isNew } = header
    const length = Math.min(this.#chunkBytes, channel.length - (isNew ? 0 : channel.received))
    const from = start + header.bytes
    if (bytes.length < from + length) return undefined
    this.#take(number, header, bytes.subarray(from, from + length))
    return from + length
  }

  #take(number: number, { channel, isNew }: Header, part: Buffer): void {
    if (!this.#channels.has(number) && this.#channels.size >= MAX_CHANNELS) {
      throw new RangeError('too many channels are used')
    }
    if (channel.length > MAX_MESSAGE_BYTES) throw new RangeError('a message is too long')
    this.#channels.set(number, channel)
    if (isNew) {
      channel.parts = []
      channel.received = 0
    }
    channel.parts.push(Buffer.from(part))
    channel.received += part.length
    if (channel.received < channel.length) return
    const { time, type, stream, parts } = channel
    const payload = Buffer.concat(parts)
    channel.parts = []
    channel.received = 0
    if (type === SET_CHUNK_SIZE) this.#chunkBytes = chunkSizeIn(payload)
    this.#onMessage({ channel: number, time, type, stream, payload })
  }
}

/** What a message says that sets the size of chunks. */
export function chunkSizeIn(payload: Buffer): number {
  const bytes = payload.readUInt32BE(0) & 0x7fff_ffff
  if (bytes === 0) throw new RangeError('chunks can’t be empty')
  return Math.min(bytes, EXTENDED)
}

interface Header {
  number: number
  /** As it is with this chunk. */
  channel: Channel
  /** A message begins with it. */
  isNew: boolean
  bytes: number
}

/** §5.3.1; undefined: it is not all there. */
function readHeader(bytes: Buffer, channels: ReadonlyMap<number, Channel>): Header | undefined {
  const [first] = bytes
  if (first === undefined) return undefined
  const basic = [2, 3][first & 0x3f] ?? 1
  const own = [11, 7, 3, 0][first >> 6] ?? 0
  if (bytes.length < basic + own) return undefined
  const number = numberOf(bytes, first & 0x3f)
  const before = channels.get(number)
  if (!before && own < 11) throw new RangeError('a channel goes on that has not begun')
  const isGoingOn = before !== undefined && before.received > 0
  if (isGoingOn && own > 0) throw new RangeError('a message is broken off')
  const time = own === 0 ? undefined : bytes.readUIntBE(basic, 3)
  const hasExtended = time === undefined ? before?.hasExtended === true : time === EXTENDED
  const length = basic + own + (hasExtended ? 4 : 0)
  if (bytes.length < length) return undefined
  if (isGoingOn) return { number, channel: before, isNew: false, bytes: length }
  const said = hasExtended ? bytes.readUInt32BE(basic + own) : time
  return {
    number,
    channel: {
      ...timesOf(said, own === 11, before),
      length: own >= 7 ? bytes.readUIntBE(basic + 3, 3) : (before?.length ?? 0),
      type: own >= 7 ? bytes.readUInt8(basic + 6) : (before?.type ?? 0),
      stream: own === 11 ? bytes.readUInt32LE(basic + 7) : (before?.stream ?? 0),
      hasExtended,
      parts: [],
      received: 0,
    },
    isNew: true,
    bytes: length,
  }
}

function numberOf(bytes: Buffer, short: number): number {
  if (short === 0) return 64 + bytes.readUInt8(1)
  return short === 1 ? 64 + bytes.readUInt16LE(1) : short
}

/** §5.3.1.2.4: what follows one whose header says when it is, is as far behind it. */
function timesOf(
  said: number | undefined,
  isAbsolute: boolean,
  before: Channel | undefined,
): Pick<Channel, 'time' | 'step'> {
  if (isAbsolute) return { time: said ?? 0, step: said ?? 0 }
  const step = said ?? before?.step ?? 0
  return { time: ((before?.time ?? 0) + step) >>> 0, step }
}
