import type { CancelTimer, Clock } from '@duet/base'
import type { UserId } from '@duet/rules'
import { PERSONS_INTERVAL_MS, PERSONS_PER_INTERVAL } from './limits.ts'

/** Lets time pass for all feeds that told something lately, with one timer. */
export class Pacer {
  readonly #clock: Clock
  readonly #feeds = new Set<PersonFeed>()
  #cancel: CancelTimer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  enlist(feed: PersonFeed): void {
    this.#feeds.add(feed)
    this.#cancel ??= this.#clock.after(PERSONS_INTERVAL_MS, () => this.#tick())
  }

  forget(feed: PersonFeed): void {
    this.#feeds.delete(feed)
  }

  close(): void {
    this.#cancel?.()
    this.#feeds.clear()
  }

  #tick(): void {
    this.#cancel = undefined
    const feeds = [...this.#feeds]
    this.#feeds.clear()
    for (const feed of feeds) feed.nextInterval()
  }
}

/**
 * The changes of people on their way to one device: at once while they are few; else only the
 * latest of each person, at the pace of `Pacer`. While the device is away they wait for it.
 */
export class PersonFeed {
  readonly #pacer: Pacer
  readonly #tell: (user: UserId) => void
  readonly #late = new Set<UserId>()
  #told = 0
  #isHeld = false

  /** `tell` says how a person is seen at that moment. */
  constructor(pacer: Pacer, tell: (user: UserId) => void) {
    this.#pacer = pacer
    this.#tell = tell
  }

  changed(user: UserId): void {
    this.#late.add(user)
    this.#flush()
  }

  hold(): void {
    this.#isHeld = true
  }

  release(): void {
    this.#isHeld = false
    this.#flush()
  }

  /** For the pacer. */
  nextInterval(): void {
    this.#told = 0
    this.#flush()
  }

  close(): void {
    this.#late.clear()
    this.#pacer.forget(this)
  }

  #flush(): void {
    if (this.#isHeld || this.#late.size === 0) return
    for (const user of this.#late) {
      if (this.#told >= PERSONS_PER_INTERVAL) break
      this.#told++
      this.#late.delete(user)
      this.#tell(user)
    }
    this.#pacer.enlist(this)
  }
}
