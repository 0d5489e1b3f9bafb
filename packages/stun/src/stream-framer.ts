import { channelDataBytes, isChannelDataByte } from './channel-data.ts'
import { HEADER_BYTES } from './message.ts'

/** Enough of a frame to know its length. */
const LENGTH_KNOWN_BYTES = 4
const FIRST_BUFFER_BYTES = 2048

export interface StreamFramerOptions {
  /** A frame longer than this ends the stream. */
  maxFrameBytes: number
  /** The last channel number; `LAST_CHANNEL` unless said. */
  lastChannel?: number
  /** Called with where each whole frame lies, ChannelData with its padding: in `bytes`, from `start` to `end`. */
  onFrame: (bytes: Uint8Array, start: number, end: number) => void
}

export type FramerState =
  | { kind: 'reading'; buffer: Uint8Array; length: number }
  | { kind: 'closed'; reason: 'not-stun' | 'too-long' | 'closed' }

const EMPTY = new Uint8Array(0)

/**
 * Cuts a byte stream into STUN messages and ChannelData (RFC 8489 §6.2.2, RFC 8656 §12.5),
 * however it is chunked. Only an unfinished frame is copied.
 */
export class StreamFramer {
  readonly #options: StreamFramerOptions
  /** A frame longer than this ends the stream; may change between frames. */
  maxFrameBytes: number
  #state: FramerState = { kind: 'reading', buffer: EMPTY, length: 0 }

  constructor(options: StreamFramerOptions) {
    this.#options = options
    this.maxFrameBytes = options.maxFrameBytes
  }

  get state(): FramerState {
    return this.#state
  }

  /** Takes the next bytes of the stream; after `closed` they are ignored. */
  push(chunk: Uint8Array): void {
    let offset = 0
    while (offset < chunk.length && this.#state.kind === 'reading') {
      offset = this.#state.length > 0 ? this.#continue(chunk, offset) : this.#start(chunk, offset)
    }
  }

  /** Drops what is buffered and ignores what comes. Idempotent. */
  close(reason: 'not-stun' | 'too-long' | 'closed' = 'closed'): void {
    if (this.#state.kind === 'closed') return
    this.#state = { kind: 'closed', reason }
  }

  /** A frame begins at `offset`: hand it out in place when all of it is here. */
  #start(chunk: Uint8Array, offset: number): number {
    const available = chunk.length - offset
    const needed = this.#neededBytes(chunk, offset, available)
    if (this.#state.kind === 'closed') return chunk.length
    if (available >= needed && available >= LENGTH_KNOWN_BYTES) {
      this.#options.onFrame(chunk, offset, offset + needed)
      return offset + needed
    }
    const buffer = new Uint8Array(Math.max(Math.min(needed, FIRST_BUFFER_BYTES), available))
    buffer.set(chunk.subarray(offset))
    this.#state = { kind: 'reading', buffer, length: available }
    return chunk.length
  }

  /** An unfinished frame is in the buffer: add to it no more than it needs. */
  #continue(chunk: Uint8Array, offset: number): number {
    const state = this.#state
    if (state.kind === 'closed') return chunk.length
    const needed = this.#neededBytes(state.buffer, 0, state.length)
    const taken = Math.min(needed - state.length, chunk.length - offset)
    const buffer = withRoom(state.buffer, state.length + taken, needed)
    buffer.set(chunk.subarray(offset, offset + taken), state.length)
    const length = state.length + taken
    const isWhole = length >= LENGTH_KNOWN_BYTES && length === this.#neededBytes(buffer, 0, length)
    if (this.#state.kind === 'closed') return chunk.length
    this.#state = isWhole
      ? { kind: 'reading', buffer: EMPTY, length: 0 }
      : { kind: 'reading', buffer, length }
    if (isWhole) this.#options.onFrame(buffer, 0, length)
    return offset + taken
  }

  /** The bytes of the frame at `offset`, or those needed to know; closes on what is no frame. */
  #neededBytes(bytes: Uint8Array, offset: number, available: number): number {
    const first = bytes[offset] ?? 0
    const isChannelData = isChannelDataByte(first, this.#options.lastChannel)
    if (!isChannelData && first > 3) {
      this.close('not-stun')
      return 0
    }
    if (available < LENGTH_KNOWN_BYTES) return LENGTH_KNOWN_BYTES
    const length = ((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0)
    const needed = isChannelData ? channelDataBytes(length, true) : HEADER_BYTES + length
    if (!isChannelData && length % 4 !== 0) this.close('not-stun')
    if (needed > this.maxFrameBytes) this.close('too-long')
    return needed
  }
}

/** A buffer with the same start and room for `length`; it doubles, up to `most`. */
function withRoom(buffer: Uint8Array, length: number, most: number): Uint8Array {
  if (buffer.length >= length) return buffer
  const grown = new Uint8Array(Math.max(length, Math.min(most, 2 * buffer.length)))
  grown.set(buffer)
  return grown
}
