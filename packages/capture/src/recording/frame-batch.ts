import type { MediaFrame } from '@duet/media'

const FIRST_BYTES = 16_384
/** A batch that held more begins small again. */
const MAX_KEPT_BYTES = 262_144

const [VIDEO, KEY_FRAME] = [1, 2]

/**
 * Frames that wait to be written, in the order in which they came. Their bytes stand one after the
 * other, as thousands of small objects that live for a second cost more than what is done with them.
 */
export class FrameBatch {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #count = 0
  readonly #times: number[] = []
  /** Where each begins; behind the last one, where the next one will. */
  readonly #starts: number[] = [0]
  readonly #marks: number[] = []
  /** By their times; with equal ones as they came. */
  readonly #order: number[] = []

  /** Frames in it. */
  get count(): number {
    return this.#count
  }

  /** Bytes of all its frames. */
  get byteLength(): number {
    return this.#starts[this.#count]!
  }

  /** Keeps a copy. */
  add({ data, timeMs, kind, isKeyFrame }: MediaFrame): void {
    const start = this.byteLength
    this.#makeRoom(start + data.length)
    this.#bytes.set(data, start)
    const mark = (kind === 'video' ? VIDEO : 0) | (isKeyFrame ? KEY_FRAME : 0)
    this.#put(timeMs, mark, start + data.length)
  }

  timeMs(index: number): number {
    return this.#times[index]!
  }

  length(index: number): number {
    return this.#starts[index + 1]! - this.#starts[index]!
  }

  isVideo(index: number): boolean {
    return (this.#marks[index]! & VIDEO) !== 0
  }

  /** Whether a player can begin with it; with sound it always can. */
  isEntry(index: number): boolean {
    return this.#marks[index] !== VIDEO
  }

  /** Its bytes, until the batch changes. */
  data(index: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[index], this.#starts[index + 1])
  }

  /** Copies its bytes; returns where they end. */
  copy(index: number, target: Uint8Array, at: number): number {
    this.#bytes.copy(target, at, this.#starts[index], this.#starts[index + 1])
    return at + this.length(index)
  }

  /** All frames in the order of their times, until the batch changes. */
  get order(): readonly number[] {
    return this.#order
  }

  /** Lets go of all frames but these, which then are the first ones in this order. */
  keep(indices: readonly number[]): void {
    const kept = indices.map((index) => ({
      timeMs: this.#times[index]!,
      mark: this.#marks[index]!,
      data: Buffer.from(this.data(index)),
    }))
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
    this.#count = this.#order.length = 0
    for (const { timeMs, mark, data } of kept) {
      const start = this.byteLength
      this.#makeRoom(start + data.length)
      this.#bytes.set(data, start)
      this.#put(timeMs, mark, start + data.length)
    }
  }

  #put(timeMs: number, mark: number, end: number): void {
    this.#times[this.#count] = timeMs
    this.#marks[this.#count] = mark
    // Sound and picture come each in its order, so that it is never far.
    let place = this.#count
    for (; place > 0 && this.#times[this.#order[place - 1]!]! > timeMs; place -= 1) {
      this.#order[place] = this.#order[place - 1]!
    }
    this.#order[place] = this.#count
    this.#count += 1
    this.#starts[this.#count] = end
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.#bytes.length))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
