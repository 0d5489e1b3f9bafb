import { afterEach, describe, expect, test } from 'bun:test'
import type { BindOptions, DatagramPort, Destination } from '@duet/datagrams'
import { joinAddress, parseIp, type IpAddress } from '@duet/stun'
import { checkRelay } from './check-relay.ts'
import { checkTurn } from './check-turn.ts'
import { findPublicAddresses, type FoundAddress, type Reach } from './find-public-addresses.ts'
import { STUN_TIMEOUT_MS } from './stun-client.ts'
import { FakeNat, type FakeNatOptions } from './testing/fake-nat.ts'
import { NatScene, OWN, PUBLIC } from './testing/nat-scene.ts'

const SERVERS = [
  { host: '8.0.0.1', port: 3478 },
  { host: '8.0.0.2', port: 3478 },
]
const RELAYS = { first: 50_000, last: 50_009 }
const CHECK_MS = 3_000

const scenes: Scene[] = []
afterEach(() => {
  for (const scene of scenes.splice(0)) scene.close()
})

class Scene extends NatScene {
  constructor(options: Partial<FakeNatOptions> = {}) {
    super(options)
    scenes.push(this)
  }

  /** Finds the IPv4 address, while time passes. */
  async find(
    given: Partial<Parameters<typeof findPublicAddresses>[0]> = {},
  ): Promise<FoundAddress> {
    const { nat: network, clock } = this
    const resolve = (): Promise<readonly string[]> => Promise.reject(new Error('no such name'))
    const own = { 4: OWN }
    const options = { own, servers: SERVERS, network, resolve, clock, ...given }
    const found = await this.ended(findPublicAddresses(options))
    expect(found[6]).toEqual({ kind: 'no-network' })
    return found[4]
  }

  check = async (external: IpAddress, bind: IpAddress): Promise<Reach> => {
    const { nat: network, clock } = this
    const common = { bind, network, clock, timeoutMs: CHECK_MS }
    const at = joinAddress(external, 3478)
    const [turn, relays] = await Promise.all([
      checkTurn({ ...common, at, secret: 'ours' }),
      checkRelay({ ...common, external, ports: RELAYS }),
    ])
    return { turn, relays }
  }
}

describe('the public address', () => {
  test('is that of an interface, and nobody is asked', async () => {
    const scene = new Scene()
    const found = await scene.find({ own: { 4: '8.8.4.4' } })
    expect(found).toEqual({ kind: 'interface', address: '8.8.4.4' })
    expect(scene.outside.sent).toEqual([])
  })

  test('is what two servers see, before a third one is waited for', async () => {
    const scene = new Scene()
    await scene.addStun('8.0.0.1', '8.0.0.2')
    const before = scene.clock.now()
    const silent = { host: '8.0.0.3', port: 3478 }
    expect(await scene.find({ servers: [silent, ...SERVERS] })).toEqual({
      kind: 'mapped',
      address: PUBLIC,
      bind: OWN,
      reach: {},
    })
    expect(scene.clock.now() - before).toBeLessThan(1_000)
    expect(scene.nat.size).toBe(0)
  })

  test('is what one server sees, where only one is listed', async () => {
    const scene = new Scene()
    await scene.addStun('8.0.0.1')
    expect(await scene.find({ servers: SERVERS.slice(0, 1) })).toMatchObject({ address: PUBLIC })
  })

  test('is asked for by name, and a name without an address is no answer', async () => {
    const scene = new Scene()
    await scene.addStun('8.0.0.1', '8.0.0.2')
    const named = [
      { host: 'one.example', port: 3478 },
      { host: 'two.example', port: 3478 },
      { host: 'nowhere.example', port: 3478 },
    ]
    const resolve = (host: string): Promise<readonly string[]> =>
      Promise.resolve({ 'one.example': ['8.0.0.1'], 'two.example': ['8.0.0.2'] }[host] ?? [])
    expect(await scene.find({ servers: named, resolve })).toMatchObject({ address: PUBLIC })
    expect(await scene.find({ servers: named })).toEqual({ kind: 'silent', bind: OWN })
  })

  test('is that of the interface, where the servers see it as it is', async () => {
    const scene = new Scene()
    await scene.addStun('8.0.0.1', '8.0.0.2')
    expect(await scene.find({ network: scene.outside })).toEqual({
      kind: 'interface',
      address: OWN,
    })
  })

  test('is not known when only one of several answers, after the time of RFC 8489', async () => {
    const scene = new Scene()
    await scene.addStun('8.0.0.1')
    const before = scene.clock.now()
    const answer = { server: '8.0.0.1:3478', address: PUBLIC, port: 40_000 }
    expect(await scene.find()).toEqual({ kind: 'unconfirmed', bind: OWN, answer })
    const took = scene.clock.now() - before
    expect(took).toBeGreaterThanOrEqual(STUN_TIMEOUT_MS)
    expect(took).toBeLessThanOrEqual(STUN_TIMEOUT_MS + 200)
    // RFC 8489 §6.2.1: seven requests, and then nothing more.
    const asked = scene.outside.sent.filter((line) => line.endsWith('> 8.0.0.2:3478'))
    expect(asked).toHaveLength(7)
    expect(scene.nat.size).toBe(0)
  })

  test('is not known when the servers see different ones', async () => {
    const scene = new Scene()
    await scene.addStun('8.0.0.1', '8.0.0.2')
    const { outside } = scene
    const publicIp = parseIp('198.51.100.1') as IpAddress
    const other = new FakeNat({ outside, publicIp, isMapped: () => true, hairpins: true })
    const network = {
      async bind(options: BindOptions): Promise<DatagramPort> {
        const [one, two] = await Promise.all([scene.nat.bind(options), other.bind(options)])
        const over = (to: Destination): DatagramPort => (to.host === '8.0.0.2' ? two : one)
        return {
          local: one.local,
          send: (payload, to) => over(to).send(payload, to),
          sendPacket: (packet, to) => over(to).sendPacket(packet, to),
          close() {
            one.close()
            two.close()
          },
        }
      },
    }
    const found = await scene.find({ network })
    expect(found.kind).toBe('disagreeing')
    expect(found.kind === 'disagreeing' && found.answers.map(({ address }) => address)).toEqual([
      PUBLIC,
      '198.51.100.1',
    ])
  })

  test('is not looked for where there are no servers, or only loopback', async () => {
    const scene = new Scene()
    expect(await scene.find({ servers: [] })).toEqual({ kind: 'not-asked' })
    expect(await scene.find({ own: { 4: '127.0.0.1' } })).toEqual({ kind: 'no-network' })
    expect(await scene.find({ own: {} })).toEqual({ kind: 'no-network' })
    expect(scene.outside.sent).toEqual([])
  })
})

describe('our ports at the public address', () => {
  async function reachIn(scene: Scene, secret = 'ours'): Promise<unknown> {
    await scene.addStun('8.0.0.1', '8.0.0.2')
    await scene.addTurn(secret)
    const found = await scene.find({ check: scene.check })
    expect(scene.nat.size).toBe(1)
    return found.kind === 'mapped' && found.reach
  }

  test('are reached where the NAT passes them on', async () => {
    expect(await reachIn(new Scene())).toEqual({ turn: 'reached', relays: 'reached' })
  })

  test('are silent behind a NAT that passes nothing on', async () => {
    const scene = new Scene({ isMapped: () => false })
    expect(await reachIn(scene)).toEqual({ turn: 'silent', relays: 'silent' })
  })

  test('are silent where the NAT does not lead back inside', async () => {
    expect(await reachIn(new Scene({ hairpins: false }))).toEqual({
      turn: 'silent',
      relays: 'silent',
    })
  })

  test('are told apart: TURN may be mapped without the relays', async () => {
    const scene = new Scene({ isMapped: (port) => port === 3478 })
    expect(await reachIn(scene)).toEqual({ turn: 'reached', relays: 'silent' })
  })

  test('are not taken for those of another TURN server', async () => {
    expect(await reachIn(new Scene(), 'not ours')).toMatchObject({ turn: 'other' })
  })
})
