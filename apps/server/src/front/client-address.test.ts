import { describe, expect, test } from 'bun:test'
import { parseNetwork } from '../config/index.ts'
import { createNetworkTest, judgeForwarded, type Arrival } from './client-address.ts'

const isTrusted = createNetworkTest(
  ['127.0.0.0/8', '10.0.0.0/8', 'fd00::/8'].map(parseNetwork).filter((one) => one !== undefined),
)

function judge(peer: string, headers: Record<string, string>): Arrival {
  const arrival = { address: peer, isSecure: false, host: 'inner:8080' }
  return judgeForwarded(arrival, new Headers(headers), isTrusted)
}

const ADDRESSES: [title: string, peer: string, forwardedFor: string, client: string][] = [
  ['a stranger is not believed', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['a proxy is believed', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['IPv4 in IPv6 is plain', '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['left of the client is hearsay', '10.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
  ['trusted hops are passed over', '10.0.0.1', '198.51.100.1, 10.0.0.7', '198.51.100.1'],
  ['a client in a trusted network', '10.0.0.1', '10.0.0.9, 10.0.0.7', '10.0.0.9'],
  ['no header', '10.0.0.1', '', '10.0.0.1'],
  ['nonsense at the right', '10.0.0.1', '198.51.100.1, unknown', '10.0.0.1'],
  ['nonsense behind a trusted hop', '10.0.0.1', '<script>, 10.0.0.7', '10.0.0.7'],
  ['with a port', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
  ['IPv6', 'fd00::1', '2001:db8::7', '2001:db8::7'],
  ['IPv6 with a port', 'fd00::1', '[2001:db8::7]:4711', '2001:db8::7'],
  ['mapped in the header', '10.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
]

describe('address', () => {
  test.each(ADDRESSES)('%s', (_, peer, forwardedFor, client) => {
    expect(judge(peer, { 'x-forwarded-for': forwardedFor }).address).toBe(client)
  })
})

const PROTOCOLS: [title: string, peer: string, proto: string | undefined, isSecure: boolean][] = [
  ['a proxy that speaks HTTPS', '127.0.0.1', 'https', true],
  ['in capitals', '127.0.0.1', 'HTTPS', true],
  ['of a WebSocket', '127.0.0.1', 'wss', true],
  ['a proxy that speaks HTTP', '127.0.0.1', 'http', false],
  ['the nearest proxy has the last word', '127.0.0.1', 'https, http', false],
  ['a proxy that says nothing', '127.0.0.1', undefined, false],
  ['a stranger is not believed', '203.0.113.9', 'https', false],
]

describe('protocol', () => {
  test.each(PROTOCOLS)('%s', (_, peer, proto, isSecure) => {
    const headers = proto === undefined ? {} : { 'x-forwarded-proto': proto }
    expect(judge(peer, headers).isSecure).toBe(isSecure)
  })
})

test('a TLS connection stays secure when the proxy says nothing', () => {
  const arrival = { address: '127.0.0.1', isSecure: true, host: 'a' }
  expect(judgeForwarded(arrival, new Headers(), isTrusted).isSecure).toBe(true)
})

const HOSTS: [title: string, peer: string, given: string, host: string][] = [
  ['of a proxy', '127.0.0.1', 'duet.example:444', 'duet.example:444'],
  ['the last one', '127.0.0.1', 'a.example, b.example', 'b.example'],
  ['nonsense', '127.0.0.1', 'a/../b', 'inner:8080'],
  ['of a stranger', '203.0.113.9', 'duet.example', 'inner:8080'],
]

describe('host', () => {
  test.each(HOSTS)('%s', (_, peer, given, host) => {
    expect(judge(peer, { 'x-forwarded-host': given }).host).toBe(host)
  })
})
