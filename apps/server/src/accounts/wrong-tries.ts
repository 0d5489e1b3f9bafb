import type { Clock } from '@duet/base'

/** Wrong tries that cost no waiting: people mistype. */
const FREE_TRIES = 5
const FIRST_WAIT_MS = 2000
const MAX_WAIT_MS = 15 * 60_000

/** Wrong tries are forgotten this long after the last one. */
const FORGET_MS = 24 * 3_600_000

/** Pairs that are remembered; past that the one whose last try is oldest is forgotten. */
const MAX_PAIRS = 20_000

interface Record {
  count: number
  /** The next try before this is refused. */
  freeAt: number
  triedAt: number
}

/** Counts the wrong tries of one address at one account; the waiting doubles with each. */
export class WrongTries {
  readonly #clock: Clock
  /** Oldest last try first. */
  readonly #records = new Map<string, Record>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Pairs that are remembered. */
  get size(): number {
    return this.#records.size
  }

  /** How long this pair must wait before its next try, in milliseconds. */
  waitMs(pair: string): number {
    return Math.max(0, (this.#records.get(pair)?.freeAt ?? 0) - this.#clock.now())
  }

  /** Counts a try; a strict one costs waiting from the first. */
  add(pair: string, isStrict: boolean): void {
    this.#forget()
    const now = this.#clock.now()
    const before = this.#records.get(pair)?.count ?? 0
    const count = Math.max(before, isStrict ? FREE_TRIES : 0) + 1
    const doublings = count - FREE_TRIES - 1
    const waitMs = doublings < 0 ? 0 : Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** doublings)
    this.#records.delete(pair)
    this.#records.set(pair, { count, freeAt: now + waitMs, triedAt: now })
  }

  /** Takes the last try back. */
  undo(pair: string): void {
    const record = this.#records.get(pair)
    if (!record) return
    record.count--
    record.freeAt = 0
  }

  /** The right password was given. */
  delete(pair: string): void {
    this.#records.delete(pair)
  }

  #forget(): void {
    const oldest = this.#clock.now() - FORGET_MS
    for (const [pair, { triedAt }] of this.#records) {
      if (this.#records.size < MAX_PAIRS && triedAt > oldest) return
      this.#records.delete(pair)
    }
  }
}
