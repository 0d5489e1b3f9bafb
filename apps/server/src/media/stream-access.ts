import { normalizeRoomName } from '@duet/protocol'
import { callOfLegRoom, isCastRoomName } from '@duet/rules'
import type { MediaServer, SessionKind, StreamName } from '@duet/media'
import type { Hub } from '../hub/hub.ts'
import type { RoomAccess } from '../rooms/access.ts'
import { MediaRefusal } from './refusal.ts'
import type { StreamTarget } from './stream-target.ts'
import { isSame, type MediaTokens } from './tokens.ts'

/**
 * How a client says who it is. bearer: it must show a token, in the header that is for it. open: an
 * older client, which may have one of ours in its query, or one that only callbacks understand.
 */
export type Credential =
  | { name: 'bearer'; token: string | undefined }
  | { name: 'open'; token: string | undefined }

export interface StreamAccessOptions {
  tokens: MediaTokens
  hub: Hub
  /** Judges entering a room, as of somebody who is not logged in. */
  access: RoomAccess
  media: Pick<MediaServer, 'stream'>
  /** Whether clients without a token are let in at all. */
  isOpen: boolean
  /** Whether what this session publishes is played with a token only. */
  isClosed: (sessionId: string) => boolean
  /** Whether the stream is of a call that is shown live: everybody may play it. */
  isLive: (stream: StreamName) => boolean
  /** Players of such a stream. */
  maxViewers: number
}

export interface AccessVerdict {
  /** With a token that allows this. */
  isTrusted: boolean
  /** Of a call that is shown live, with none. */
  isViewer: boolean
  /** The member that it proved to be, at a stream of its label: others play it without a token. */
  owner?: string
}

const TRUSTED: AccessVerdict = { isTrusted: true, isViewer: false }
const OPEN: AccessVerdict = { isTrusted: false, isViewer: false }
const VIEWER: AccessVerdict = { isTrusted: false, isViewer: true }

export interface AccessRequest {
  kind: SessionKind
  target: StreamTarget
  credential: Credential
}

/** Rules MD7 to MD10, MD26 and MD27 of docs/media.md: who may publish and play which stream. */
export class StreamAccess {
  readonly #options: StreamAccessOptions

  constructor(options: StreamAccessOptions) {
    this.#options = options
  }

  /** As what it is let in. Rejects with a MediaRefusal for those who may not. */
  async judge(request: AccessRequest): Promise<AccessVerdict> {
    const { kind, target, credential } = request
    const claim = { kind, stream: target.stream }
    const { tokens, isOpen } = this.#options
    if (credential.name === 'open') {
      if (tokens.verify(credential.token, claim)) return TRUSTED
      const owner = await this.#ownerBy(credential.token, request)
      if (owner !== undefined) return { ...TRUSTED, owner }
      if (!isOpen) throw new MediaRefusal('token-missing', 'This server wants a token here.')
      await this.#judgeOpen(kind, target)
      return OPEN
    }
    if (credential.token === undefined) {
      if (kind === 'play' && this.isLive(target.stream)) return this.#judgeViewer(target.stream)
      throw new MediaRefusal('token-missing', 'Send a bearer token of this server.')
    }
    const read = tokens.read(credential.token)
    if (!read) throw new MediaRefusal('token-wrong', 'The token is none of this server.')
    if (read.isExpired) throw new MediaRefusal('token-wrong', 'The token’s time is over.')
    if (!isSame(read, claim)) {
      throw new MediaRefusal('token-elsewhere', `The token does not allow to ${kind} this stream.`)
    }
    return TRUSTED
  }

  isLive(stream: StreamName): boolean {
    return this.#options.isLive(stream)
  }

  /**
   * Throws when somebody with a token publishes the stream, but for an owner: then others need one to
   * play it. And when it is shown live: then others need one to publish it.
   */
  requireOpenStream(kind: SessionKind, stream: StreamName): void {
    const isClosed = kind === 'play' ? this.#isPublishedClosed(stream) : this.isLive(stream)
    if (isClosed) throw closedStream()
  }

  /** Throws when the stream is shown no longer. */
  requireLive(stream: StreamName): void {
    if (!this.isLive(stream)) throw closedStream()
  }

  #judgeViewer(stream: StreamName): AccessVerdict {
    const { media, maxViewers } = this.#options
    if ((media.stream(stream)?.players ?? 0) < maxViewers) return VIEWER
    throw new MediaRefusal('too-many-sessions', 'There are too many viewers.')
  }

  #isPublishedClosed(stream: StreamName): boolean {
    const publisher = this.#options.media.stream(stream)?.publisher
    return publisher !== undefined && this.#options.isClosed(publisher)
  }

  /**
   * The member that the token is of, if that one has its label still: once it has left, somebody
   * else may be called so.
   */
  async #ownerBy(
    token: string | undefined,
    { kind, target: { app, name, stream } }: AccessRequest,
  ): Promise<string | undefined> {
    const claim = this.#options.tokens.read(token)
    if (kind !== 'publish' || claim?.kind !== 'own' || claim.stream !== stream) return undefined
    const result = normalizeRoomName(app)
    if (claim.isExpired || !result.ok) return undefined
    let isHere = false
    await this.#options.hub.update(result.name, (found) => {
      const member = found?.members.find(({ id }) => id === claim.member)
      isHere = member?.label === name
      return [found, []]
    })
    return isHere ? claim.member : undefined
  }

  async #judgeOpen(kind: SessionKind, { app, name, stream }: StreamTarget): Promise<void> {
    this.requireOpenStream(kind, stream)
    const result = normalizeRoomName(app)
    // Rooms under other names are of clients without media of ours.
    if (!result.ok) return
    const room = result.name
    if (callOfLegRoom(room) || isCastRoomName(room)) throw closedStream()
    const verdict = await this.#options.access(room, undefined)
    if ('refusal' in verdict) {
      if (verdict.refusal === 'unavailable') {
        throw new MediaRefusal('unavailable', 'Who may enter the room can’t be looked up now.')
      }
      throw closedStream()
    }
    const { host, needsAccount } = verdict.policy
    if (host !== undefined || needsAccount || (await this.#isOwnMember(room, name))) {
      throw closedStream()
    }
  }

  /**
   * Whether somebody in a call of Duet's own publishes under this name. Under its label it can be
   * played by those who are with it in the room and can't show a token.
   */
  async #isOwnMember(room: string, name: string): Promise<boolean> {
    let isMember = false
    await this.#options.hub.update(room, (found) => {
      const members = found?.members ?? []
      const own = members.filter(({ dialect }) => dialect.name === 'native')
      const isWithOlder = members.some(({ dialect }) => dialect.name === 'srs')
      isMember = own.some(({ id, label }) => id === name || (label === name && !isWithOlder))
      return [found, []]
    })
    return isMember
  }
}

function closedStream(): MediaRefusal {
  return new MediaRefusal('token-missing', 'This stream needs a token of this server.')
}
