import type { MediaTokens } from './tokens.ts'
import { streamTarget } from './stream-target.ts'

/** Longer than a call lasts: a session that is mended shows its token again. */
const TTL_MS = 12 * 3_600_000

/** An address of the media server with a token for it. */
interface Endpoint {
  url: string
  token: string
}

/** Lets members of a room through the media server: each stream is named by its member's id. */
export class MemberMedia {
  readonly #tokens: MediaTokens

  constructor(tokens: MediaTokens) {
    this.#tokens = tokens
  }

  /** Where `self` publishes, and where it plays what `peer` publishes; undefined: nowhere. */
  grant({
    room,
    self,
    peer,
  }: {
    room: string
    self: string
    peer: string
  }): { publish: Endpoint; play: Endpoint } | undefined {
    const publish = this.#endpoint('publish', room, self)
    const play = this.#endpoint('play', room, peer)
    return publish && play && { publish, play }
  }

  #endpoint(kind: 'publish' | 'play', room: string, member: string): Endpoint | undefined {
    const target = streamTarget(room, member)
    if (!target) return undefined
    const prefix = kind === 'publish' ? '/whip' : '/whep'
    return {
      url: `${prefix}/${encodeURIComponent(room)}/${encodeURIComponent(member)}`,
      token: this.#tokens.issue({ kind, stream: target.stream, ttlMs: TTL_MS }),
    }
  }
}
