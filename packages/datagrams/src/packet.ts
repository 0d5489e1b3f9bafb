/** So many bytes before a received datagram may be written: a header of whoever passes it on. */
export const HEADROOM_BYTES = 64
/** So many behind it: padding. */
export const TAILROOM_BYTES = 64
/** The longest datagram there is, and more. */
const MOST_BYTES = 65_536

const EMPTY = new Uint8Array(0)

let moments = 0

/** A number for what comes now, unlike all before. */
export function nextMoment(): number {
  moments += 1
  return moments
}

/**
 * A datagram where it lies, to be passed on without a copy: a header is taken off by moving `start`,
 * and put before by `prepend`. The next datagram is told by the same object.
 */
export class Packet {
  /** The buffer in which it lies, and not all of it. */
  bytes: Uint8Array = EMPTY
  start = 0
  end = 0
  /** Packets of one number came in one moment: who knows the time of one knows that of the others. */
  moment = 0
  /** What of the buffer may be written, from here to there. */
  #first = 0
  #last = 0
  /** A view on the buffer from one place on, and that place; undefined: none was made yet. */
  #tail: Uint8Array | undefined
  #tailStart = 0
  /** Where it is moved to when there is no room around it. */
  #room: Uint8Array | undefined

  get length(): number {
    return this.end - this.start
  }

  /** A datagram in a buffer with room around it. `fromStart`: a view on the buffer from there on. */
  place(bytes: Uint8Array, start: number, end: number, fromStart?: Uint8Array): void {
    this.bytes = bytes
    this.#tail = fromStart
    this.#tailStart = start
    this.start = start
    this.end = end
    this.#first = start - HEADROOM_BYTES
    this.#last = end + TAILROOM_BYTES
  }

  /** A datagram, or part of a stream, that stands alone, with nothing around it that may be written. */
  wrap(bytes: Uint8Array, start = 0, end = bytes.length, moment = nextMoment()): void {
    this.bytes = bytes
    this.start = this.#first = start
    this.end = this.#last = end
    this.#tail = undefined
    this.moment = moment
  }

  /** A view on it. */
  view(): Uint8Array {
    const isAll = this.start === 0 && this.end === this.bytes.length
    return isAll ? this.bytes : this.bytes.subarray(this.start, this.end)
  }

  /**
   * The buffer from its first byte on, with whatever follows behind its `length`. For who knows to stop there it
   * is cheaper than a view on each packet: there is one for each place where packets are received.
   */
  fromStart(): Uint8Array {
    if (!this.#tail || this.#tailStart !== this.start) {
      this.#tail = this.start === 0 ? this.bytes : this.bytes.subarray(this.start)
      this.#tailStart = this.start
    }
    return this.#tail
  }

  /** Makes so many bytes before it part of it, at most `HEADROOM_BYTES`; whatever they hold. */
  prepend(count: number): void {
    if (this.start - count < this.#first) this.#move()
    this.start -= count
  }

  /** Makes so many zeros behind it part of it, at most `TAILROOM_BYTES`. */
  pad(count: number): void {
    if (this.end + count > this.#last) this.#move()
    for (let at = 0; at < count; at += 1) this.bytes[this.end + at] = 0
    this.end += count
  }

  #move(): void {
    this.#room ??= new Uint8Array(HEADROOM_BYTES + MOST_BYTES + TAILROOM_BYTES)
    const { length } = this
    this.#room.set(this.view(), HEADROOM_BYTES)
    this.place(this.#room, HEADROOM_BYTES, HEADROOM_BYTES + length)
  }
}
