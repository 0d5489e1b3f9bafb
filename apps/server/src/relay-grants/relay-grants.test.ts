import { describe, expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import { nextRoom, type RoomEvent, type Signal } from '@duet/rules'
import type { RequestContext } from '../front/socket.ts'
import { MemoryHub } from '../hub/memory.ts'
import { createIceServers, type IceClient } from '../ice-servers.ts'
import { TALK_FOR_TWO, withPolicy } from '../rooms/room-policy.ts'
import { FakePolicy } from './fake-policy.ts'
import { MAX_ADDRESSES_PER_PEER } from './limits.ts'
import { reachAddress, RelayGrants } from './relay-grants.ts'

const ROOM = 'lake'
const CONTEXT: RequestContext = {
  url: new URL('https://duet.example/ws'),
  headers: new Headers(),
  address: '192.0.2.1',
  isSecure: true,
  host: 'duet.example',
}

const candidate = (address: string): Signal => ({
  type: 'candidate',
  candidate: { candidate: `candidate:1 1 udp 1 ${address} 50000 typ host` },
})
const OFFER: Signal = {
  type: 'description',
  description: { type: 'offer', sdp: 'a=candidate:1 1 udp 1 6.6.6.6 50000 typ host\r\n' },
}

/** Clients of a server in memory. */
class Town {
  readonly clock = new FakeClock()
  readonly policy = new FakePolicy()
  readonly hub = new MemoryHub(silentLogger)
  readonly relays = new RelayGrants({
    policy: this.policy,
    makeIceServers: createIceServers({
      turnPort: 3478,
      turnsPort: undefined,
      secret: 'a secret',
      localHost: undefined,
      clock: this.clock,
    }),
    hub: this.hub,
    clock: this.clock,
  })

  client(name: string, options: { ip?: string; isLasting?: boolean } = {}): Person {
    return new Person(this, name, options)
  }

  update(event: RoomEvent, name = ROOM): void {
    void this.hub.update(name, (room) => nextRoom(withPolicy(room, TALK_FOR_TWO, event), event))
  }
}

/** One client, with the user names that it was given, and what the relays knew when it was told. */
class Person {
  readonly #town: Town
  readonly #address: string
  readonly #ip: string
  readonly #ice: IceClient
  readonly usernames: string[] = []
  readonly knownAtSignal: string[] = []
  readonly unsubscribe: () => void

  constructor(town: Town, name: string, { ip = `1.1.1.${name.charCodeAt(0)}`, isLasting = false }) {
    this.#town = town
    this.#address = name
    this.#ip = ip
    this.#ice = town.relays.open(name, isLasting ? undefined : () => this.ask())
    this.unsubscribe = town.relays.hub.subscribe(name, ({ type }) => {
      if (type === 'signal' || type === 'joined') this.knownAtSignal.push(this.reach)
    })
    this.ask()
  }

  /** What it may reach with the credentials that it was given last. */
  get reach(): string {
    return this.#town.policy.of(this.usernames.at(-1))
  }

  /** What it may reach with the first ones. */
  get firstReach(): string {
    return this.#town.policy.of(this.usernames[0])
  }

  ask(): void {
    const [, turn] = this.#ice.servers(CONTEXT).servers
    this.usernames.push(turn?.username ?? '')
  }

  join(tag = this.#address): void {
    this.#join(this.#address, tag)
  }

  /** Takes one of several seats, each in a room of its own. */
  sit(room: string, tag = this.#address): void {
    const address = `${this.#address}/${room}`
    this.#town.relays.hub.subscribe(address, () => {})
    this.#join(address, tag, room)
  }

  stand(room: string): void {
    this.#town.update({ type: 'leave', from: `${this.#address}/${room}` }, room)
  }

  #join(address: string, tag: string, room?: string): void {
    const dialect = { name: 'native', leavesOffers: true, tellsHearing: true }
    const [id, reach, ip] = [address.toUpperCase(), reachAddress(address), this.#ip]
    const newcomer = { id, address, name: '', tag, dialect, reach, ip }
    this.#town.update({ type: 'join', newcomer, wait: false, ref: 0 }, room)
  }

  say(signal: Signal): void {
    this.#town.update({ type: 'signal', from: this.#address, to: undefined, signal, ref: 0 })
  }

  leave(): void {
    this.#town.update({ type: 'leave', from: this.#address })
  }

  happen(type: 'connection-lost' | 'connection-back' | 'grace-over', ip?: string): void {
    const from = this.#address
    this.#town.update({ type, from, ...(ip !== undefined && { ip }) })
  }

  /** The client is gone, as a session that ends says. */
  close(how: 'leave' | 'grace-over' = 'leave'): void {
    this.#town.update({ type: how, from: this.#address })
    this.unsubscribe()
    this.#ice.close()
  }
}

function talking() {
  const town = new Town()
  const [ann, ben] = [town.client('a'), town.client('b')]
  ann.join()
  ben.join()
  return { town, ann, ben }
}

describe('N1 credentials', () => {
  test('N1 name their client by something that nobody can guess, anew for each', () => {
    const town = new Town()
    const names = ['a', 'b'].map((name) => town.client(name).usernames[0] ?? '')
    expect(names[0]).toMatch(/^\d+:s-[\w-]{20}$/)
    expect(names[0]).not.toBe(names[1])
  })

  test('N1 reach nobody before their client has a seat, nor while it is alone there', () => {
    const ann = new Town().client('a')
    expect(ann.reach).toBe('nobody')
    ann.join()
    expect(ann.reach).toBe('nobody')
  })

  test('N1 of whoever is asked again are the same, with a later end', () => {
    const { town, ann } = talking()
    town.clock.advance(60_000)
    ann.ask()
    const [first, second] = ann.usernames.map((name) => name.split(':'))
    expect(second?.[1]).toBe(first?.[1])
    expect(Number(second?.[0]) - Number(first?.[0])).toBe(60)
    expect(ann.reach).toBe('1.1.1.98')
  })
})

describe('N2 peers', () => {
  test('N2 are where the server sees the other one, and what it signals, before it is passed on', () => {
    const { ann, ben } = talking()
    expect([ann.reach, ben.reach]).toEqual(['1.1.1.98', '1.1.1.97'])
    ann.say(candidate('7.7.7.7'))
    ann.say(candidate('2001:db8::7'))
    expect(ben.reach).toBe('1.1.1.97 2001:db8::7 7.7.7.7')
    expect(ben.knownAtSignal).toEqual(['1.1.1.97', '1.1.1.97 7.7.7.7', ben.reach])
    expect(ann.reach).toBe('1.1.1.98')
  })

  test('N2 an offer that waited is known with the join', () => {
    const town = new Town()
    const [ann, ben] = [town.client('a'), town.client('b')]
    ann.join()
    ann.say(OFFER)
    ann.say(candidate('7.7.7.7'))
    ben.join()
    expect(ben.knownAtSignal).toEqual(['1.1.1.97 6.6.6.6 7.7.7.7'])
  })

  test('N2 are forgotten with the one who goes; the next one has others', () => {
    const { town, ann, ben } = talking()
    ben.say(candidate('7.7.7.7'))
    ben.leave()
    expect(ann.reach).toBe('nobody')
    expect(ann.usernames.length).toBe(1)
    town.client('c').join()
    expect(ann.reach).toBe('1.1.1.99')
  })

  test('N2 follow the other one when it comes back from elsewhere', () => {
    const { ann, ben } = talking()
    ann.say(candidate('7.7.7.7'))
    ann.happen('connection-back', '9.9.9.9')
    expect(ben.reach).toBe('7.7.7.7 9.9.9.9')
  })

  test('N2 are bounded; those that were signaled last stay', () => {
    const { ann, ben } = talking()
    for (let each = 0; each <= MAX_ADDRESSES_PER_PEER; each += 1) {
      ann.say(candidate(`8.0.${each >> 8}.${each & 255}`))
      ann.say(candidate('7.7.7.7'))
    }
    const reached = ben.reach.split(' ')
    expect(reached.length).toBe(MAX_ADDRESSES_PER_PEER + 1)
    expect(reached).toContain('7.7.7.7')
    expect(reached).not.toContain('8.0.0.0')
  })
})

describe('N3 while signaling is down', () => {
  test('N3 both reach anybody, until it is back', () => {
    const { ann, ben } = talking()
    ann.happen('connection-lost')
    expect([ann.reach, ben.reach]).toEqual(['any', 'any'])
    ann.happen('connection-back', '1.1.1.97')
    expect([ann.reach, ben.reach]).toEqual(['1.1.1.98', '1.1.1.97'])
  })

  test('N3 a seat that is kept beyond its session keeps its relays', () => {
    const { town, ann, ben } = talking()
    ann.happen('connection-lost')
    ann.close('grace-over')
    expect([ann.reach, ben.reach]).toEqual(['any', 'any'])
    ben.close()
    expect([ann.reach, ben.reach]).toEqual(['revoked', 'revoked'])
    expect(town.relays.tracked).toBe(0)
  })

  test('N3 whoever is alone reaches nobody even then', () => {
    const ann = new Town().client('a')
    ann.join()
    ann.happen('connection-lost')
    expect(ann.reach).toBe('nobody')
  })
})

describe('N4 when a call is over', () => {
  test('N4 whoever leaves has fresh credentials at once, and the old ones are void', () => {
    const { town, ann } = talking()
    ann.leave()
    expect(ann.usernames.length).toBe(2)
    expect([ann.firstReach, ann.reach]).toEqual(['revoked', 'nobody'])
    ann.join()
    expect(ann.reach).toBe('1.1.1.98')
    expect(ann.firstReach).toBe('revoked')
    expect(town.policy.told.filter((line) => line.endsWith('revoked')).length).toBe(1)
  })

  test('N4 a seat that is lost ends it as well', () => {
    const { town, ann, ben } = talking()
    ann.happen('connection-lost')
    town.update({ type: 'hearing', from: 'b', peer: 'A', hears: false })
    ann.happen('grace-over')
    expect([ann.firstReach, ben.reach]).toEqual(['revoked', 'nobody'])
  })

  test('N4 a client that is gone has nothing left', () => {
    const { town, ann, ben } = talking()
    ann.close()
    ben.close()
    ben.close()
    const reaches = [ann.firstReach, ann.reach, ben.firstReach, ben.reach]
    expect(reaches).toEqual(['revoked', 'revoked', 'revoked', 'revoked'])
    expect(town.relays.tracked).toBe(0)
  })

  test('N4 a client that never had a seat has nothing left', () => {
    const town = new Town()
    const ann = town.client('a')
    ann.close()
    expect([ann.reach, town.relays.tracked]).toEqual(['revoked', 0])
  })

  test('N4 whoever can’t be given others keeps them, and loses what it had allocated', () => {
    const town = new Town()
    const ann = town.client('a', { isLasting: true })
    ann.join()
    ann.leave()
    expect(town.policy.told.slice(-2)).toEqual(['1 revoked', '1 nobody'])
    expect(ann.usernames.length).toBe(1)
    ann.close()
    expect(ann.reach).toBe('revoked')
  })

  test('N4 so many calls in a row bring fresh credentials, then the old ones are kept', () => {
    const town = new Town()
    const ann = town.client('a')
    for (let calls = 0; calls < 1000; calls += 1) {
      ann.join()
      ann.leave()
    }
    expect(ann.usernames.length).toBe(31)
    expect(ann.reach).toBe('nobody')
  })
})

test('R10 N4 media of a page that has a new session goes on with the relays of the old one', () => {
  const { town, ann, ben } = talking()
  ann.happen('connection-lost')
  const anew = town.client('c')
  anew.join('a')
  expect([ann.firstReach, anew.reach]).toEqual(['1.1.1.98', '1.1.1.98'])
  ben.say(candidate('7.7.7.7'))
  expect([ann.firstReach, anew.reach]).toEqual(['1.1.1.98 7.7.7.7', '1.1.1.98 7.7.7.7'])
  ann.close('grace-over')
  expect(ann.firstReach).toBe('1.1.1.98 7.7.7.7')
  anew.leave()
  expect([ann.firstReach, anew.firstReach]).toEqual(['revoked', 'revoked'])
})

test('R10 N2 a page that takes its seat back before its loss was noticed reaches what it reached', () => {
  const { town, ann, ben } = talking()
  ben.say(candidate('7.7.7.7'))
  const anew = town.client('c')
  anew.join('a')
  expect([ann.firstReach, anew.reach]).toEqual(['1.1.1.98 7.7.7.7', '1.1.1.98 7.7.7.7'])
})

test('R10 N4 a page that takes over one of several seats leaves the others their relays', () => {
  const town = new Town()
  const [ann, ben, cyd] = [town.client('a'), town.client('b'), town.client('c')]
  for (const room of ['lake', 'hill']) ann.sit(room)
  ben.sit('lake')
  cyd.sit('hill')
  expect(ann.reach).toBe('1.1.1.98 1.1.1.99')
  const anew = town.client('d')
  anew.sit('lake', 'a')
  // Media of both seats goes by what was allocated with the first credentials.
  expect([ann.firstReach, anew.reach]).toEqual(['1.1.1.98 1.1.1.99', '1.1.1.98'])
  expect(ann.usernames.length).toBe(1)
  anew.stand('lake')
  expect([ann.firstReach, anew.firstReach]).toEqual(['1.1.1.99', 'revoked'])
  anew.sit('hill', 'a')
  expect([ann.firstReach, anew.reach]).toEqual(['1.1.1.99', '1.1.1.99'])
  // Nothing is left to it, and it gets a login of its own.
  expect([ann.usernames.length, ann.reach]).toEqual([2, 'nobody'])
  anew.stand('hill')
  expect([ann.firstReach, anew.reach]).toEqual(['revoked', 'nobody'])
})

test('a server without relays of its own gives out credentials for others', () => {
  const clock = new FakeClock()
  const makeIceServers = createIceServers({
    turnPort: undefined,
    turnsPort: undefined,
    others: ['turn:a.example:3478'],
    secret: 'a secret',
    localHost: undefined,
    clock,
  })
  const hub = new MemoryHub(silentLogger)
  const relays = new RelayGrants({ policy: undefined, makeIceServers, hub, clock })
  const client = relays.open('a')
  expect(client.servers(CONTEXT).servers.at(-1)?.username).toMatch(/^\d+:s-/)
  client.close()
  expect(relays.tracked).toBe(0)
})
