import { box, fullBox, u32, u64 } from './boxes.ts'

/** Grows as needed; one number takes four bytes. */
class Numbers {
  #values = new Uint32Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.#values.length) {
      const values = new Uint32Array(this.length * 2)
      values.set(this.#values)
      this.#values = values
    }
    this.#values[this.length++] = value
  }

  /** In the order of the network. */
  bytes(): Uint8Array {
    return Buffer.from(this.#values.slice(0, this.length).buffer).swap32()
  }
}

/** Where the samples of one track lie, and when each is (ISO/IEC 14496-12 §8.6, §8.7). */
export class SampleTable {
  readonly #sizes = new Numbers()
  readonly #durations = new Numbers()
  readonly #keyFrames = new Numbers()
  readonly #chunks = new Numbers()
  readonly #places: number[] = []
  #runLength = 0
  #runDuration = 0
  #chunkSamples = -1
  /** When its first sample is, and when its last one ends, in units of its clock. */
  start: number | undefined
  end = 0

  get length(): number {
    return this.#sizes.length
  }

  /** Begins samples that lie one after the other from `place` on. `time` is the first one's. */
  beginChunk({ place, time, count }: { place: number; time: number; count: number }): void {
    if (this.start === undefined) {
      this.start = time
      this.end = time
    }
    // Time that no sample covers makes the one before it longer.
    const gap = time - this.end
    if (gap > 0 && this.#runLength > 0) this.#stretch(gap)
    this.#places.push(place)
    if (count === this.#chunkSamples) return
    this.#chunkSamples = count
    this.#chunks.push(this.#places.length)
    this.#chunks.push(count)
    this.#chunks.push(1)
  }

  add(size: number, duration: number, isKeyFrame: boolean): void {
    this.#sizes.push(size)
    if (isKeyFrame) this.#keyFrames.push(this.#sizes.length)
    if (duration !== this.#runDuration) this.#endRun()
    this.#runDuration = duration
    this.#runLength += 1
    this.end += duration
  }

  /** `stbl`, with the sample descriptions of the track. */
  build(stsd: Uint8Array): Uint8Array {
    this.#endRun()
    const hasDeltas = this.#keyFrames.length < this.#sizes.length
    return box(
      'stbl',
      stsd,
      fullBox('stts', {}, u32(this.#durations.length / 2), this.#durations.bytes()),
      ...(hasDeltas
        ? [fullBox('stss', {}, u32(this.#keyFrames.length), this.#keyFrames.bytes())]
        : []),
      fullBox('stsc', {}, u32(this.#chunks.length / 3), this.#chunks.bytes()),
      fullBox('stsz', {}, u32(0, this.#sizes.length), this.#sizes.bytes()),
      fullBox('co64', {}, u32(this.#places.length), ...this.#places.map((place) => u64(place))),
    )
  }

  #stretch(gap: number): void {
    this.#runLength -= 1
    const duration = this.#runDuration
    this.#endRun()
    this.#runDuration = duration + gap
    this.#runLength = 1
    this.end += gap
  }

  #endRun(): void {
    if (this.#runLength === 0) return
    this.#durations.push(this.#runLength)
    this.#durations.push(this.#runDuration)
    this.#runLength = 0
  }
}
