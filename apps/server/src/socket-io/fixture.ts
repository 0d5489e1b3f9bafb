import { systemClock } from '@duet/base'
import type { Front, FrontOptions } from '../front/front.ts'
import type { HttpRoute } from '../front/socket.ts'
import { openFront } from '../front/testing.ts'
import { createSocketIo, type SocketIoOptions, type SocketIoServer } from './server.ts'

/** A server behind a front on a free port of loopback. For tests. */
export interface SocketIoFixture {
  server: SocketIoServer
  front: Front
  origin: string
  /** HTTP requests that are not answered yet. */
  readonly pending: number
  close(): Promise<void>
}

export interface SocketIoFixtureOptions extends Omit<SocketIoOptions, 'clock'> {
  front?: Partial<FrontOptions> | undefined
}

export function openSocketIoFixture(options: SocketIoFixtureOptions): SocketIoFixture {
  const { logger } = options
  const server = createSocketIo({ ...options, clock: systemClock })
  let pending = 0
  const httpRoutes = server.httpRoutes.map((route): HttpRoute => ({
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
  const { routes } = server
  const { front, port } = openFront({ routes, httpRoutes, logger, ...options.front })
  const scheme = front.listeners[0]?.scheme ?? 'http'
  return {
    server,
    front,
    origin: `${scheme}://127.0.0.1:${port}`,
    get pending() {
      return pending
    },
    async close() {
      await server.close()
      await front.close()
    },
  }
}
