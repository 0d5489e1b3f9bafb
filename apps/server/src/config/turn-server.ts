import { isIP } from 'node:net'
import type { ValueType } from './value-types.ts'

/** So short that it would be guessed. */
const MIN_SECRET_LENGTH = 16
const MAX_SECRET_LENGTH = 256

/** A secret that TURN servers share. Never repeated. */
export const turnSecret: ValueType<string> = {
  name: 'secret',
  parse(text) {
    if (text.length < MIN_SECRET_LENGTH) {
      return { problem: `is shorter than ${MIN_SECRET_LENGTH} characters` }
    }
    if (text.length > MAX_SECRET_LENGTH) {
      return { problem: `is longer than ${MAX_SECRET_LENGTH} characters` }
    }
    // It stands in coturn's configuration as it is.
    if (!/^[\x21-\x7E]+$/.test(text) || text.startsWith('"') || text.includes('#')) {
      return { problem: 'holds blanks, "#", a quote at its start, or characters beyond ASCII' }
    }
    return { value: text }
  },
  shown: () => '…',
}

/** RFC 7065 §3.1, with a port; a name as DNS knows it, an IPv4 address, or an IPv6 one in brackets. */
const TURN_URL =
  /^(turns?):(\[([\da-f:.]+)\]|[a-z\d](?:[a-z\d.-]*[a-z\d])?)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i

/** The URL of a TURN server, as browsers take it. */
export const turnServer: ValueType<string> = {
  name: 'URL',
  parse(text) {
    const [, scheme = '', , ipv6, port, transport] = TURN_URL.exec(text) ?? []
    const isUrl =
      scheme !== '' &&
      (ipv6 === undefined || isIP(ipv6) === 6) &&
      (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535))
    if (!isUrl) {
      return { problem: 'is not a URL like turn:turn.example.com:3478?transport=udp' }
    }
    // Browsers have no DTLS for TURN.
    if (scheme.toLowerCase() === 'turns' && transport === 'udp') {
      return { problem: 'asks for TURN over TLS on UDP, which no browser has: transport=tcp' }
    }
    return { value: text }
  },
}
