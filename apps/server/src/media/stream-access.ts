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
  /** Whether this session came with a token. */
  isTrusted: (sessionId: string) => boolean
  /** Whether the stream is of a call that is shown live: everybody may play it. */
  isLive: (stream: StreamName) => boolean
  /** Players of such a stream. */
  maxViewers: number
}

/** isTrusted: with a token that allows this. isViewer: of a call that is shown live, with none. */
export interface AccessVerdict {
  isTrusted: boolean
  isViewer: boolean
}

const TRUSTED: AccessVerdict = { isTrusted: true, isViewer: false }
const OPEN: AccessVerdict = { isTrusted: false, isViewer: false }
const VIEWER: AccessVerdict = { isTrusted: false, isViewer: true }

export interface AccessRequest {
  kind: SessionKind
  target: StreamTarget
  credential: Credential
}

/** Rules MD7 to MD10 and MD26 of docs/media.md: who may publish and play which stream. */
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

  /** Throws when somebody with a token publishes the stream: then others need one to play it. */
  requireOpenStream(kind: SessionKind, stream: StreamName): void {
    if (kind === 'play' && this.#isPublishedWithToken(stream)) throw closedStream()
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

  #isPublishedWithToken(stream: StreamName): boolean {
    const publisher = this.#options.media.stream(stream)?.publisher
    return publisher !== undefined && this.#options.isTrusted(publisher)
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
