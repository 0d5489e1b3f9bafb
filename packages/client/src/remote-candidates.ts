import type { Logger } from '@duet/base'
import type { Candidate } from '@duet/protocol'
import { EarlyCandidates } from './early-candidates.ts'

/** Gives a connection the peer's candidates, each when its description is there. */
export class RemoteCandidates {
  readonly #connection: RTCPeerConnection
  readonly #logger: Logger
  readonly #early = new EarlyCandidates()

  constructor(connection: RTCPeerConnection, logger: Logger) {
    this.#connection = connection
    this.#logger = logger
  }

  /** `isOfferHeld`: an offer of the peer waits, to which the candidate may belong. */
  handle(candidate: Candidate, isOfferHeld: boolean): void {
    if (this.#early.belongs(candidate, this.#connection.remoteDescription, isOfferHeld)) {
      this.#add(candidate)
    } else this.#early.keep(candidate)
  }

  /** A description of the peer was applied: those that came before it are used. */
  described(): void {
    for (const candidate of this.#early.take(this.#connection.remoteDescription)) {
      this.#add(candidate)
    }
  }

  /** The connection takes candidates in turn by itself; nothing waits for them. */
  #add(candidate: Candidate): void {
    this.#connection.addIceCandidate(candidate).catch((error: unknown) => {
      // One bad candidate is no reason to lose the others.
      this.#logger.debug('candidate refused', { error: String(error) })
    })
  }
}
