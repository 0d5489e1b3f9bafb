import type { CancelTimer, Clock } from '@duet/base'
import { GRACE_MS, type Peer } from '@duet/protocol'
import type { PeerMedia, RemotePeer } from './call-state.ts'
import { Hearing } from './hearing.ts'

export interface OtherSideOptions {
  clock: Clock
  /** Tells the server whether the peer that it lost is heard. */
  tellHearing: (peer: string, hears: boolean) => void
  /** The peer did not come back to the server in time, and is not heard either. */
  onLost: () => void
}

interface Bound {
  peer: Peer
  isAway: boolean
  isHeard: boolean
  media: PeerMedia | null
}

/**
 * Who the peer is, what it said of itself, and whether it is there: by the word of the
 * server, and by what is heard from itself.
 */
export class OtherSide {
  readonly #options: OtherSideOptions
  readonly #hearing: Hearing
  #bound: Bound | undefined
  #cancelWait: CancelTimer = () => {}

  constructor(options: OtherSideOptions) {
    this.#options = options
    this.#hearing = new Hearing(options.clock, (hears) => {
      if (this.#bound) options.tellHearing(this.#bound.peer.id, hears)
    })
  }

  /** As the page sees it; null when nobody is there. */
  get remote(): RemotePeer | null {
    if (!this.#bound) return null
    const { peer, isAway, media } = this.#bound
    return { name: peer.name, isAway, media }
  }

  get id(): string | undefined {
    return this.#bound?.peer.id
  }

  get tag(): string | undefined {
    return this.#bound?.peer.tag
  }

  get name(): string {
    return this.#bound?.peer.name ?? ''
  }

  /** False for a peer on an older dialect; a link that waits is meant for a page of Duet. */
  get isDuet(): boolean {
    return this.#bound?.peer.dialect === undefined
  }

  /** True while the server cannot reach the peer. */
  get isAway(): boolean {
    return this.#bound?.isAway === true
  }

  /** True when `peer` is this peer, perhaps with a new id: the same run of its page. */
  is(peer: Peer): boolean {
    return this.#bound?.peer.tag === peer.tag
  }

  /** Somebody new. */
  bind(peer: Peer, isAway: boolean): void {
    this.clear()
    this.#bound = { peer, isAway, isHeard: false, media: null }
    this.#hearing.setAway(isAway)
  }

  /** The same peer again, on a server that may have forgotten what it was told. */
  rebind(peer: Peer, isAway: boolean): void {
    if (!this.#bound) return
    this.#cancelWait()
    Object.assign(this.#bound, { peer, isAway })
    this.#hearing.reset()
    this.#hearing.setHeard(this.#bound.isHeard)
    this.#hearing.setAway(isAway)
  }

  /** The server forgot both sides: the peer is gone unless it comes back, or is heard. */
  awaitReturn(): void {
    const bound = this.#bound
    if (!bound) return
    bound.isAway = true
    this.#cancelWait()
    this.#cancelWait = this.#options.clock.after(GRACE_MS, () => {
      if (bound.isHeard) this.awaitReturn()
      else this.#options.onLost()
    })
  }

  /** The server lost, or found, the peer. */
  setAway(isAway: boolean): void {
    if (!this.#bound) return
    this.#bound.isAway = isAway
    this.#hearing.setAway(isAway)
  }

  /** Something is, or nothing is, heard from the peer itself. */
  setHeard(isHeard: boolean): void {
    if (!this.#bound) return
    this.#bound.isHeard = isHeard
    this.#hearing.setHeard(isHeard)
  }

  /** What the peer says that it sends. */
  setMedia(media: PeerMedia): void {
    if (this.#bound) this.#bound.media = media
  }

  /** Nobody is there. */
  clear(): void {
    this.#cancelWait()
    this.#hearing.reset()
    this.#bound = undefined
  }
}
