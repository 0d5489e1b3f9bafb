import { SRS_PREFIX } from './srs-routes.ts'
import { streamTarget } from './stream-target.ts'
import type { MediaTokens } from './tokens.ts'

/** Longer than a call lasts: a session that is mended shows its token again. */
const TTL_MS = 12 * 3_600_000

/** What a member of a room may publish and play, by the names of the streams in its room. */
interface MemberRequest {
  room: string
  /** Who asks. */
  member: string
  publishes: string
  plays: string
  /** Who plays what it publishes can show no token. */
  isOpen: boolean
}

/** Who wants to publish under its label. */
interface OwnRequest {
  room: string
  member: string
  label: string
}

/** An address of the media server, with a token where one is shown. */
interface Endpoint {
  url: string
  token?: string
}

export interface MemberMediaOptions {
  tokens: MediaTokens
  /** Whether clients without a token are let in at all. */
  isOpen: boolean
}

/** Lets members of a room through the media server (docs/protocol.md, V1 and V6). */
export class MemberMedia {
  readonly #options: MemberMediaOptions

  constructor(options: MemberMediaOptions) {
    this.#options = options
  }

  /** Where a member publishes, and where it plays another one; undefined: nowhere. */
  grant(request: MemberRequest): { publish: Endpoint; play: Endpoint } | undefined {
    const publish = this.#endpoint('publish', request.publishes, request)
    const play = this.#endpoint('play', request.plays, request)
    return publish && play && { publish, play }
  }

  /**
   * MD27: what a member shows that publishes under its label, for others to play without a token.
   * Undefined: nobody could play it so, or there is no such stream.
   */
  ownToken({ room, member, label }: OwnRequest): string | undefined {
    const target = streamTarget(room, label)
    if (!target || !this.#options.isOpen) return undefined
    return this.#issueOwn(member, target.stream)
  }

  #endpoint(
    kind: 'publish' | 'play',
    name: string,
    { room, member, isOpen }: MemberRequest,
  ): Endpoint | undefined {
    const target = streamTarget(room, name)
    if (!target) return undefined
    const protocol = kind === 'publish' ? 'whip' : 'whep'
    const [app, stream] = [encodeURIComponent(room), encodeURIComponent(name)]
    const srsUrl = `${SRS_PREFIX}/${protocol}/?app=${app}&stream=${stream}`
    const issue = (): string =>
      this.#options.tokens.issue({ kind, stream: target.stream, ttlMs: TTL_MS })
    if (!isOpen) return { url: `/${protocol}/${app}/${stream}`, token: issue() }
    // V6: what a member publishes under its label is played without a token, which such a peer has not.
    if (kind === 'play' && this.#options.isOpen) return { url: srsUrl }
    const token = kind === 'publish' ? this.#issueOwn(member, target.stream) : issue()
    return { url: `${srsUrl}&token=${encodeURIComponent(token)}` }
  }

  #issueOwn(member: string, stream: string): string {
    return this.#options.tokens.issue({ kind: 'own', member, stream, ttlMs: TTL_MS })
  }
}
