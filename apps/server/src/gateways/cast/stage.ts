import { silentLogger, type Logger } from '@duet/base'
import { openCasts } from '../../casts/testing.ts'
import type { CastLimits } from '../../casts/limits.ts'
import { CastTokens } from '../../casts/tokens.ts'
import { MemoryHub } from '../../hub/memory.ts'
import type { FakeClient } from '../../socket-io/fake-client.ts'
import { SocketIoStage } from '../../socket-io/stage.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import { createCastDialect } from './dialect.ts'
import { iceClients } from '../../testing/ice-clients.ts'

/** What every client is given. */
const SERVERS = [
  { urls: ['stun:duet.example:3478'] },
  {
    urls: ['turn:duet.example:3478?transport=udp', 'turn:duet.example:3478?transport=tcp'],
    username: '1000:x',
    credential: 'y',
  },
]

/** The same, one entry for each address. */
export const ICE_SERVERS = [
  { urls: 'stun:duet.example:3478' },
  { urls: 'turn:duet.example:3478?transport=udp', username: '1000:x', credential: 'y' },
  { urls: 'turn:duet.example:3478?transport=tcp', username: '1000:x', credential: 'y' },
]

export interface CastStageOptions {
  limits?: Partial<DialectLimits>
  castLimits?: Partial<CastLimits>
  logger?: Logger
}

/** A server that speaks nothing but this dialect. For tests. */
export class CastStage extends SocketIoStage {
  readonly hub
  readonly casts
  readonly tokens

  constructor({ limits = {}, castLimits = {}, logger = silentLogger }: CastStageOptions = {}) {
    const hub = new MemoryHub(silentLogger)
    const parts: { casts?: ReturnType<typeof openCasts>; tokens?: CastTokens } = {}
    super({
      limits,
      logger,
      dialects: (clock) => {
        parts.casts = openCasts(hub, clock, castLimits)
        parts.tokens = new CastTokens(Buffer.alloc(32, 5), clock)
        return [
          createCastDialect({
            hub,
            casts: parts.casts,
            tokens: parts.tokens,
            openIceClient: iceClients(() => ({ servers: SERVERS, expiresAt: 1_000_000 })),
            clock,
            logger,
            limits: { ...DIALECT_LIMITS, ...limits },
          }),
        ]
      },
    })
    this.hub = hub
    this.casts = parts.casts ?? openCasts(hub, this.clock)
    this.tokens = parts.tokens ?? new CastTokens(Buffer.alloc(32, 5), this.clock)
  }

  /** A client that is nothing yet, and has heard nothing. */
  async client(namespace = '/rtc'): Promise<FakeClient> {
    const client = await this.connect(undefined, namespace)
    client.take()
    return client
  }

  /** A TV of A that shows its code. */
  async tv(token: string): Promise<{ tv: FakeClient; code: string }> {
    const tv = await this.client()
    await tv.say('TV_INIT', token)
    return { tv, code: String(tv.take()[0]?.[1]) }
  }
}
