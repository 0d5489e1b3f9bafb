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

/** Whose credentials are made, and how long they last. */
export interface IceLogin {
  /** Stands in the user name, behind the expiry. */
  id: string
  lifeSeconds: number
}

/** Makes ICE servers for a client, at the host under which it reached us. */
export type MakeIceServers = (context: RequestContext, login: IceLogin) => IceServers

/** How one client gets ICE servers, for as long as it is there. */
export interface IceClient {
  /** With credentials of its own. */
  servers(context: RequestContext): IceServers
  /** It is gone. Idempotent. */
  close(): void
}

/**
 * A client came, whose seats are at `name` in the hub, or at names below it: `name/…`. onRevoked: what
 * it was given is void, and it can be given others; without it nothing is void before it is gone.
 */
export type OpenIceClient = (name: string, onRevoked?: () => void) => IceClient

export interface IceServersOptions {
  /** For STUN and TURN over UDP and TCP; undefined: there is no such server. */
  turnPort: number | undefined
  /** For TURN over TLS; undefined: browsers are not told of it. */
  turnsPort: number | undefined
  /** Asked each time, where that changes: false as long as no browser would trust its certificate. */
  isTurnsTrusted?: () => boolean
  /** Under which name its certificate is valid, for those who came to this one; the same unless said. */
  turnsHost?: (name: string) => string
  /** The secret that TURN servers check credentials with. */
  secret: string
  /** URLs of other TURN servers that know the secret. */
  others?: readonly string[]
  /**
   * Where browsers on this machine find the server: they gather nothing on loopback.
   * Undefined: under the name that they used.
   */
  localHost: string | undefined
  clock: Clock
}

/** Makes the function that gives each client its ICE servers. */
export function createIceServers(options: IceServersOptions): MakeIceServers {
  const { turnPort, isTurnsTrusted = () => true, turnsHost = (name) => name } = options
  const { secret, others = [], localHost, clock } = options
  return (context, { id, lifeSeconds }) => {
    const now = clock.now()
    const grant = createRestCredentials({ secret, id, ttlSeconds: lifeSeconds, now })
    const credentials = { username: grant.username, credential: grant.password }
    const name = parseHost(context.host)?.name ?? 'localhost'
    const host = isLocalName(name) ? (localHost ?? name) : name
    const turnsPort = isTurnsTrusted() ? options.turnsPort : undefined
    const own = iceUrlsAt(host, { turnPort, turnsPort }, turnsHost(host))
    const turn = [...own.turn, ...others]
    const stun = own.stun.length > 0 ? own.stun : stunUrlsOf(others).slice(0, 1)
    return {
      servers: [
        ...(stun.length > 0 ? [{ urls: stun }] : []),
        ...(turn.length > 0 ? [{ urls: turn, ...credentials }] : []),
      ],
      expiresAt: now + lifeSeconds * 1000,
    }
  }
}

/** Every TURN server answers STUN at the same port (RFC 7064). */
function stunUrlsOf(turnUrls: readonly string[]): string[] {
  const plain = turnUrls.filter((url) => /^turn:/i.test(url))
  return plain.map((url) => `stun:${url.slice('turn:'.length).replace(/\?.*$/, '')}`)
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
