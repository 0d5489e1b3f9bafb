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
    const host = isLocalName(name) ? (localHost ?? name) : name
    const { stun, turn } = iceUrlsAt(host, { turnPort, turnsPort })
    return {
      servers: [
        ...(stun.length > 0 ? [{ urls: stun }] : []),
        ...(turn.length > 0 ? [{ urls: turn, ...credentials }] : []),
      ],
      expiresAt: now + LIFETIME_SECONDS * 1000,
    }
  }
}

/**
 * The URLs of STUN and TURN (RFC 7064, RFC 7065) at a host, as far as there are such ports;
 * `secureHost` where the certificate has another name.
 */
export function iceUrlsAt(
  host: string,
  { turnPort, turnsPort }: Pick<IceServersOptions, 'turnPort' | 'turnsPort'>,
  secureHost: string = host,
): { stun: string[]; turn: string[] } {
  const at = `${hostInUrl(host)}:${turnPort}`
  return {
    stun: turnPort ? [`stun:${at}`] : [],
    turn: [
      ...(turnPort ? [`turn:${at}?transport=udp`, `turn:${at}?transport=tcp`] : []),
      ...(turnsPort ? [`turns:${hostInUrl(secureHost)}:${turnsPort}?transport=tcp`] : []),
    ],
  }
}
