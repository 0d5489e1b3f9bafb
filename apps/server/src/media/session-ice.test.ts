import { expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import type { RequestContext } from '../front/socket.ts'
import { MemoryHub } from '../hub/memory.ts'
import { createIceServers } from '../ice-servers.ts'
import { FakePolicy } from '../relay-grants/fake-policy.ts'
import { RelayGrants } from '../relay-grants/index.ts'
import { SessionIce } from './session-ice.ts'
import { FakeMediaServer } from './testing/fake-media-server.ts'

const CONTEXT: RequestContext = {
  url: new URL('https://duet.example/whip'),
  headers: new Headers(),
  address: '192.0.2.1',
  isSecure: true,
  host: 'duet.example',
}

function scene() {
  const clock = new FakeClock()
  const media = new FakeMediaServer(clock)
  const policy = new FakePolicy()
  const relays = new RelayGrants({
    policy,
    makeIceServers: createIceServers({
      turnPort: 3478,
      turnsPort: undefined,
      secret: 'a secret',
      localHost: undefined,
      clock,
    }),
    hub: new MemoryHub(silentLogger),
    clock,
  })
  const ice = new SessionIce(media, relays.open)
  const { id } = media.open({
    kind: 'publish',
    stream: 'lake/ann',
    sdp: 'v=0',
    address: '192.0.2.1',
  })
  const reach = (): string => policy.of(ice.servers(CONTEXT, id).servers[1]?.username)
  return { media, relays, ice, id, reach, policy }
}

test('MD2 N1 relays of a client of the media server reach nobody but this server', () => {
  expect(scene().reach()).toBe('nobody')
})

test('MD2 N4 they end with the session, and there are none for one that is over', () => {
  const { media, relays, ice, id, policy } = scene()
  const username = ice.servers(CONTEXT, id).servers[1]?.username
  media.end(id, 'ended')
  expect([policy.of(username), relays.tracked]).toEqual(['revoked', 0])
  expect(ice.servers(CONTEXT, id).servers).toEqual([])
})

test('MD2 N4 they end when the server closes', () => {
  const { relays, ice, reach } = scene()
  reach()
  ice.close()
  ice.close()
  expect(relays.tracked).toBe(0)
})
