import type { MediaLimits } from '../limits.ts'
import type { Session } from './session.ts'

/** All sessions are judged at each so many-th tick: to look at all of them costs as much as some packets of each. */
const TICKS_PER_ROUND = 10

/** Asks sessions whether they have something to do, and ends those that are silent. */
export class SessionRounds {
  readonly #limits: Pick<MediaLimits, 'handshakeMs' | 'silenceMs'>
  readonly #onTimeout: (session: Session) => void
  readonly #all = new Set<Session>()
  /** Those with something that can't wait: a handshake, or publishing. */
  readonly #frequent = new Set<Session>()
  #ticks = 0

  /** `onTimeout` takes the session away, by `remove` among others. */
  constructor(
    limits: Pick<MediaLimits, 'handshakeMs' | 'silenceMs'>,
    onTimeout: (session: Session) => void,
  ) {
    this.#limits = limits
    this.#onTimeout = onTimeout
  }

  add(session: Session): void {
    this.#all.add(session)
    this.#frequent.add(session)
  }

  /** Its handshake is done. */
  handleConnected(session: Session): void {
    if (session.facts.kind === 'play') this.#frequent.delete(session)
  }

  remove(session: Session): void {
    this.#all.delete(session)
    this.#frequent.delete(session)
  }

  /** Every 20 ms. */
  tick(nowMs: number): void {
    for (const session of this.#frequent) {
      if (session.isConnected) session.role.tick(nowMs)
      else {
        session.transport.tick()
        const passedMs = nowMs - session.facts.startedAt
        if (passedMs > this.#limits.handshakeMs) this.#onTimeout(session)
      }
    }
    this.#ticks += 1
    if (this.#ticks % TICKS_PER_ROUND === 0) this.#judgeAll(nowMs)
  }

  #judgeAll(nowMs: number): void {
    for (const session of this.#all) {
      if (!session.isConnected) continue
      if (session.facts.kind === 'play') session.role.tick(nowMs)
      const silentMs = nowMs - session.transport.lastReceivedMs
      if (silentMs > this.#limits.silenceMs) this.#onTimeout(session)
    }
  }
}
