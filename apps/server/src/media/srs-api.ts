import type { Clock, Logger } from '@duet/base'
import type { MediaServer, SessionInfo, StreamInfo } from '@duet/media'
import { addressGroup } from '../bounds/address-group.ts'
import { BoundedBuckets } from '../bounds/bounded-buckets.ts'
import type { HttpRoute, RequestContext } from '../front/socket.ts'
import { version } from '../ops/version.ts'
import { isAdministrator, type AdminAccessOptions } from './admin-access.ts'
import { answerOptions, withCors } from './cors.ts'
import type { MediaLimits } from './limits.ts'
import type { MediaSessions } from './media-sessions.ts'
import { summary } from './srs-summary.ts'
import { clientIdOf, clientView, streamView, vidOf } from './srs-views.ts'
import type { Traffic } from './traffic.ts'

export const SRS_API_PREFIX = '/api/v1'

export interface SrsApiOptions extends AdminAccessOptions {
  media: MediaServer
  sessions: Pick<MediaSessions, 'find'>
  traffic: Pick<Traffic, 'ofStream' | 'ofSession'>
  /** Names this server. */
  serverId: string
  clock: Clock
  logger: Logger
  limits: Pick<MediaLimits, 'readRate'>
}

/** The interface of SRS that is served; its clients look at these numbers. */
const SRS_VERSION = { major: 4, minor: 0, revision: 271, version: '4.0.271' }

/** What lists show without `count`, and with it at the most. */
const COUNT = { usual: 10, most: 1000 }

/** As SRS numbers them. */
const CODES = { notAllowed: 401, notFound: 404, wrongMethod: 405, rateLimited: 429 }
const STREAM_NOT_FOUND = 2048
const CLIENT_NOT_FOUND = 2049

/** `/api/v1/…`: who publishes and plays what, for those who run the server. */
export function srsApiRoutes(options: SrsApiOptions): HttpRoute[] {
  const api = new SrsApi(options)
  return [
    {
      prefix: SRS_API_PREFIX,
      maxBodyBytes: 1024,
      isPlainAllowed: true,
      respond: (context, request) => api.respond(context, request),
    },
  ]
}

class SrsApi {
  readonly #options: SrsApiOptions
  readonly #rates: BoundedBuckets
  readonly #startedAt: number

  constructor(options: SrsApiOptions) {
    this.#options = options
    this.#rates = new BoundedBuckets(options.limits.readRate, options.clock)
    this.#startedAt = options.clock.now()
  }

  async respond(context: RequestContext, request: Request): Promise<Response> {
    if (request.method === 'OPTIONS') return answerOptions(request)
    if (!this.#rates.take(addressGroup(context.address))) {
      return refuse(429, CODES.rateLimited, 'Too many requests.')
    }
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    try {
      if (!(await isAdministrator(this.#options, context, isRead))) return notAllowed()
    } catch (error) {
      this.#options.logger.warn('a login could not be judged', { error: String(error) })
      return refuse(503, 503, 'Who asks can’t be looked up now.')
    }
    const [kind = '', id = '', ...more] = context.url.pathname
      .slice(SRS_API_PREFIX.length + 1)
      .split('/')
    if (more.some((part) => part !== '')) return notFound()
    if (kind === 'clients' && id !== '' && request.method === 'DELETE') return this.#kick(id)
    if (!isRead) return refuse(405, CODES.wrongMethod, 'Not a method of this address.')
    return this.#read({ kind, id, query: context.url.searchParams })
  }

  #read({ kind, id, query }: { kind: string; id: string; query: URLSearchParams }): Response {
    const { media, clock } = this.#options
    if (kind === 'streams') return id === '' ? this.#streams(query) : this.#stream(id)
    if (kind === 'clients') return id === '' ? this.#clients(query) : this.#client(id)
    if (id !== '') return notFound()
    if (kind === 'versions') return this.#answer({ data: { ...SRS_VERSION, duet: version } })
    if (kind !== 'summaries') return notFound()
    const now = clock.now()
    const facts = { stats: media.stats(), startedAt: this.#startedAt, now }
    return this.#answer({ data: summary({ ...facts, version: SRS_VERSION.version }) })
  }

  #streams(query: URLSearchParams): Response {
    const streams = page(this.#options.media.streams(), query)
    return this.#answer({ streams: streams.map((stream) => this.#streamView(stream)) })
  }

  #stream(id: string): Response {
    const stream = this.#options.media.streams().find(({ name }) => vidOf(name) === id)
    if (!stream) return this.#answer({ code: STREAM_NOT_FOUND })
    return this.#answer({ stream: this.#streamView(stream) })
  }

  #clients(query: URLSearchParams): Response {
    const clients = page(this.#options.media.sessions(), query)
    return this.#answer({ clients: clients.map((session) => this.#clientView(session)) })
  }

  #client(id: string): Response {
    const session = this.#sessionOf(id)
    if (!session) return this.#answer({ code: CLIENT_NOT_FOUND })
    return this.#answer({ client: this.#clientView(session) })
  }

  #kick(id: string): Response {
    const session = this.#sessionOf(id)
    if (!session) return this.#answer({ code: CLIENT_NOT_FOUND })
    this.#options.media.end(session.id, 'kicked')
    this.#options.logger.info('an administrator ended a media session', { client: id })
    return this.#answer({})
  }

  #sessionOf(clientId: string): SessionInfo | undefined {
    const { media, sessions } = this.#options
    return media
      .sessions()
      .find((session) => clientIdOf(session, sessions.find(session.id)) === clientId)
  }

  #streamView(stream: StreamInfo): object {
    const { media, sessions, traffic, clock } = this.#options
    const publisher = stream.publisher === undefined ? undefined : media.session(stream.publisher)
    return streamView(stream, {
      kbps: traffic.ofStream(stream.name, stream),
      now: clock.now(),
      publisherId: publisher ? clientIdOf(publisher, sessions.find(publisher.id)) : '',
    })
  }

  #clientView(session: SessionInfo): object {
    const { sessions, traffic, clock } = this.#options
    const facts = { kbps: traffic.ofSession(session.id, session), now: clock.now() }
    return clientView(session, sessions.find(session.id), facts)
  }

  #answer(fields: Readonly<Record<string, unknown>>): Response {
    const { serverId } = this.#options
    return json(200, { code: 0, server: serverId, pid: String(process.pid), ...fields })
  }
}

/** `?start=0&count=10`. */
function page<Item>(items: readonly Item[], query: URLSearchParams): readonly Item[] {
  const start = countIn(query.get('start'), 0)
  const count = Math.min(countIn(query.get('count'), COUNT.usual), COUNT.most)
  return items.slice(start, start + count)
}

function countIn(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : otherwise
}

/** Browsers ask for a name and a password where Basic is named; the password is the token. */
function notAllowed(): Response {
  const answer = refuse(401, CODES.notAllowed, 'Show a token of `duet media-token admin`.')
  answer.headers.set('www-authenticate', 'Basic realm="duet", charset="UTF-8"')
  return answer
}

function notFound(): Response {
  return refuse(404, CODES.notFound, 'SRS has other addresses here.')
}

function refuse(status: number, code: number, message: string): Response {
  return json(status, { code, message })
}

function json(status: number, value: object): Response {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  return withCors(Response.json(value, { status, headers }))
}
