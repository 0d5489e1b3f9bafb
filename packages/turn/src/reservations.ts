import type { Clock } from '@duet/base'
import { RESERVATION_MS } from './lifetimes.ts'
import type { ReleaseQuota } from './quota.ts'
import type { Relay } from './relay.ts'

/** 8 bytes that nobody can guess (RFC 8656 §18.9). */
const TOKEN_BYTES = 8

/** A port that waits for the Allocate with its token. It counts for its user's quota. */
export interface Reservation {
  relay: Relay
  userId: string
  release: ReleaseQuota
}

type Held = Reservation & { expiresAt: number }

/** The ports that were reserved with EVEN-PORT (RFC 8656 §7.2). */
export class Reservations {
  readonly #held = new Map<string, Held>()
  readonly #clock: Clock
  #isClosed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#held.size
  }

  /** Holds a port, unless all is closed; returns its token. */
  add(reservation: Reservation): Uint8Array {
    const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))
    const expiresAt = this.#clock.now() + RESERVATION_MS
    const held = { ...reservation, expiresAt }
    this.#held.set(token.toHex(), held)
    if (this.#isClosed) this.#drop(token.toHex(), held)
    return token
  }

  /** Hands out the port of a token, once, to the user that reserved it. */
  take(token: Uint8Array, userId: string): Reservation | undefined {
    const key = token.toHex()
    const held = this.#held.get(key)
    if (!held || held.userId !== userId || held.expiresAt <= this.#clock.now()) return undefined
    this.#held.delete(key)
    return held
  }

  /** Gives up the ports whose time is over. */
  handleTick(now: number): void {
    for (const [token, held] of this.#held) if (held.expiresAt <= now) this.#drop(token, held)
  }

  /** Gives up all. Idempotent. */
  close(): void {
    this.#isClosed = true
    for (const [token, held] of this.#held) this.#drop(token, held)
  }

  #drop(token: string, held: Held): void {
    this.#held.delete(token)
    held.relay.close()
    held.release()
  }
}
