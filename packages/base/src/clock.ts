/** Cancels what a timer would have done; harmless afterwards. */
export type CancelTimer = () => void

/** Where time comes from, so that tests can turn its hands. All times are milliseconds. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `callback` once, `delayMs` from now. */
  after(delayMs: number, callback: () => void): CancelTimer
  /** Calls `callback` every `intervalMs`. */
  every(intervalMs: number, callback: () => void): CancelTimer
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
  every(intervalMs, callback) {
    const timer = setInterval(callback, intervalMs)
    return () => clearInterval(timer)
  },
}

/**
 * The same, but it runs evenly: when somebody sets the machine's clock, it does not follow. For what
 * measures how much time passed, and would stop or end all at once otherwise.
 */
export const steadyClock: Clock = {
  ...systemClock,
  now: () => Math.floor(performance.timeOrigin + performance.now()),
}

interface FakeTimer {
  due: number
  intervalMs: number | undefined
  callback: () => void
}

/** A clock that stands still until `advance` is called. For tests, here and in products. */
export class FakeClock implements Clock {
  #now: number
  readonly #timers = new Set<FakeTimer>()

  constructor(now = 1_700_000_000_000) {
    this.#now = now
  }

  /** Timers that would still fire: none may be left when everything is closed. */
  get pending(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    return this.#add({ due: this.#now + delayMs, intervalMs: undefined, callback })
  }

  every(intervalMs: number, callback: () => void): CancelTimer {
    return this.#add({ due: this.#now + intervalMs, intervalMs, callback })
  }

  /** Moves time forward and fires what falls due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = this.#earliest()
      if (!next || next.due > end) break
      this.#now = Math.max(this.#now, next.due)
      if (next.intervalMs === undefined) this.#timers.delete(next)
      else next.due += next.intervalMs
      next.callback()
    }
    this.#now = end
  }

  #earliest(): FakeTimer | undefined {
    let earliest: FakeTimer | undefined
    for (const timer of this.#timers) if (!earliest || timer.due < earliest.due) earliest = timer
    return earliest
  }

  #add(timer: FakeTimer): CancelTimer {
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }
}
