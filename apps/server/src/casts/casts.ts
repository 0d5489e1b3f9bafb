import { randomBytes } from 'node:crypto'
import { messageOf, type Clock, type Logger } from '@duet/base'
import { CODE_MEMORY_MS, GRACE_MS, readCastCode } from '@duet/protocol'
import {
  castRoomName,
  nextRoom,
  type CastCode,
  type CodeHolder,
  type Notice,
  type RoomPolicy,
} from '@duet/rules'
import { BoundedBuckets } from '../bounds/bounded-buckets.ts'
import type { Hub } from '../hub/hub.ts'
import { deriveCode, holderOf } from './derive-code.ts'
import type { CastLimits } from './limits.ts'

/** Where a code leads. */
export interface CastPlace {
  code: string
  /** The room behind it, as the hub names it. */
  room: string
  policy: RoomPolicy
  /** For a receiver: what its newcomer says. */
  receiver?: { holder: CodeHolder }
}

/** Why nobody is led anywhere. */
export interface CastRefusal {
  refusal: 'no-such-cast' | 'rate-limited'
}

export interface CastsOptions {
  hub: Hub
  /** 32 bytes that outlive a restart. */
  key: Buffer
  clock: Clock
  logger: Logger
  limits: CastLimits
}

/** Whose code it is. */
interface CodeOwner {
  holder: CodeHolder
  /** Whether it brings a secret for it: then nobody gets it for less. */
  hasSecret: boolean
  /** The address (an IPv6 /64) that it came from. */
  address: string
}

/** A code that was given out here. `changedAt`: when its state began. */
interface KnownCode extends CodeOwner {
  state: CastCode['name'] | undefined
  changedAt: number
  unsubscribe: () => void
}

/** How often it is looked for codes whose time is over. */
const SWEEP_INTERVAL_MS = 1_000

/** A code whose receiver did not take its seat in this time is given up. */
const SEAT_TIMEOUT_MS = 10_000

/** How long a code stays in a state that ends by itself. */
const LIFETIMES_MS = { kept: GRACE_MS, over: CODE_MEMORY_MS } as const

/**
 * Leads receivers and senders to the rooms behind codes, and lets the time of codes pass. What a
 * code is worth is a rule of the core (docs/protocol.md, T).
 */
export class Casts {
  readonly #options: CastsOptions
  readonly #wrong: BoundedBuckets
  readonly #opened: BoundedBuckets
  /** By code, in the order in which their states began. */
  readonly #codes = new Map<string, KnownCode>()
  /** Nothing is swept while no code is remembered. */
  #cancelSweep: (() => void) | undefined

  constructor(options: CastsOptions) {
    const { clock, limits } = options
    this.#options = options
    this.#wrong = new BoundedBuckets(limits.wrongCodeRate, clock)
    this.#opened = new BoundedBuckets(limits.openRate, clock)
  }

  /** Codes that are remembered, those that are over included. */
  get codeCount(): number {
    return this.#codes.size
  }

  /**
   * The place of the receiver that keeps `secret`; without one it gets a code that nobody can ask
   * for again by a secret. `address` is the client's, an IPv6 /64 as one.
   */
  receiver(secret: string | undefined, address: string): CastPlace | CastRefusal {
    const own = secret ?? randomBytes(16).toString('base64url')
    const code = deriveCode(this.#options.key, own)
    const owner = { holder: holderOf(own), hasSecret: secret !== undefined, address }
    // Whoever comes back needs nothing of what its neighbours may have used up.
    const isBack = this.#codes.get(code)?.holder === owner.holder
    if (!isBack && !(this.#opened.take(address) && this.#hasSpace())) {
      return { refusal: 'rate-limited' }
    }
    return this.#place(code, owner)
  }

  /**
   * T5: the place of a receiver without a secret that asks for the code it had a moment ago, from
   * the same address; undefined: it may not have it.
   */
  formerReceiver(typed: string, address: string): CastPlace | undefined {
    const code = readCastCode(typed)
    const known = code === undefined ? undefined : this.#codes.get(code)
    if (code === undefined || known?.state !== 'kept') return undefined
    if (known.hasSecret || known.address !== address) return undefined
    return this.#place(code, { holder: known.holder, hasSecret: false, address })
  }

  /** The place behind a code as a person typed it; whether anybody shows it, the room says. */
  sender(typed: string, address: string): CastPlace | CastRefusal {
    if (!this.#wrong.take(address)) return { refusal: 'rate-limited' }
    this.#wrong.giveBack(address)
    const code = readCastCode(typed)
    if (code !== undefined) return { code, room: castRoomName(code), policy: policyOf(code) }
    this.wasWrong(address)
    return { refusal: 'no-such-cast' }
  }

  /** T6: the room behind a code answered that nobody shows it. */
  wasWrong(address: string): void {
    this.#wrong.take(address)
  }

  /** Idempotent. */
  close(): void {
    this.#cancelSweep?.()
    this.#cancelSweep = undefined
    for (const { unsubscribe } of this.#codes.values()) unsubscribe()
    this.#codes.clear()
  }

  #place(code: string, owner: CodeOwner): CastPlace {
    const { holder } = owner
    const known = this.#codes.get(code)
    if (!known) this.#watch(code, owner)
    else if (known.state !== 'shown') Object.assign(known, owner)
    return { code, room: castRoomName(code), policy: policyOf(code), receiver: { holder } }
  }

  #watch(code: string, owner: CodeOwner): void {
    const { clock, hub } = this.#options
    this.#cancelSweep ??= clock.every(SWEEP_INTERVAL_MS, () => this.#sweep())
    const unsubscribe = hub.subscribe(watcherOf(code), (notice) => this.#onNotice(code, notice))
    this.#codes.set(code, { ...owner, state: undefined, changedAt: clock.now(), unsubscribe })
  }

  #onNotice(code: string, notice: Notice): void {
    const known = this.#codes.get(code)
    if (!known || notice.type !== 'code') return
    // Their order is that of the changes.
    this.#codes.delete(code)
    if (notice.state === undefined) return known.unsubscribe()
    const changedAt = this.#options.clock.now()
    this.#codes.set(code, { ...known, state: notice.state, changedAt })
  }

  #sweep(): void {
    const now = this.#options.clock.now()
    for (const [code, { state, changedAt, unsubscribe }] of this.#codes) {
      const age = now - changedAt
      if (state === undefined && age > SEAT_TIMEOUT_MS) {
        this.#codes.delete(code)
        unsubscribe()
      } else if ((state === 'kept' || state === 'over') && age >= LIFETIMES_MS[state]) {
        this.#endTime(code)
      }
    }
    if (this.#codes.size > 0) return
    this.#cancelSweep?.()
    this.#cancelSweep = undefined
  }

  /** For one code more; the oldest of those that are over make space. */
  #hasSpace(): boolean {
    const { maxCodes } = this.#options.limits
    if (this.#codes.size < maxCodes) return true
    for (const [code, { state, unsubscribe }] of this.#codes) {
      if (state !== 'over') continue
      this.#endTime(code)
      // Not when it is told so, which may be later.
      this.#codes.delete(code)
      unsubscribe()
      return this.#codes.size < maxCodes
    }
    return false
  }

  #endTime(code: string): void {
    const { hub, logger } = this.#options
    hub
      .update(castRoomName(code), (room) =>
        room ? nextRoom(room, { type: 'code-due' }) : [undefined, []],
      )
      ?.catch((error: unknown) => {
        logger.error('the code of a cast was not ended', { error: messageOf(error) })
      })
  }
}

/** T2, T3: a receiver and one sender, who offers. */
function policyOf(code: string): RoomPolicy {
  return {
    capacity: 2,
    offerer: 'sender',
    maxWaiting: 0,
    maxKeptCandidates: 0,
    isCast: true,
    watcher: watcherOf(code),
  }
}

function watcherOf(code: string): string {
  return `casts:${code}`
}
