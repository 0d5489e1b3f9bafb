import type { Dismiss, Peer } from '@duet/protocol'

/** Who was put out here; a server that was away may not have heard of it. */
export class PutOut {
  readonly #send: (request: Dismiss) => void
  #tag: string | undefined

  constructor(send: (request: Dismiss) => void) {
    this.#send = send
  }

  /** Puts a peer out. */
  add({ id, tag }: Pick<Peer, 'id' | 'tag'>): void {
    this.#tag = tag
    this.#send({ type: 'dismiss', peer: id })
  }

  /** True for the one that was put out and is still there: it is put out once more. */
  includes({ id, tag }: Peer): boolean {
    if (tag !== this.#tag) return false
    this.add({ id, tag })
    return true
  }
}
