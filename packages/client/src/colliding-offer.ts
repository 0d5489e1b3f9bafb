import type { CancelTimer, Clock } from '@duet/base'
import type { DescriptionSignal } from '@duet/protocol'

/** A page that takes our offer answers well within this time. */
const ANSWER_WITHIN_MS = 2_000

/**
 * The peer's offer that met one of ours. A peer that does not know who gives way either drops
 * its own and answers ours, as browsers do by themselves (RFC 9429 §4.1.10.2), or refuses ours
 * and waits: then its offer is taken up after all.
 */
export class CollidingOffer {
  readonly #clock: Clock
  readonly #onUnanswered: (offer: DescriptionSignal) => void
  #cancel: CancelTimer | undefined

  constructor(clock: Clock, onUnanswered: (offer: DescriptionSignal) => void) {
    this.#clock = clock
    this.#onUnanswered = onUnanswered
  }

  get isHeld(): boolean {
    return this.#cancel !== undefined
  }

  /** Keeps the peer's offer; a newer one takes its place. */
  hold(offer: DescriptionSignal): void {
    this.drop()
    this.#cancel = this.#clock.after(ANSWER_WITHIN_MS, () => {
      this.#cancel = undefined
      this.#onUnanswered(offer)
    })
  }

  /** It is settled. Idempotent. */
  drop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
