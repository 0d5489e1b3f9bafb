import type { BucketCells } from '../byte-bucket.ts'

/** Users and addresses with allocations at once, at most; more than there may be allocations. */
const ENTRIES = 32_768
/** Cells of an entry: two words that stand for its key, how many threads use it, and the bucket. */
const [KEY, USERS, BUCKET] = [0, 2, 3]
const ENTRY_CELLS = 5
/** So many entries are looked at for a key. */
const MOST_PROBES = 32
/** The first cell of all: who looks for an entry locks the table, for less than a microsecond. */
const LOCK = 0
const TABLE = 1

/** The memory of an empty table. */
export function createBucketTable(): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * (TABLE + ENTRIES * ENTRY_CELLS))
}

/** Buckets of bandwidth that several threads use, by keys. */
export class BucketTable {
  readonly #cells: Int32Array

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Int32Array(memory)
  }

  /** The bucket of a key, until it is released; undefined when there is no room for it. */
  find(key: string): BucketCells | undefined {
    const hash = Bun.hash.xxHash64(key)
    const high = Number(hash >> 32n) | 0
    const low = Number(hash & 0xffff_ffffn) | 0
    this.#lock()
    const found = this.#findLocked(high, low)
    this.#unlock()
    if (!found) return undefined
    const { entry, isUsed } = found
    let isReleased = false
    return {
      cells: this.#cells,
      at: entry + BUCKET,
      isUsed,
      release: () => {
        if (isReleased) return
        isReleased = true
        Atomics.sub(this.#cells, entry + USERS, 1)
      },
    }
  }

  #findLocked(high: number, low: number): { entry: number; isUsed: boolean } | undefined {
    let free: number | undefined
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      const entry = TABLE + (((low >>> 0) + probe) % ENTRIES) * ENTRY_CELLS
      const users = Atomics.load(this.#cells, entry + USERS)
      if (users === 0) free ??= entry
      else if (this.#cells[entry + KEY] === high && this.#cells[entry + KEY + 1] === low) {
        Atomics.add(this.#cells, entry + USERS, 1)
        return { entry, isUsed: true }
      }
    }
    if (free === undefined) return undefined
    this.#cells[free + KEY] = high
    this.#cells[free + KEY + 1] = low
    Atomics.store(this.#cells, free + USERS, 1)
    return { entry: free, isUsed: false }
  }

  #lock(): void {
    while (Atomics.compareExchange(this.#cells, LOCK, 0, 1) !== 0) Atomics.pause?.()
  }

  #unlock(): void {
    Atomics.store(this.#cells, LOCK, 0)
  }
}
