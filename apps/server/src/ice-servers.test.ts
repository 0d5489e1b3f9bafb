import { expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { FakeClock } from '@duet/base'
import type { RequestContext } from './front/socket.ts'
import { createIceServers, type IceServers, type IceServersOptions } from './ice-servers.ts'

const NOW = 1_700_000_000_000
const secret = 'a secret'

function iceServers(host: string, options: Partial<IceServersOptions> = {}): IceServers {
  const context: RequestContext = {
    url: new URL(`https://${host}/ws`),
    headers: new Headers(),
    address: '198.51.100.1',
    isSecure: true,
    host,
  }
  const create = createIceServers({
    turnPort: 3478,
    turnsPort: undefined,
    secret,
    localHost: '192.168.1.5',
    clock: new FakeClock(NOW),
    ...options,
  })
  return create(context, { id: 'ann', lifeSeconds: 3600 })
}

function urlsOf({ servers }: IceServers): string[] {
  return servers.flatMap(({ urls }) => urls)
}

test('servers stand at the host under which the client came', () => {
  expect(urlsOf(iceServers('duet.example:8443', { turnsPort: 5349 }))).toEqual([
    'stun:duet.example:3478',
    'turn:duet.example:3478?transport=udp',
    'turn:duet.example:3478?transport=tcp',
    'turns:duet.example:5349?transport=tcp',
  ])
  expect(urlsOf(iceServers('[fd00::5]:8443'))[0]).toBe('stun:[fd00::5]:3478')
})

test('TURN over TLS stands at a name that its certificate is for', () => {
  const urls = urlsOf(
    iceServers('b.example', { turnsPort: 5349, turnsHost: (name) => `a.${name}` }),
  )
  expect(urls.at(-1)).toBe('turns:a.b.example:5349?transport=tcp')
  expect(urls[0]).toBe('stun:b.example:3478')
})

test('a browser on this machine is sent to an address that is not loopback', () => {
  expect(urlsOf(iceServers('localhost:8080'))[0]).toBe('stun:192.168.1.5:3478')
  expect(urlsOf(iceServers('127.0.0.1'))[0]).toBe('stun:192.168.1.5:3478')
  expect(urlsOf(iceServers('localhost', { localHost: undefined }))[0]).toBe('stun:localhost:3478')
})

test('other servers are handed out beside our own, or in place of it, with the same credentials', () => {
  const others = ['turn:a.example:3478?transport=udp', 'turns:b.example:5349?transport=tcp']
  const beside = iceServers('duet.example', { others })
  expect(urlsOf(beside)).toEqual([
    'stun:duet.example:3478',
    'turn:duet.example:3478?transport=udp',
    'turn:duet.example:3478?transport=tcp',
    ...others,
  ])
  expect(beside.servers.length).toBe(2)
  const alone = iceServers('duet.example', { others, turnPort: undefined })
  expect(urlsOf(alone)).toEqual(['stun:a.example:3478', ...others])
  expect(alone.servers[1]).toHaveProperty('credential')
})

test('turns: is handed out only where it is switched on, and nothing where all is off', () => {
  expect(urlsOf(iceServers('a.example')).some((url) => url.startsWith('turns:'))).toBe(false)
  expect(iceServers('a.example', { turnPort: undefined }).servers).toEqual([])
})

test('credentials name the client, end in time and are signed', () => {
  const { servers, expiresAt } = iceServers('duet.example')
  expect(expiresAt).toBe(NOW + 3_600_000)
  expect(servers[0]).not.toHaveProperty('credential')
  const username = `${NOW / 1000 + 3600}:ann`
  const credential = createHmac('sha1', secret).update(username).digest('base64')
  expect(servers[1]).toMatchObject({ username, credential })
})
