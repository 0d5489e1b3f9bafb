import type { Clock } from '@duet/base'
import { createRestCredentials } from '@duet/turn'
import { hostInUrl, isLocalName, parseHost } from './front/host.ts'
import type { RequestContext } from './front/socket.ts'

/** RFC 8656 servers and credentials for one client, as WebRTC takes them. */
export interface IceServers {
  servers: { urls: string[]; username?: string; credential?: string }[]
  /** Milliseconds since the epoch. */
  expiresAt: number
}

export interface IceServersOptions {
  /** For STUN and TURN over UDP and TCP; undefined: there is no such server. */
  turnPort: number | undefined
  /** For TURN over TLS; undefined: browsers are not told of it. */
  turnsPort: number | undefined
  /** The secret that the TURN server checks credentials with. */
  secret: string
  /**
   * Where browsers on this machine find the server: they gather nothing on loopback.
   * Undefined: under the name that they used.
   */
  localHost: string | undefined
  clock: Clock
}

/** Credentials are of use for an hour, however they leak. */
const LIFETIME_SECONDS = 60 * 60

/**
 * Makes the function that gives each client its ICE servers, at the host under which
 * it reached us, with credentials that name it by `id`.
 */
export function createIceServers(
  options: IceServersOptions,
): (context: RequestContext, id: string) => IceServers {
  const { turnPort, turnsPort, secret, localHost, clock } = options
  return (context, id) => {
    const now = clock.now()
    const grant = createRestCredentials({ secret, id, ttlSeconds: LIFETIME_SECONDS, now })
    const credentials = { username: grant.username, credential: grant.password }
    const name = parseHost(context.host)?.name ?? 'localhost'
    const host = hostInUrl(isLocalName(name) ? (localHost ?? name) : name)
    const urls = [
      ...(turnPort ? [`turn:${host}:${turnPort}?transport=udp`] : []),
      ...(turnPort ? [`turn:${host}:${turnPort}?transport=tcp`] : []),
      ...(turnsPort ? [`turns:${host}:${turnsPort}?transport=tcp`] : []),
    ]
    return {
      servers: [
        ...(turnPort ? [{ urls: [`stun:${host}:${turnPort}`] }] : []),
        ...(urls.length > 0 ? [{ urls, ...credentials }] : []),
      ],
      expiresAt: now + LIFETIME_SECONDS * 1000,
    }
  }
}
