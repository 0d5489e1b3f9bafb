import type { TurnStats } from '@duet/turn'
import type { ApiRoutes } from './route.ts'

/** How the relays of a server are read; undefined: it has none. */
export type ReadRelay = () => TurnStats | Promise<TurnStats>

/** Live figures of the relays, for administrators: they name nobody. */
export function relayRoutes(read: ReadRelay | undefined): ApiRoutes {
  return [
    {
      method: 'GET',
      path: '/api/relay',
      access: 'administrator',
      async handle() {
        return { status: 200, json: { relay: (await read?.()) ?? null } }
      },
    },
  ]
}
