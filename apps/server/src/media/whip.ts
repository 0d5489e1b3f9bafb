import type { Logger } from '@duet/base'
import type { MediaServer, SessionKind } from '@duet/media'
import type { RequestContext } from '../front/socket.ts'
import { acceptsSdp } from './accepts-sdp.ts'
import { bearerOf } from './bearer.ts'
import { answerOptions, withCors } from './cors.ts'
import { iceLinks } from './ice-links.ts'
import { entityTag, judgeIfMatch } from './if-match.ts'
import type { MediaSessions, OpenSession } from './media-sessions.ts'
import { problem } from './problem.ts'
import { MediaRefusal, refusalOf } from './refusal.ts'
import type { SessionIce } from './session-ice.ts'
import type { Credential } from './stream-access.ts'
import type { StreamTarget } from './stream-target.ts'
import { isSame, type MediaTokens } from './tokens.ts'

const SDP_TYPE = 'application/sdp'
const FRAGMENT_TYPE = 'application/trickle-ice-sdpfrag'

export interface WhipServices {
  media: Pick<MediaServer, 'session'>
  sessions: Pick<MediaSessions, 'open' | 'find' | 'patch' | 'end'>
  tokens: MediaTokens
  ice: Pick<SessionIce, 'servers'>
  logger: Logger
}

/** What one address of WHIP or WHEP stands for. */
export interface WhipAddress {
  kind: SessionKind
  /** Of an endpoint. */
  target: StreamTarget | undefined
  /** Of a session; undefined: this is an endpoint. */
  sessionId: string | undefined
  credential: Credential
  vhost: string
  param: string
  candidates?: readonly string[]
  codec?: string
  /** Whether the media type of an offer has to be named. */
  isTypeNamed: boolean
  /** The path of the session of this id. */
  locationOf: (sessionId: string) => string
}

/** One request of WHIP (RFC 9725) or WHEP (draft-ietf-wish-whep) with its context. */
interface Asked {
  context: RequestContext
  request: Request
  address: WhipAddress
}

const ENDPOINT_METHODS = 'GET, HEAD, POST, OPTIONS'
const SESSION_METHODS = 'GET, HEAD, PATCH, DELETE, OPTIONS'

/** Answers at the endpoints and sessions of WHIP and WHEP, wherever they stand. */
export class Whip {
  readonly #services: WhipServices

  constructor(services: WhipServices) {
    this.#services = services
  }

  /** Never rejects. */
  async respond(asked: Asked): Promise<Response> {
    try {
      return asked.address.sessionId === undefined
        ? await this.#atEndpoint(asked)
        : await this.#atSession(asked, asked.address.sessionId)
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal) return problem(refusal, refusal.code === 'wrong-type' ? acceptedAt(asked) : {})
      this.#services.logger.error('a request of WHIP or WHEP failed', {
        error: error instanceof Error ? error.stack : String(error),
      })
      return problem(new MediaRefusal('internal', 'Something went wrong here.'))
    }
  }

  async #atEndpoint(asked: Asked): Promise<Response> {
    const { request } = asked
    switch (request.method) {
      case 'OPTIONS':
        return answerOptions(request, { 'accept-post': SDP_TYPE, allow: ENDPOINT_METHODS })
      case 'GET':
      case 'HEAD':
        // §4.1: there is nothing to represent.
        return withCors(new Response(null, { status: 204 }))
      case 'POST':
        return this.#open(asked)
      default:
        return wrongMethod(request.method, ENDPOINT_METHODS)
    }
  }

  async #atSession(asked: Asked, sessionId: string): Promise<Response> {
    const { request } = asked
    switch (request.method) {
      case 'OPTIONS':
        return answerOptions(request, { 'accept-patch': FRAGMENT_TYPE, allow: SESSION_METHODS })
      case 'GET':
      case 'HEAD':
        this.#sessionAt(asked, sessionId)
        return withCors(new Response(null, { status: 204 }))
      case 'PATCH':
        return this.#patch(asked, sessionId)
      case 'DELETE':
        this.#authorize(asked, this.#sessionAt(asked, sessionId))
        this.#services.sessions.end(sessionId, 'ended')
        return withCors(new Response(null, { status: 200 }))
      default:
        return wrongMethod(request.method, SESSION_METHODS)
    }
  }

  /** §4.2 */
  async #open({ context, request, address }: Asked): Promise<Response> {
    const { kind, target, credential, vhost, param, candidates, codec } = address
    if (!target) throw new MediaRefusal('bad-request', 'The address names no stream.')
    const { headers } = context
    const offer = (): Promise<string> => {
      if (address.isTypeNamed) requireType(request, SDP_TYPE)
      if (!acceptsSdp(headers.get('accept'))) {
        throw new MediaRefusal('not-acceptable', `The answer is ${SDP_TYPE}.`)
      }
      return bodyOf(request)
    }
    const answer = await this.#services.sessions.open({
      kind,
      target,
      credential,
      offer,
      address: context.address,
      vhost,
      param,
      pageUrl: headers.get('referer') ?? headers.get('origin') ?? '',
      ...(candidates ? { candidates } : {}),
      ...(codec === undefined ? {} : { codec }),
    })
    const response = new Response(answer.sdp, {
      status: 201,
      headers: {
        'content-type': SDP_TYPE,
        location: address.locationOf(answer.id),
        etag: entityTag(answer.etag),
        'accept-patch': FRAGMENT_TYPE,
        'cache-control': 'no-store',
      },
    })
    for (const link of iceLinks(this.#services.ice.servers(context, answer.id))) {
      response.headers.append('link', link)
    }
    return withCors(response)
  }

  /** §4.3 */
  async #patch(asked: Asked, sessionId: string): Promise<Response> {
    const { request } = asked
    this.#authorize(asked, this.#sessionAt(asked, sessionId))
    requireType(request, FRAGMENT_TYPE)
    const fragment = await bodyOf(request)
    const session = this.#services.media.session(sessionId)
    if (!session) throw noSession()
    // §4.3.1: the client may have sent this before it knew of a restart.
    switch (judgeIfMatch(request.headers.get('if-match'), entityTag(session.etag))) {
      case 'missing':
        throw new MediaRefusal('precondition-missing', 'Send If-Match with the last ETag, or *.')
      case 'failed':
        throw new MediaRefusal('precondition-failed', 'The ETag is of another ICE session.')
      case 'met':
    }
    const patched = this.#services.sessions.patch(sessionId, fragment)
    // §4.3.2: what only brings candidates is answered by no ETag.
    if (patched.type === 'trickled') return withCors(new Response(null, { status: 204 }))
    // §4.3.3
    return withCors(
      new Response(patched.fragment, {
        status: 200,
        headers: { 'content-type': FRAGMENT_TYPE, etag: entityTag(patched.etag) },
      }),
    )
  }

  /** Throws when the address does not lead to a session. */
  #sessionAt({ address }: Asked, sessionId: string): OpenSession {
    const session = this.#services.sessions.find(sessionId)
    const { kind, target } = address
    if (!session || session.client.kind !== kind) throw noSession()
    if (target && session.client.target.stream !== target.stream) throw noSession()
    return session
  }

  /**
   * §4.7: the address of a session is a secret, and where a token was shown for it, one of the same
   * stream is to be shown again. Its time may be over: the session's is not.
   */
  #authorize({ request }: Asked, { client, needsBearer }: OpenSession): void {
    if (!needsBearer) return
    const token = bearerOf(request.headers)
    if (token === undefined) {
      throw new MediaRefusal('token-missing', 'Send the bearer token of this stream.')
    }
    const claim = this.#services.tokens.read(token)
    if (!claim) throw new MediaRefusal('token-wrong', 'The token is none of this server.')
    if (!isSame(claim, { kind: client.kind, stream: client.target.stream })) {
      throw new MediaRefusal('token-elsewhere', 'The token is for something else.')
    }
  }
}

/** RFC 5789 §2.2, and Accept-Post as for it: what would have been right. */
function acceptedAt({ address }: Asked): Record<string, string> {
  return address.sessionId === undefined
    ? { 'accept-post': SDP_TYPE }
    : { 'accept-patch': FRAGMENT_TYPE }
}

function requireType(request: Request, wanted: string): void {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== wanted) throw new MediaRefusal('wrong-type', `Send ${wanted}.`)
}

/** Of a length that the front has bounded. */
export async function bodyOf(request: Request): Promise<string> {
  try {
    return await request.text()
  } catch (error) {
    throw new MediaRefusal('bad-body', 'The body broke off.', { cause: error })
  }
}

function wrongMethod(method: string, allowed: string): Response {
  const refusal = new MediaRefusal('wrong-method', `${method} means nothing here.`)
  return problem(refusal, { allow: allowed })
}

function noSession(): MediaRefusal {
  return new MediaRefusal('no-such-session', 'It has ended, or there never was one.')
}
