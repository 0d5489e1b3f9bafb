import type { TurnServer, TurnStats } from '../turn-server.ts'

/** The figures of a server. */
export function statsOf(server: TurnServer): Promise<TurnStats> {
  return Promise.resolve(server.stats())
}
