import { createLogger, systemClock, type LogRecord } from '@duet/base'
import type { Front, FrontOptions } from '../../front/front.ts'
import type { HttpRoute } from '../../front/socket.ts'
import { openFront } from '../../front/testing.ts'
import { MemoryHub } from '../../hub/memory.ts'
import type { DialectLimits } from '../dialect-limits.ts'
import { createRoomGateway, type RoomGateway } from './gateway.ts'

/** A gateway behind a front on a free port of loopback. For tests. */
export interface Fixture {
  gateway: RoomGateway
  hub: MemoryHub
  front: Front
  origin: string
  /** What was logged above `debug`. */
  complaints: LogRecord[]
  /** HTTP requests that are not answered yet. */
  readonly pending: number
  close(): Promise<void>
}

export function openFixture(
  options: { limits?: DialectLimits; front?: Partial<FrontOptions> } = {},
): Fixture {
  const complaints: LogRecord[] = []
  const logger = createLogger('info', (record) => complaints.push(record))
  const hub = new MemoryHub(logger)
  const { limits } = options
  const gateway = createRoomGateway({
    hub,
    clock: systemClock,
    logger,
    ...(limits ? { limits } : {}),
  })
  let pending = 0
  const httpRoutes = gateway.httpRoutes.map((route): HttpRoute => ({
    ...route,
    async respond(context, request) {
      pending++
      try {
        return await route.respond(context, request)
      } finally {
        pending--
      }
    },
  }))
  const { routes } = gateway
  const { front, port } = openFront({ routes, httpRoutes, logger, ...options.front })
  const scheme = front.listeners[0]?.scheme ?? 'http'
  return {
    gateway,
    hub,
    front,
    origin: `${scheme}://127.0.0.1:${port}`,
    complaints,
    get pending() {
      return pending
    },
    async close() {
      await gateway.close()
      await front.close()
    },
  }
}

export { until } from '../../testing/until.ts'
