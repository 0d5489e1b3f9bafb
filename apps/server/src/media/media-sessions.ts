import { randomBytes } from 'node:crypto'
import type { Clock, Logger } from '@duet/base'
import type {
  MediaServer,
  PatchAnswer,
  SessionAnswer,
  SessionEndReason,
  SessionInfo,
  StreamName,
} from '@duet/media'
import { AddressCounter } from '../bounds/address-counter.ts'
import { addressGroup } from '../bounds/address-group.ts'
import { BoundedBuckets } from '../bounds/bounded-buckets.ts'
import type { Callbacks } from './callbacks.ts'
import { MAX_STREAM_URL_LENGTH, type MediaLimits } from './limits.ts'
import type { MediaClient } from './media-client.ts'
import { MediaRefusal } from './refusal.ts'
import type { AccessRequest, AccessVerdict, StreamAccess } from './stream-access.ts'

/** What a client asks for, over whichever address. */
export interface OpenRequest
  extends AccessRequest, Pick<MediaClient, 'vhost' | 'param' | 'address' | 'pageUrl'> {
  /** The client's offer: asked for only when the client may have a session. */
  offer: () => Promise<string>
  /** Addresses for the candidates in place of the configured ones. */
  candidates?: readonly string[]
  codec?: string
}

/** A session of ours, as long as it lasts. */
export interface OpenSession extends AccessVerdict {
  client: MediaClient
  /** Who changes or ends it must show a token (RFC 9725 §4.7). */
  needsBearer: boolean
}

export interface MediaSessionsOptions {
  media: MediaServer
  access: Pick<StreamAccess, 'judge' | 'requireOpenStream' | 'requireLive' | 'isLive'>
  callbacks: Callbacks
  clock: Clock
  logger: Logger
  limits: MediaLimits
}

/** Opens sessions for those who may have them, and knows whose they are until they end. */
export class MediaSessions {
  readonly #options: MediaSessionsOptions
  readonly #open = new Map<string, OpenSession>()
  /** Who publishes each stream, as far as it is a session of ours. */
  readonly #publishers = new Map<StreamName, OpenSession>()
  readonly #rates: BoundedBuckets
  /** Sessions without a token. */
  readonly #untrusted: AddressCounter
  readonly #forget: () => void
  #isClosed = false

  constructor(options: MediaSessionsOptions) {
    const { media, clock, limits } = options
    this.#options = options
    this.#rates = new BoundedBuckets(limits.openRate, clock)
    this.#untrusted = new AddressCounter({
      inAll: limits.maxOpenSessions,
      perAddress: limits.maxOpenSessionsPerAddress,
    })
    this.#forget = media.on('ended', (session, reason) => this.#handleEnd(session, reason))
  }

  /** Whose session it is; undefined: it is over, or none of ours. */
  find(sessionId: string): OpenSession | undefined {
    return this.#open.get(sessionId)
  }

  /** Whether somebody publishes the stream who did not prove to be this member. */
  isByAnother(stream: StreamName, member: string): boolean {
    const publisher = this.#publishers.get(stream)
    if (!publisher) return false
    const { isTrusted, owner = member } = publisher
    return !isTrusted || owner !== member
  }

  /** Rejects with a MediaRefusal, or with an error of the media server. */
  async open(request: OpenRequest): Promise<SessionAnswer> {
    const group = addressGroup(request.address)
    if (!this.#rates.take(group)) {
      throw new MediaRefusal('rate-limited', 'Too many sessions are asked for from this address.')
    }
    const verdict = await this.#options.access.judge(request)
    this.#requirePlace(request, verdict)
    const release = verdict.isTrusted ? () => undefined : this.#admit(group)
    try {
      return await this.#openAllowed(request, await request.offer(), verdict)
    } catch (error) {
      release()
      throw error
    }
  }

  /** Ends it; false when there is none. */
  end(sessionId: string, reason: 'ended' | 'kicked'): boolean {
    return this.#options.media.end(sessionId, reason)
  }

  /** The stream is shown live no longer: those who play it without a token are sent away. */
  endViewers(stream: StreamName): void {
    for (const [id, { client, isViewer }] of this.#open) {
      if (isViewer && client.target.stream === stream) this.#options.media.end(id, 'kicked')
    }
  }

  /** Throws an error of the media server. */
  patch(sessionId: string, fragment: string): PatchAnswer {
    return this.#options.media.patch(sessionId, fragment)
  }

  /** The media server closes by itself. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#forget()
    this.#open.clear()
    this.#publishers.clear()
  }

  async #openAllowed(
    request: OpenRequest,
    sdp: string,
    verdict: AccessVerdict,
  ): Promise<SessionAnswer> {
    const { callbacks } = this.#options
    const client = clientOf(request)
    const start = async (): Promise<SessionAnswer> => {
      await this.#requireOwner(request, verdict)
      return this.#start(request, { client, sdp, verdict })
    }
    if (!callbacks.isAsked(client.kind)) return await start()
    await callbacks.ask(client)
    try {
      return await start()
    } catch (error) {
      // It was told of a session that there never was.
      callbacks.report(client)
      throw error
    }
  }

  /** Rejects when the offer, or a callback, took so long that the owner has left meanwhile. */
  async #requireOwner(request: OpenRequest, { owner }: AccessVerdict): Promise<void> {
    if (owner === undefined) return
    const again = await this.#options.access.judge(request)
    if (again.owner !== owner) throw new MediaRefusal('token-wrong', 'The member has left.')
  }

  /** All of it in one turn: what was true when it began is true at its end. */
  #start(
    request: OpenRequest,
    { client, sdp, verdict }: { client: MediaClient; sdp: string; verdict: AccessVerdict },
  ): SessionAnswer {
    const { isTrusted, isViewer, owner } = verdict
    const { media, access, logger } = this.#options
    const { kind, target, address, candidates, codec } = request
    if (this.#isClosed) throw new MediaRefusal('closed', 'The server is going away.')
    this.#requirePlace(request, verdict)
    if (isViewer) access.requireLive(target.stream)
    else if (!isTrusted) access.requireOpenStream(kind, target.stream)
    else if (kind === 'publish') this.#endOthers(target.stream, owner)
    const answer = media.open({
      kind,
      stream: target.stream,
      sdp,
      address,
      ...(candidates ? { candidates } : {}),
      ...(codec === undefined ? {} : { codec }),
    })
    if (isTrusted && kind === 'publish' && owner === undefined) this.#endListeners(target.stream)
    // A viewer has none to show.
    const needsBearer = request.credential.name === 'bearer' && !isViewer
    const session = { client, ...verdict, needsBearer }
    this.#open.set(answer.id, session)
    if (kind === 'publish') this.#publishers.set(target.stream, session)
    logger.info('a media session began', { client: client.clientId, kind, isTrusted })
    logger.debug('its stream', { client: client.clientId, stream: target.stream, address })
    return answer
  }

  /** Throws when somebody publishes the stream who does not have to give way. */
  #requirePlace({ kind, target }: OpenRequest, { isTrusted, owner }: AccessVerdict): void {
    if (kind !== 'publish') return
    const { media } = this.#options
    const publisher = media.stream(target.stream)?.publisher
    const known = publisher === undefined ? undefined : this.#open.get(publisher)
    if (!known || isFormerOwner(known, owner)) return
    // MD9: a token goes before none; among equals, who fell silent gives way.
    const isRefused = known.isTrusted === isTrusted ? media.isBusy(target.stream) : known.isTrusted
    if (isRefused) throw new MediaRefusal('stream-busy', 'Somebody else publishes this stream.')
  }

  /** MD9: who shows a token takes the place of a publisher without one, an owner that of a former one. */
  #endOthers(stream: StreamName, owner: string | undefined): void {
    for (const [id, session] of this.#open) {
      const { client, isTrusted } = session
      if (client.kind !== 'publish' || client.target.stream !== stream) continue
      if (!isTrusted || isFormerOwner(session, owner)) this.#options.media.end(id, 'kicked')
    }
  }

  /** MD9: what is published with a token has no listeners without one. */
  #endListeners(stream: StreamName): void {
    for (const [id, { client, isTrusted, isViewer }] of this.#open) {
      // MD26: what is shown live may be published anew.
      if (isViewer && this.#options.access.isLive(stream)) continue
      if (isTrusted || client.kind !== 'play' || client.target.stream !== stream) continue
      this.#options.media.end(id, 'kicked')
    }
  }

  #admit(group: string): () => void {
    if (!this.#untrusted.admit(group)) {
      throw new MediaRefusal('too-many-sessions', 'There are too many sessions without a token.')
    }
    return () => this.#untrusted.release(group)
  }

  #handleEnd({ id }: SessionInfo, reason: SessionEndReason): void {
    const session = this.#open.get(id)
    if (!session) return
    this.#open.delete(id)
    const { client, isTrusted } = session
    const { stream } = client.target
    if (this.#publishers.get(stream) === session) this.#publishers.delete(stream)
    if (!isTrusted) this.#untrusted.release(addressGroup(client.address))
    this.#options.callbacks.report(client)
    this.#options.logger.info('a media session ended', { client: client.clientId, reason })
  }
}

/** Whether the session is of somebody who had the label before its owner of now. */
function isFormerOwner(session: OpenSession, owner: string | undefined): boolean {
  return owner !== undefined && session.owner !== undefined && session.owner !== owner
}

function clientOf(request: OpenRequest): MediaClient {
  const { kind, target, vhost, param, address, pageUrl } = request
  return {
    clientId: randomBytes(6).toString('hex'),
    kind,
    target,
    vhost: vhost.slice(0, MAX_STREAM_URL_LENGTH),
    param: param.slice(0, MAX_STREAM_URL_LENGTH),
    address,
    pageUrl: pageUrl.slice(0, MAX_STREAM_URL_LENGTH),
  }
}
