import { createLogger, FakeClock, type LogRecord } from '@duet/base'
import type { SessionKind } from '@duet/media'
import type { Identify } from '../../accounts/identity.ts'
import { readConfig } from '../../config/index.ts'
import type { Listener } from '../../front/listen.ts'
import type { RequestContext } from '../../front/socket.ts'
import { MemoryHub } from '../../hub/memory.ts'
import { createIceServers } from '../../ice-servers.ts'
import { OPEN_ACCESS, type RoomAccess } from '../../rooms/access.ts'
import { openMediaService, type MediaService } from '../media-service.ts'
import { MediaTokens } from '../tokens.ts'
import { FakeMediaServer } from './fake-media-server.ts'
import { RelayGrants } from '../../relay-grants/index.ts'

export const OFFER = 'v=0\r\na=ice-ufrag:client\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n'

export const SDP_HEADERS = { 'content-type': 'application/sdp' }

export interface StageOptions {
  /** Flags of the server, apart from its ports. */
  flags?: string
  access?: RoomAccess
  identify?: Identify
  isLive?: (stream: string) => boolean
}

/** What a request has beside its address. */
export interface Asking {
  headers?: Readonly<Record<string, string>>
  body?: string | ReadableStream<Uint8Array>
  address?: string
  listener?: Listener
}

/** All that the media server serves over HTTP, on a media server that carries nothing. For tests. */
export class Stage {
  readonly clock = new FakeClock()
  readonly records: LogRecord[] = []
  readonly media = new FakeMediaServer(this.clock)
  readonly tokens = new MediaTokens(Buffer.alloc(32, 7), this.clock)
  readonly hub: MemoryHub
  readonly relays: RelayGrants
  readonly opening: Promise<MediaService>

  constructor(options: StageOptions = {}) {
    const { flags, access = OPEN_ACCESS, identify = () => undefined, isLive } = options
    const args = flags === undefined ? [] : flags.split(' ')
    const read = readConfig({ args, env: {}, isInNamespace: true })
    if (read.kind !== 'config') throw new Error(JSON.stringify(read))
    const logger = createLogger('debug', (record) => this.records.push(record))
    this.hub = new MemoryHub(logger)
    this.relays = new RelayGrants({
      policy: undefined,
      makeIceServers: createIceServers({
        turnPort: 3478,
        turnsPort: undefined,
        secret: 'secret',
        localHost: undefined,
        clock: this.clock,
      }),
      hub: this.hub,
      clock: this.clock,
    })
    this.opening = openMediaService({
      config: read.config,
      ips: ['0.0.0.0'],
      localAddresses: { lan: ['192.168.1.5'], global: [] },
      createMediaServer: () => Promise.resolve(this.media),
      tokens: this.tokens,
      hub: this.hub,
      access,
      identify,
      ...(isLive ? { isLive } : {}),
      openIceClient: this.relays.open,
      clock: this.clock,
      logger,
    })
  }

  /** Asks at a path with its query, or at a whole URL. */
  async ask(method: string, path: string, asking: Asking = {}): Promise<Response> {
    const url = new URL(path, 'https://duet.example')
    const request = new Request(url, {
      method,
      headers: asking.headers ?? {},
      ...(asking.body === undefined ? {} : { body: asking.body }),
    })
    const context: RequestContext = {
      url,
      headers: request.headers,
      address: asking.address ?? '192.0.2.1',
      isSecure: url.protocol === 'https:',
      host: url.host,
      ...(asking.listener ? { listener: asking.listener } : {}),
    }
    const { httpRoutes } = await this.opening
    const route = httpRoutes.find(({ prefix }) => `${url.pathname}/`.startsWith(`${prefix}/`))
    if (!route) throw new Error(`nobody claims ${path}`)
    return route.respond(context, request)
  }

  /** A header that lets its holder publish or play this stream. */
  bearer(kind: SessionKind, stream: string, ttlMs = 60_000): { authorization: string } {
    return { authorization: `Bearer ${this.tokens.issue({ kind, stream, ttlMs })}` }
  }

  /** Opens a session at the native address of a stream, with a token. */
  openNative(kind: SessionKind, stream: string, body = OFFER): Promise<Response> {
    const headers = { ...SDP_HEADERS, ...this.bearer(kind, stream) }
    return this.ask('POST', `/${kind === 'publish' ? 'whip' : 'whep'}/${stream}`, { headers, body })
  }

  /** Opens a session with SRS's request; resolves with what it answers. */
  async openSrs(kind: SessionKind, streamurl: string, asking: Asking = {}): Promise<SrsAnswer> {
    const body = JSON.stringify({ api: '', tid: 't', streamurl, clientip: null, sdp: OFFER })
    const answer = await this.ask('POST', `/rtc/v1/${kind}/`, { body, ...asking })
    return (await answer.json()) as SrsAnswer
  }

  async close(): Promise<void> {
    await (await this.opening).close()
  }
}

/** What SRS's publish and play answer. */
export interface SrsAnswer {
  code: number
  message?: string
  server?: string
  sdp?: string
  sessionid?: string
}

/** The one in a problem's body. */
export async function codeOf(answer: Response): Promise<unknown> {
  return ((await answer.json()) as { code: unknown }).code
}
