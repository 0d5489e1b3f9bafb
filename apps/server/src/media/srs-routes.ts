import { isIP } from 'node:net'
import type { Logger } from '@duet/base'
import type { SessionKind } from '@duet/media'
import type { HttpRoute, RequestContext } from '../front/socket.ts'
import { bearerOf } from './bearer.ts'
import { answerOptions, withCors } from './cors.ts'
import { MAX_CANDIDATE_ADDRESSES, MAX_SRS_BODY_BYTES } from './limits.ts'
import type { MediaSessions } from './media-sessions.ts'
import { frontRefusal } from './native-routes.ts'
import { problem } from './problem.ts'
import { MediaRefusal, refusalOf } from './refusal.ts'
import { srsRefusal } from './srs-answer.ts'
import { DEFAULT_VHOST, parseStreamUrl } from './stream-url.ts'
import { streamTarget } from './stream-target.ts'
import { bodyOf, type Whip, type WhipAddress } from './whip.ts'

export const SRS_PREFIX = '/rtc/v1'

export interface SrsRoutesOptions {
  sessions: Pick<MediaSessions, 'open'>
  whip: Whip
  /** Names this server. */
  serverId: string
  logger: Logger
}

/** SRS's own requests, and what they are for. */
const REQUESTS: ReadonlyMap<string, SessionKind> = new Map([
  ['publish', 'publish'],
  ['play', 'play'],
])

/** Its addresses of WHIP and WHEP. */
const ENDPOINTS: ReadonlyMap<string, SessionKind> = new Map([
  ['whip', 'publish'],
  ['whep', 'play'],
  ['whip-play', 'play'],
])

const CODECS: ReadonlySet<string> = new Set(['h264', 'vp8', 'vp9', 'av1'])

/** `/rtc/v1/…` as SRS has it: publish and play in JSON, WHIP and WHEP with the stream in the query. */
export function srsRoutes(options: SrsRoutesOptions): HttpRoute[] {
  return [
    {
      prefix: SRS_PREFIX,
      maxBodyBytes: MAX_SRS_BODY_BYTES,
      // Its pages are served over plain HTTP, and call this port from another one.
      isPlainAllowed: true,
      refuse: (status) => srsRefusal(frontRefusal(status)),
      respond(context, request) {
        const [name = '', rest = '', ...more] = context.url.pathname
          .slice(SRS_PREFIX.length + 1)
          .split('/')
        const kind = REQUESTS.get(name)
        if (kind && rest === '' && more.length === 0) return answer(options, kind, context, request)
        const endpoint = ENDPOINTS.get(name)
        if (endpoint && more.length === 0) {
          const address = addressOf(endpoint, { name, sessionId: rest || undefined, context })
          return options.whip.respond({ context, request, address })
        }
        if (request.method === 'OPTIONS') return answerOptions(request)
        return problem(new MediaRefusal('not-found', 'SRS has other addresses here.'))
      },
    },
  ]
}

async function answer(
  options: SrsRoutesOptions,
  kind: SessionKind,
  context: RequestContext,
  request: Request,
): Promise<Response> {
  if (request.method === 'OPTIONS') return answerOptions(request)
  try {
    const { sdp, streamurl } = fieldsOf(await bodyOf(request))
    const { target, vhost, param, query } = streamOf(streamurl)
    const own = context.url.searchParams
    const { id, sdp: answered } = await options.sessions.open({
      kind,
      target,
      credential: { name: 'open', token: query.get('token') ?? own.get('token') ?? undefined },
      offer: () => Promise.resolve(sdp),
      address: context.address,
      vhost,
      param,
      pageUrl: context.headers.get('referer') ?? context.headers.get('origin') ?? '',
      ...wishesIn(own),
    })
    const { serverId } = options
    return withCors(Response.json({ code: 0, server: serverId, sdp: answered, sessionid: id }))
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal) return srsRefusal(refusal)
    options.logger.error('a request of SRS’s API failed', {
      error: error instanceof Error ? error.stack : String(error),
    })
    return srsRefusal(new MediaRefusal('internal', 'Something went wrong here.'))
  }
}

/** The fields of a body that matter; `api`, `tid` and `clientip` are for people. */
function fieldsOf(body: string): { sdp: string; streamurl: string } {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    throw new MediaRefusal('bad-body', 'The body is no JSON.', { cause: error })
  }
  const fields = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
  const [sdp, streamurl] = [fields.get('sdp'), fields.get('streamurl')] as unknown[]
  if (typeof sdp !== 'string' || typeof streamurl !== 'string') {
    throw new MediaRefusal('bad-body', 'The body has to have sdp and streamurl, both text.')
  }
  return { sdp, streamurl }
}

function streamOf(streamurl: string): NonNullable<ReturnType<typeof parseStreamUrl>> {
  const read = parseStreamUrl(streamurl)
  if (read) return read
  throw new MediaRefusal('bad-body', 'streamurl is not like webrtc://host/app/stream.')
}

function addressOf(
  kind: SessionKind,
  at: { name: string; sessionId: string | undefined; context: RequestContext },
): WhipAddress {
  const { name, sessionId, context } = at
  const { searchParams: query, search } = context.url
  const token = bearerOf(context.headers) ?? query.get('token') ?? undefined
  return {
    kind,
    target:
      sessionId === undefined
        ? streamTarget(query.get('app') ?? '', query.get('stream') ?? '')
        : undefined,
    sessionId,
    credential: { name: 'open', token },
    vhost: query.get('vhost') || DEFAULT_VHOST,
    param: search,
    ...wishesIn(query),
    isTypeNamed: false,
    locationOf: (id) => `${SRS_PREFIX}/${name}/${encodeURIComponent(id)}`,
  }
}

/** What a client may wish of its answer: `eip` or `candidate`, and `codec`. */
function wishesIn(query: URLSearchParams): { candidates?: readonly string[]; codec?: string } {
  const addresses = [...query.getAll('eip'), ...query.getAll('candidate')]
    .flatMap((text) => text.split(','))
    .map((text) => addressIn(text.trim()))
    .filter((text) => isIP(text) !== 0)
    .slice(0, MAX_CANDIDATE_ADDRESSES)
  const codec = query.get('codec')?.toLowerCase() ?? ''
  return {
    ...(addresses.length > 0 ? { candidates: [...new Set(addresses)] } : {}),
    ...(CODECS.has(codec) ? { codec } : {}),
  }
}

/** Without brackets and port: the port is ours. */
function addressIn(text: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
}
