import { silentLogger, systemClock } from '@duet/base'
import { openFront } from '../front/testing.ts'
import { openCasts } from '../casts/testing.ts'
import { MemoryHub } from '../hub/memory.ts'
import { createSocketIo } from '../socket-io/index.ts'
import { until } from '../testing/until.ts'
import { DIALECT_LIMITS } from './dialect-limits.ts'
import type { DialectClient, DialectUnderTest } from './dialect-client.ts'
import { createNativeGateway } from './native/index.ts'
import { createRoomDialect } from './room/index.ts'
import { createSrsGateway } from './srs/index.ts'
import { createTopicGateway } from './topic/index.ts'
import { iceClients } from '../testing/ice-clients.ts'

/** Every gateway over one hub, behind a front on a free port of loopback. For tests. */
export class Arena {
  readonly hub = new MemoryHub(silentLogger)
  readonly #port: number
  readonly #close: () => Promise<void>
  readonly #clients: DialectClient[] = []

  constructor() {
    const common = { hub: this.hub, clock: systemClock, logger: silentLogger }
    const casts = openCasts(this.hub, systemClock)
    const gateways = [
      createNativeGateway({
        ...common,
        casts,
        openIceClient: iceClients(() => ({
          servers: [],
          expiresAt: systemClock.now() + 3_600_000,
        })),
      }),
      createTopicGateway({ ...common, paths: ['/'], capacity: 2 }),
      createSrsGateway({ ...common, capacity: 2 }),
      createSocketIo({
        dialects: [createRoomDialect(common)],
        clock: systemClock,
        logger: silentLogger,
        limits: DIALECT_LIMITS,
      }),
    ]
    const { front, port } = openFront({
      routes: gateways.flatMap(({ routes }) => routes),
      httpRoutes: gateways.flatMap(({ httpRoutes }) => httpRoutes),
    })
    this.#port = port
    this.#close = async () => {
      await Promise.all(gateways.map((gateway) => gateway.close()))
      casts.close()
      await front.close()
    }
  }

  /** A client that is in no room yet. */
  async connect(dialect: DialectUnderTest): Promise<DialectClient> {
    const client = await dialect.connect(this.#port)
    this.#clients.push(client)
    return client
  }

  /** A client that has a seat. */
  async seat(dialect: DialectUnderTest, room = 'lake'): Promise<DialectClient> {
    const client = await this.connect(dialect)
    const answer = await client.join(room)
    if (answer !== 'joined') throw new Error(`${dialect.name} was told ${answer}`)
    return client
  }

  /** Two who have seats, with what the first one heard of that. */
  async pair(dialect: DialectUnderTest, room?: string): Promise<[DialectClient, DialectClient]> {
    const [a, b] = [await this.seat(dialect, room), await this.seat(dialect, room)]
    await hears(a, 'come')
    return [a, b]
  }

  /** All that was said is carried out and heard. */
  async settle(...clients: DialectClient[]): Promise<void> {
    for (const client of [...clients, ...clients]) await client.settle()
  }

  /** Resolves when nobody is in any room. */
  isEmpty(): Promise<void> {
    return until(() => this.hub.roomCount === 0)
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.cut()))
    await this.#close()
  }
}

/** A test that has an arena of its own. */
export function inArena(run: (arena: Arena) => Promise<void>): () => Promise<void> {
  return async () => {
    const arena = new Arena()
    try {
      await run(arena)
    } finally {
      await arena.close()
    }
  }
}

/** Resolves when it has heard so many of these. */
export function hears(client: DialectClient, type: string, count = 1): Promise<void> {
  return until(() => client.heard.filter((each) => each.type === type).length >= count)
}
