import { describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { addressOf, destinationOf } from '@duet/datagrams'
import { formatAddress, METHOD, type IpAddress } from '@duet/stun'
import { Grants, type Reach } from './grants.ts'
import { restAuthenticator, createRestCredentials } from './rest-credentials.ts'
import { codeOf, UDP_TRANSPORT, type TurnClient } from './testing/turn-client.ts'
import { SERVER_IP, World } from './testing/world.ts'
import type { TurnServerOptions } from './turn-server.ts'

const HOUR = 3_600_000
const IN = addressOf('8.8.8.8:4000')
const OUT = addressOf('9.9.9.9:4000')
const IN_IP = '8.8.8.8'

async function open(options: Partial<TurnServerOptions> = {}) {
  const world: World = await World.create({
    scopedPrefix: 's-',
    authenticate: restAuthenticator({ secrets: ['x'], now: () => world.clock.now() }),
    ...options,
  })
  const clientOf = (id: string, address = '8.0.0.1:1000'): TurnClient => {
    const now = world.clock.now()
    const login = createRestCredentials({ secret: 'x', id, ttlSeconds: 3600, now })
    return world.client(address, login.username, login.password)
  }
  const expiresAt = world.clock.now() + HOUR
  const grant = (peers: 'any' | string[]): void =>
    world.server.setGrant('s-1', { peers, expiresAt })
  return { world, clientOf, grant }
}

/** Whether packets to `peer` arrive there, by indication and by channel. */
function arrives(world: World, client: TurnClient, peer = IN): boolean[] {
  return [() => client.sendIndication(peer, 'x'), () => client.sendChannelData(0x4000, 'x')].map(
    (send) => {
      const before = sentTo(world, peer)
      send()
      return sentTo(world, peer) > before
    },
  )
}

function sentTo({ network }: World, peer: ReturnType<typeof addressOf>): number {
  return network.sent.filter((line) => line.endsWith(`> ${formatAddress(peer)}`)).length
}

describe('credentials of a call', () => {
  test('TU33 may allocate before anything is granted, but reach nobody outside', async () => {
    const { clientOf } = await open()
    const client = clientOf('s-1')
    await client.allocate()
    expect(codeOf(await client.permit(IN))).toBe(403)
    expect(codeOf(await client.bind(0x4000, IN))).toBe(403)
  })

  test('TU33 reach the peers that were granted, and no other', async () => {
    const { world, clientOf, grant } = await open()
    const client = clientOf('s-1')
    grant([IN_IP, 'rubbish'])
    await client.allocate()
    expect(codeOf(await client.permit(IN))).toBe(0)
    expect(codeOf(await client.bind(0x4000, IN))).toBe(0)
    expect(arrives(world, client)).toEqual([true, true])
    expect(codeOf(await client.permit(IN, OUT))).toBe(403)
    expect(codeOf(await client.bind(0x4001, OUT))).toBe(403)
    expect((await world.stats()).refusals).toEqual({ 'peer-not-granted': 2 })
  })

  test('TU33 TU68 lose a peer on the data path when it is taken out of the grant', async () => {
    const { world, clientOf, grant } = await open()
    const client = clientOf('s-1')
    grant([IN_IP])
    const relay = await client.allocate()
    await client.bind(0x4000, IN)
    const peer = world.network.peer('8.8.8.8:4000')
    grant(['7.7.7.7'])
    expect(arrives(world, client)).toEqual([false, false])
    peer.send('hello', relay)
    expect([client.data, client.channelData]).toEqual([[], []])
    expect(codeOf(await client.bind(0x4000, IN))).toBe(403)
    grant([IN_IP])
    // Clients don't ask for it again before it expires.
    expect(arrives(world, client)).toEqual([true, true])
    expect(codeOf(await client.bind(0x4000, IN))).toBe(0)
    expect(arrives(world, client)).toEqual([true, true])
  })

  test('reach anybody for a while, and keep whom they reached then', async () => {
    const { world, clientOf, grant } = await open()
    const client = clientOf('s-1')
    grant('any')
    await client.allocate()
    expect(codeOf(await client.bind(0x4000, IN))).toBe(0)
    grant(['7.7.7.7'])
    grant(['7.7.7.7', '6.6.6.6'])
    expect(arrives(world, client)).toEqual([true, true])
    expect(codeOf(await client.permit(IN))).toBe(0)
    expect(codeOf(await client.permit(OUT))).toBe(403)
    grant([])
    expect(arrives(world, client)).toEqual([false, false])
    grant(['7.7.7.7'])
    expect(codeOf(await client.permit(IN))).toBe(403)
  })

  test('TU33 attack 1: reach relayed addresses and open ports of this server, and nothing else on it', async () => {
    const own = { allow: [`${SERVER_IP}/32`], ownPorts: [8000] }
    const { world, clientOf } = await open({ peers: own })
    const client = clientOf('s-1')
    const other = clientOf('s-2', '8.0.0.2:1000')
    const [, relay] = [await client.allocate(), await other.allocate()]
    const web = addressOf(`${SERVER_IP}:8443`)
    const media = addressOf(`${SERVER_IP}:8000`)
    expect(codeOf(await client.permit(relay))).toBe(0)
    expect(codeOf(await client.bind(0x4000, web))).toBe(403)
    expect(codeOf(await client.bind(0x4001, relay))).toBe(0)
    expect(codeOf(await client.bind(0x4002, media))).toBe(0)
    client.sendIndication(web, 'x')
    client.sendIndication(media, 'x')
    expect([sentTo(world, web), sentTo(world, media)]).toEqual([0, 1])
    expect((await world.stats()).drops).toEqual({ 'peer-not-granted': 1 })
  })

  test('TU34 end with all their allocations when they are revoked', async () => {
    const { world, clientOf, grant } = await open()
    const clients = ['8.0.0.1:1000', '8.0.0.1:1001'].map((at) => clientOf('s-1', at))
    const other = clientOf('s-2', '8.0.0.2:1000')
    grant([IN_IP])
    for (const client of [...clients, other]) await client.allocate()
    const until = world.clock.now() + HOUR
    world.server.revoke('s-1', until)
    expect([(await world.stats()).allocations.open, (await world.stats()).relays]).toEqual([1, 1])
    expect(await clientOf('s-1', '8.0.0.1:1002').tryAllocate()).toBe(403)
    grant('any')
    expect(await clientOf('s-1', '8.0.0.1:1003').tryAllocate()).toBe(403)
    world.clock.advance(HOUR + 1)
    expect(await clientOf('s-1', '8.0.0.1:1004').tryAllocate()).toBe(0)
  })

  test('TU34 are refused when they are revoked while they are being opened', async () => {
    const { world, clientOf, grant } = await open()
    const client = clientOf('s-1')
    grant([IN_IP])
    await client.greet()
    const answer = client.request(METHOD.allocate, [UDP_TRANSPORT])
    world.server.revoke('s-1', world.clock.now() + HOUR)
    expect(codeOf(await answer)).toBe(403)
    expect(await world.stats()).toMatchObject({ allocations: { open: 0 }, relays: 0 })
  })

  test('stay within their grant for as long as an allocation lives', async () => {
    const { world, clientOf, grant } = await open()
    const client = clientOf('s-1')
    grant([IN_IP])
    await client.allocate()
    for (let minutes = 0; minutes < 65; minutes += 5) {
      world.clock.advance(300_000)
      await client.greet()
      expect(codeOf(await client.refresh())).toBe(0)
    }
    expect(codeOf(await client.permit(IN))).toBe(0)
    expect(codeOf(await client.permit(OUT))).toBe(403)
  })
})

test('who was granted nothing and has no such name reaches all that the policy allows', async () => {
  const { clientOf } = await open()
  const client = clientOf('test-1')
  await client.allocate()
  expect(codeOf(await client.permit(IN, OUT))).toBe(0)
})

describe('what is remembered', () => {
  const ip = (text: string): IpAddress => destinationOf(addressOf(`${text}:1`)).ip
  const make = (limit: number) => {
    const clock = new FakeClock()
    const isOwn = (): boolean => false
    const grants = new Grants({ scopedPrefix: 's-', limit, peersPerGrant: 2, isOwn, clock })
    return { clock, grants }
  }

  test('TU33 is bounded: the oldest that nobody uses goes, and reaches nobody then', () => {
    const { clock, grants } = make(2)
    const expiresAt = clock.now() + HOUR
    const grantee = { permitted: () => [], judgePermissions() {}, close() {} }
    const forget = grants.add('s-1', grantee)
    for (const id of ['s-1', 's-2', 's-3']) grants.set(id, { peers: 'any', expiresAt })
    const reaches = ['s-1', 's-2', 's-3'].map((id) => grants.reachOf(id, ip('8.8.8.8')))
    expect(reaches).toEqual(['open', 'none', 'open'] satisfies Reach[])
    expect(grants.tracked).toBe(3)
    forget()
    clock.advance(HOUR)
    grants.handleTick(clock.now())
    expect(grants.tracked).toBe(0)
  })

  test('TU33 TU34 what has expired goes first, and a revocation takes no grant’s place', () => {
    const { clock, grants } = make(2)
    const reaches = (...ids: string[]) => ids.map((id) => grants.reachOf(id, ip('8.8.8.8')))
    const set = (id: string, ms: number) =>
      grants.set(id, { peers: 'any', expiresAt: clock.now() + ms })
    set('s-1', 2 * HOUR)
    set('s-2', HOUR)
    for (const id of ['s-4', 's-5', 's-6']) grants.revoke(id, clock.now() + HOUR)
    expect(reaches('s-1', 's-2')).toEqual(['open', 'open'])
    expect(['s-4', 's-5', 's-6'].map((id) => grants.isRevoked(id))).toEqual([false, true, true])
    clock.advance(HOUR)
    set('s-3', HOUR)
    expect(reaches('s-1', 's-2', 's-3')).toEqual(['open', 'none', 'open'])
    // Said again it is the last one.
    set('s-1', HOUR)
    set('s-7', HOUR)
    expect(reaches('s-1', 's-3', 's-7')).toEqual(['open', 'none', 'open'])
    grants.revoke('s-1', clock.now() + HOUR)
    grants.revoke('ann', clock.now() + HOUR)
    expect(reaches('s-1', 'ann')).toEqual(['none', 'none'])
    clock.advance(HOUR)
    grants.handleTick(clock.now())
    expect(grants.tracked).toBe(0)
  })

  test('holds so many peers of one grant', () => {
    const { clock, grants } = make(10)
    const peers = ['8.8.8.1', '8.8.8.2', '8.8.8.3']
    grants.set('s-1', { peers, expiresAt: clock.now() + HOUR })
    const reached = peers.filter((text) => grants.reachOf('s-1', ip(text)) === 'open')
    expect(reached).toEqual(['8.8.8.1', '8.8.8.2'])
  })
})
