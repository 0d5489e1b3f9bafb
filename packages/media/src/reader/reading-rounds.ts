import type { Router } from '../router/router.ts'

/** Each stream is read at every so many-th tick: packets that are read together cost less than one by one. */
const TICKS_PER_ROUND = 5

/** Streams that are read inside the server: each in its turn, and at each tick while a reader waits. */
export class ReadingRounds {
  /** Those that are read at the same tick. */
  readonly #turns = Array.from({ length: TICKS_PER_ROUND }, () => new Set<Router>())
  readonly #waiting = new Set<Router>()
  #ticks = 0

  /** Idempotent. */
  add(router: Router): void {
    if (this.#turns.some((turn) => turn.has(router))) return
    const [least] = this.#turns.toSorted((a, b) => a.size - b.size)
    least?.add(router)
    this.#waiting.add(router)
  }

  /** Idempotent. */
  remove(router: Router): void {
    for (const turn of this.#turns) turn.delete(router)
    this.#waiting.delete(router)
  }

  /** Every 20 ms. */
  tick(nowMs: number): void {
    this.#ticks += 1
    const turn = this.#turns[this.#ticks % TICKS_PER_ROUND]!
    for (const router of this.#waiting) if (!turn.has(router)) this.#read(router, nowMs)
    for (const router of turn) this.#read(router, nowMs)
  }

  #read(router: Router, nowMs: number): void {
    if (router.tick(nowMs)) this.#waiting.add(router)
    else this.#waiting.delete(router)
  }
}
