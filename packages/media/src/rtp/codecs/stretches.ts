import { copyBytes } from '@duet/datagrams'
import { MAX_FRAME_STRETCHES } from '../limits.ts'

/**
 * Which bytes of a frame's payloads make up its units (NAL units, OBUs), each of which has one
 * stretch or several. One object serves for frame after frame.
 */
export class Stretches {
  count = 0
  readonly starts = new Int32Array(MAX_FRAME_STRETCHES)
  readonly ends = new Int32Array(MAX_FRAME_STRETCHES)
  /** Whether a unit begins with it. */
  readonly isFirst = new Uint8Array(MAX_FRAME_STRETCHES)

  clear(): void {
    this.count = 0
  }

  /** Bytes from `start` to `end`, as a unit or to the last one; false when there are too many. */
  add(start: number, end: number, isFirst: boolean): boolean {
    if (this.count === MAX_FRAME_STRETCHES) return false
    this.starts[this.count] = start
    this.ends[this.count] = end
    this.isFirst[this.count] = isFirst ? 1 : 0
    this.count += 1
    return true
  }

  /** The stretch behind the unit that begins with stretch `first`. */
  next(first: number): number {
    let index = first + 1
    while (index < this.count && this.isFirst[index] === 0) index += 1
    return index
  }

  /** Bytes of the stretches from `first` to before `next`. */
  size(first: number, next: number): number {
    let size = 0
    for (let index = first; index < next; index += 1)
      size += this.ends[index]! - this.starts[index]!
    return size
  }

  /** Copies the stretches from `first` to before `next`, but for `skipped` bytes of the first one. */
  copy(
    bytes: Uint8Array,
    { first, next, skipped }: { first: number; next: number; skipped: number },
    target: { bytes: Uint8Array; at: number },
  ): void {
    for (let index = first; index < next; index += 1) {
      const start = this.starts[index]! + (index === first ? skipped : 0)
      copyBytes(bytes, start, this.ends[index]!, target.bytes, target.at)
      target.at += this.ends[index]! - start
    }
  }
}
