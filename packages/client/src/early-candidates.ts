import type { Candidate } from '@duet/protocol'

/** More than any peer gathers for one description. */
const MAX_KEPT = 128

/** Candidates that came before the description that they belong to. */
export class EarlyCandidates {
  #kept: Candidate[] = []

  /**
   * True when `candidate` fits `remote`: by its username fragment (RFC 8839 §5.4) where it has
   * one. One without fits, unless `isDoubtful`: another description is on its way.
   */
  belongs(candidate: Candidate, remote: RTCSessionDescription | null, isDoubtful = false): boolean {
    if (!remote) return false
    const { usernameFragment } = candidate
    const fragment = usernameFragment ?? / ufrag (\S+)/.exec(candidate.candidate)?.[1]
    return fragment ? remote.sdp.includes(`a=ice-ufrag:${fragment}\r\n`) : !isDoubtful
  }

  /** Keeps `candidate` until its description comes; the oldest make room. */
  keep(candidate: Candidate): void {
    this.#kept.push(candidate)
    if (this.#kept.length > MAX_KEPT) this.#kept.shift()
  }

  /** Those that fit `remote`, in order; the others stay. */
  take(remote: RTCSessionDescription | null): Candidate[] {
    const fitting = this.#kept.filter((candidate) => this.belongs(candidate, remote))
    this.#kept = this.#kept.filter((candidate) => !fitting.includes(candidate))
    return fitting
  }
}
