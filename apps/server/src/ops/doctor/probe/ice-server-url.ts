import type { IceServer } from '@duet/protocol'
import { parseHost } from '../../../front/host.ts'
import type { TurnLogin } from './turn-connection.ts'

/** One URL of an ICE server, taken apart (RFC 7064, RFC 7065). */
export interface IceServerUrl {
  kind: 'stun' | 'turn'
  transport: 'udp' | 'tcp' | 'tls'
  host: string
  port: number
  login: TurnLogin
}

/** Every URL of all servers; those that can't be read are left out. */
export function iceServerUrls(servers: readonly IceServer[]): IceServerUrl[] {
  return servers.flatMap(({ urls, username = '', credential = '' }) =>
    [urls].flat().flatMap((url) => {
      const read = readUrl(url)
      return read ? [{ ...read, login: { username, password: credential } }] : []
    }),
  )
}

function readUrl(url: string): Omit<IceServerUrl, 'login'> | undefined {
  const [, scheme = '', place = '', transport] =
    /^(stuns?|turns?):([^?]+)(?:\?transport=(udp|tcp))?$/i.exec(url) ?? []
  const host = parseHost(place)
  if (!host) return undefined
  const isSecure = scheme.endsWith('s')
  return {
    kind: scheme.startsWith('stun') ? 'stun' : 'turn',
    transport: isSecure ? 'tls' : transport === 'tcp' ? 'tcp' : 'udp',
    host: host.name,
    port: host.port ?? (isSecure ? 5349 : 3478),
  }
}
