import type { IceServers, OpenIceClient } from '../ice-servers.ts'

/** Gives everybody what `servers` says; nothing is bound to anything. */
export function iceClients(servers: () => IceServers): OpenIceClient {
  return () => ({ servers, close() {} })
}

/** No servers, in credentials that end in 1970. */
export const NO_ICE: OpenIceClient = iceClients(() => ({ servers: [], expiresAt: 0 }))
