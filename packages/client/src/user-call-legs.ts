import type { Call } from './call.ts'

/** As many as ring with a leg of their own (docs/protocol.md, K8). */
const MAX_EARLY_LEGS = 3

/** Makes the room call of a leg; `policy`: which of the own addresses the peer may learn. */
export type CreateLeg = (leg: number, policy: RTCIceTransportPolicy) => Call

/**
 * The connections of one call between users: one to each device that rings, made while it rings,
 * without anything to see or hear and over the relay only; one of them when somebody accepted.
 */
export class UserCallLegs {
  readonly #create: CreateLeg
  readonly #legs = new Map<number, Call>()

  constructor(create: CreateLeg) {
    this.#create = create
  }

  /** Connects a leg while it rings. */
  open(leg: number): void {
    if (this.#legs.has(leg) || this.#legs.size >= MAX_EARLY_LEGS) return
    const call = this.#create(leg, 'relay')
    this.#legs.set(leg, call)
    call.join()
  }

  /** Accepted: this one goes on, directly where it can, and the others are dropped. */
  keep(leg: number): Call {
    const call = this.#legs.get(leg) ?? this.#create(leg, 'all')
    this.#legs.delete(leg)
    this.close()
    return call
  }

  /** Drops all that are not kept. Idempotent. */
  close(): void {
    for (const call of this.#legs.values()) call.close()
    this.#legs.clear()
  }
}
