import { expect, test } from 'bun:test'
import { DuetError, FakeClock, silentLogger } from '@duet/base'
import { addressOf, FakeDatagrams, type BindOptions, type DatagramPort } from '@duet/datagrams'
import {
  ATTRIBUTE,
  attributeOf,
  encodeUint32,
  LAST_CHANNEL,
  METHOD,
  parseIp,
  type IpAddress,
  type StunAttribute,
  type TransportAddress,
} from '@duet/stun'
import * as fc from 'fast-check'
import type { Allocation } from './allocation.ts'
import { usersAuthenticator } from './authenticator.ts'
import type { Client } from './client.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { PeerPolicy } from './peer-policy.ts'
import { PeerRouter } from './peer-router.ts'
import { RelayPool } from './relay-pool.ts'
import { TurnClient, UDP_TRANSPORT } from './testing/turn-client.ts'
import { settle } from './testing/world.ts'
import { TurnCore } from './turn-core.ts'

const isLong = process.env['DUET_LONG'] === '1'
const RELAY_IP = parseIp('198.51.100.10') as IpAddress
const FIRST_PORT = 50_000
const LAST_PORT = 50_007
const PEER = addressOf('8.8.8.8:4000')
const USERS = ['ann', 'ben'] as const
const ADDRESSES = ['8.0.0.1:1', '8.0.0.1:2', '8.0.0.2:1', '[2001:db8::1]:1'] as const
const LIMITS = {
  ...DEFAULT_LIMITS,
  allocationsPerUser: 4,
  allocationsPerAddress: 3,
  allocations: 5,
  grants: 3,
}

const anyUser = fc.constantFrom(...USERS)
const anyPlace = fc.nat({ max: ADDRESSES.length - 1 })
const anyAction = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('allocate'),
      place: anyPlace,
      user: anyUser,
      how: fc.constantFrom('plain', 'pair', 'reserved', 'dual', 'malformed'),
      isAwaited: fc.boolean(),
    }),
  },
  ...(['refresh', 'delete', 'bind', 'disconnect'] as const).map((type) => ({
    weight: 2,
    arbitrary: fc.record({ type: fc.constant(type), place: anyPlace }),
  })),
  ...(['revoke', 'grant'] as const).map((type) => ({
    weight: 1,
    arbitrary: fc.record({ type: fc.constant(type), user: anyUser }),
  })),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('wait'),
      seconds: fc.constantFrom(1, 31, 301, 601),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('ports'),
      state: fc.constantFrom('free', 'in-use', 'failing'),
    }),
  },
)
type Action = typeof anyAction extends fc.Arbitrary<infer Value> ? Value : never

test(
  'whatever happens, each place in a quota is given back once',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyAction, { minLength: 10, maxLength: 50, size: 'max' }),
        async (actions) => {
          const history = new History()
          for (const each of actions) {
            await history.act(each)
            history.check()
          }
          await history.end()
        },
      ),
      { numRuns: isLong ? 20_000 : 100, includeErrorInReport: true },
    )
  },
  isLong ? 20 * 60_000 : 30_000,
)

/** A five-tuple whose answers are read by a client. */
class Place implements Client {
  readonly transport = 'tcp'
  readonly address: TransportAddress
  readonly client: TurnClient
  allocation: Allocation | undefined

  constructor(core: TurnCore, address: string) {
    this.address = addressOf(address)
    this.client = new TurnClient({ send: (bytes) => core.handleStun(this, bytes) })
  }

  setAllocation(allocation: Allocation | undefined): void {
    this.allocation = allocation
  }

  send(message: Uint8Array): void {
    this.client.handle(message)
  }

  sendPacket(): boolean {
    return true
  }
}

/** A network whose ports may be taken or fail, after a moment. */
class MoodyNetwork extends FakeDatagrams {
  state: 'free' | 'in-use' | 'failing' = 'free'

  override async bind(options: BindOptions): Promise<DatagramPort> {
    await Promise.resolve()
    if (this.state === 'in-use') throw new DuetError('port-in-use', 'taken')
    if (this.state === 'failing') throw new Error('no more sockets')
    return super.bind(options)
  }
}

class History {
  readonly #clock = new FakeClock()
  readonly #network = new MoodyNetwork()
  readonly #core: TurnCore
  readonly #places: readonly Place[]
  #token: Uint8Array | undefined

  constructor() {
    const addresses = [{ bind: RELAY_IP, external: RELAY_IP }]
    const relays = new RelayPool({
      network: this.#network,
      addresses,
      minPort: FIRST_PORT,
      maxPort: LAST_PORT,
      logger: silentLogger,
    })
    const policy = new PeerPolicy({ relayed: [RELAY_IP], own: [] })
    this.#core = new TurnCore({
      realm: 'duet',
      authenticate: usersAuthenticator(new Map(USERS.map((user) => [user, 'secret']))),
      nonceKey: 'a key for nonces in tests',
      relays,
      router: new PeerRouter({ policy, relays, ownPorts: new Set() }),
      limits: LIMITS,
      lastChannel: LAST_CHANNEL,
      clock: this.#clock,
      logger: silentLogger,
    })
    this.#places = ADDRESSES.map((address) => new Place(this.#core, address))
  }

  async act(action: Action): Promise<void> {
    const { grants } = this.#core.services
    const expiresAt = this.#clock.now() + 60_000
    switch (action.type) {
      case 'allocate':
        return this.#allocate(action)
      case 'refresh':
        return this.#ask(action.place, METHOD.refresh, [])
      case 'delete': {
        const lifetime = { type: ATTRIBUTE.lifetime, value: encodeUint32(0) }
        return this.#ask(action.place, METHOD.refresh, [lifetime])
      }
      case 'bind':
        this.#at(action.place).client.bind(0x4000, PEER).catch(fail)
        return settle()
      case 'disconnect':
        this.#at(action.place).allocation?.close('disconnected')
        return
      case 'revoke':
        grants.revoke(action.user, expiresAt)
        return
      case 'grant':
        grants.set(action.user, { peers: [], expiresAt })
        return
      case 'wait':
        this.#clock.advance(action.seconds * 1000)
        return
      case 'ports':
        this.#network.state = action.state
    }
  }

  /** What is counted is what there is. */
  check(): void {
    const { allocations, reservations, quota } = this.#core.services
    // One that is being opened may have no place so far, or two for a pair.
    const opening = [...allocations].filter(({ state }) => state.kind === 'opening').length
    const least = allocations.size - opening + reservations.size
    expect(quota.total).toBeGreaterThanOrEqual(least)
    expect(quota.total).toBeLessThanOrEqual(least + 2 * opening + this.#halfOpen)
    expect(quota.total).toBeLessThanOrEqual(LIMITS.allocations)
  }

  /** All of it ends at once; nothing is left. */
  async end(): Promise<void> {
    const { relays, quota, grants, bandwidth, allocations, reservations } = this.#core.services
    this.#core.close()
    // Each port is tried in turn.
    for (let port = FIRST_PORT; port <= LAST_PORT; port += 1) await settle()
    expect([allocations.size, reservations.size, relays.size, this.#network.size]).toEqual([
      0, 0, 0, 0,
    ])
    expect([quota.total, quota.tracked]).toEqual([0, 0])
    this.#clock.advance(120_000)
    bandwidth.handleTick(this.#clock.now())
    grants.handleTick(this.#clock.now())
    expect([bandwidth.tracked, grants.tracked]).toEqual([0, 0])
  }

  /** Requests whose sockets may still be opening though their allocation is gone. */
  #halfOpen = 0

  async #allocate(action: Extract<Action, { type: 'allocate' }>): Promise<void> {
    const { client } = this.#at(action.place)
    client.username = action.user
    await client.greet()
    const attributes = [UDP_TRANSPORT, ...this.#attributesOf(action.how)]
    if (action.how === 'malformed') attributes.shift()
    this.#halfOpen += 1
    const answer = client.request(METHOD.allocate, attributes).then((message) => {
      this.#halfOpen -= 1
      this.#token = attributeOf(message, ATTRIBUTE.reservationToken) ?? this.#token
    })
    answer.catch(fail)
    if (action.isAwaited) await settle()
  }

  #attributesOf(how: string): StunAttribute[] {
    switch (how) {
      case 'pair':
        return [{ type: ATTRIBUTE.evenPort, value: Uint8Array.of(0x80) }]
      case 'reserved':
        return [{ type: ATTRIBUTE.reservationToken, value: this.#token ?? new Uint8Array(8) }]
      case 'dual':
        return [{ type: ATTRIBUTE.additionalAddressFamily, value: Uint8Array.of(2, 0, 0, 0) }]
      default:
        return []
    }
  }

  async #ask(place: number, method: number, attributes: StunAttribute[]): Promise<void> {
    this.#at(place).client.request(method, attributes).catch(fail)
    await settle()
  }

  #at(place: number): Place {
    return this.#places[place] as Place
  }
}

function fail(error: unknown): never {
  throw error
}
