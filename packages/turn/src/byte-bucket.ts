/** Where a bucket keeps what is left in it, and when that was: other threads may use it, too. */
export interface BucketCells {
  readonly cells: Int32Array
  /** Of the first of its two cells. */
  readonly at: number
  /** Somebody else filled it already. */
  readonly isUsed: boolean
  /** It is not used here any more. */
  release(): void
}

/** A bucket holds what may pass in a second, and the longest datagram at least. */
const MIN_BURST_BYTES = 65_535
/** What a cell holds at most: rates above 17 Gbit/s are bounded by it for less than a second. */
const MAX_BURST_BYTES = 0x7fff_ffff
const MS_PER_SECOND = 1000

/** Bytes that may pass; they come back with time. */
export class ByteBucket {
  /** Allocations of this thread that use it. */
  users = 0
  readonly #bytesPerMs: number
  readonly #burst: number
  readonly #memory: BucketCells

  constructor(bytesPerSecond: number, now: number, memory: BucketCells = ownCells()) {
    this.#bytesPerMs = bytesPerSecond / MS_PER_SECOND
    this.#burst = Math.min(Math.max(bytesPerSecond, MIN_BURST_BYTES), MAX_BURST_BYTES)
    this.#memory = memory
    if (memory.isUsed) return
    Atomics.store(memory.cells, memory.at, this.#burst)
    Atomics.store(memory.cells, memory.at + 1, now | 0)
  }

  has(bytes: number, now: number): boolean {
    this.#fill(now)
    return Atomics.load(this.#memory.cells, this.#memory.at) >= bytes
  }

  take(bytes: number): void {
    Atomics.sub(this.#memory.cells, this.#memory.at, bytes)
  }

  isFull(now: number): boolean {
    return this.has(this.#burst, now)
  }

  /** Nobody here uses it any more. */
  release(): void {
    this.#memory.release()
  }

  /** Of several threads, one fills in what came back since somebody did last. */
  #fill(now: number): void {
    const { cells, at } = this.#memory
    const before = Atomics.load(cells, at + 1)
    // Modulo 2 to the 32, as the cell is.
    const passed = (now - before) | 0
    const more = Math.floor(passed * this.#bytesPerMs)
    if (more <= 0) {
      // A clock that was set back.
      if (passed < 0) Atomics.compareExchange(cells, at + 1, before, now | 0)
      return
    }
    if (Atomics.compareExchange(cells, at + 1, before, now | 0) !== before) return
    const left = Atomics.load(cells, at)
    Atomics.add(cells, at, Math.max(0, Math.min(more, this.#burst - left)))
  }
}

function ownCells(): BucketCells {
  return { cells: new Int32Array(2), at: 0, isUsed: false, release() {} }
}
