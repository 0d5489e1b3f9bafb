import { isIP } from 'node:net'
import type { ValueType } from './value-types.ts'

/** Where a STUN server is. */
export interface StunServer {
  /** A name or an IP address, without brackets. */
  host: string
  port: number
}

/** RFC 8489 §8.2. */
const DEFAULT_PORT = 3478

/** `stun.example.org`, with a port or not, also as a URI (RFC 7064); `off` reads as null. */
export const stunServer: ValueType<StunServer | null> = {
  name: 'host:port or off',
  parse(text) {
    if (text === 'off') return { value: null }
    const bare = text.replace(/^stun:/i, '')
    // An IPv6 address without a port needs no brackets.
    if (isIP(bare) === 6) return { value: { host: bare, port: DEFAULT_PORT } }
    const [, address, name, digits] =
      /^(?:\[([\da-f:.]+)\]|([a-z\d](?:[a-z\d.-]*[a-z\d])?))(?::(\d{1,5}))?$/i.exec(bare) ?? []
    const host = address ?? name
    const port = digits === undefined ? DEFAULT_PORT : Number(digits)
    const isAddress = address === undefined || isIP(address) === 6
    if (host !== undefined && isAddress && port >= 1 && port <= 65_535) {
      return { value: { host, port } }
    }
    return { problem: 'is not a STUN server like stun.example.org:3478, or "off"' }
  },
}
