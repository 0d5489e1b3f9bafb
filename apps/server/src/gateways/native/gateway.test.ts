import { describe, expect, test } from 'bun:test'
import {
  GRACE_MS,
  HELLO_TIMEOUT_MS,
  PING_INTERVAL_MS,
  PROTOCOL_VERSION,
  SUBPROTOCOL,
  type IceServer,
  type Welcome,
} from '@duet/protocol'
import { FakeClock, silentLogger } from '@duet/base'
import { MemoryHub } from '../../hub/memory.ts'
import { createIceServers } from '../../ice-servers.ts'
import { FakePolicy } from '../../relay-grants/fake-policy.ts'
import { RelayGrants } from '../../relay-grants/index.ts'
import { Stage, type Message } from './fake-client.ts'

describe('H hello', () => {
  test('H1 the route is /ws with the subprotocol', () => {
    expect(new Stage().gateway.routes).toMatchObject([{ path: '/ws', protocol: SUBPROTOCOL }])
  })

  test('H4 hello -> welcome with a new session', () => {
    const stage = new Stage()
    const { welcome } = stage.greet()
    expect(welcome).toEqual({
      type: 'welcome',
      version: PROTOCOL_VERSION,
      session: expect.stringMatching(/^[\w-]{43}$/),
      resumed: false,
      ack: 0,
      iceServers: [],
      iceServersExpireAt: stage.clock.now() + 3_600_000,
      pingIntervalMs: PING_INTERVAL_MS,
      graceMs: GRACE_MS,
    })
  })

  test('H4 no two sessions have one token', () => {
    const stage = new Stage()
    const tokens = Array.from({ length: 100 }, () => stage.greet().welcome.session)
    expect(new Set(tokens).size).toBe(100)
  })

  test('H2 another version -> unsupported-version and 4406, and nothing more is heard', () => {
    const stage = new Stage()
    const socket = stage.connect()
    socket.say({ type: 'hello', version: 2 })
    expect(socket.received).toMatchObject([{ type: 'error', code: 'unsupported-version' }])
    expect(socket.closed).toEqual({ code: 4406, by: 'server' })
    socket.sayLate({ type: 'hello', version: PROTOCOL_VERSION })
    expect(socket.received.length).toBe(1)
  })

  test('H1 something else before hello -> hello-first, and hello still works', () => {
    const socket = new Stage().connect()
    socket.say({ type: 'join', room: 'lake', tag: 't', seq: 1, ack: 0 })
    socket.say({ type: 'ping', ack: 0 })
    socket.say({ type: 'hello', version: PROTOCOL_VERSION })
    expect(socket.received.map(({ type, code }) => code ?? type)).toEqual([
      'hello-first',
      'hello-first',
      'welcome',
    ])
  })

  test('H1 hello twice -> hello-first, and the session goes on', () => {
    const client = new Stage().greet()
    client.socket.say({ type: 'hello', version: PROTOCOL_VERSION })
    expect(client.events).toEqual([
      { type: 'error', code: 'hello-first', message: expect.any(String) as unknown as string },
    ] as never)
    expect(client.join()?.type).toBe('joined')
  })

  test('H3 no hello -> 4408', () => {
    const stage = new Stage()
    const socket = stage.connect()
    stage.clock.advance(HELLO_TIMEOUT_MS)
    expect(socket.closed).toBeUndefined()
    stage.clock.advance(2_000)
    expect(socket.closed).toEqual({ code: 4408, by: 'server' })
  })

  test('H3 frames that are no hello do not buy time', () => {
    const stage = new Stage()
    const socket = stage.connect()
    stage.clock.advance(HELLO_TIMEOUT_MS - 1_000)
    socket.say({ type: 'ping', ack: 0 })
    stage.clock.advance(3_000)
    expect(socket.closed).toEqual({ code: 4408, by: 'server' })
  })
})

describe('H6 ICE servers', () => {
  test('H6 are renewed when half of their life is over, and no earlier', () => {
    let grants = 0
    const stage: Stage = new Stage({
      iceServers: () => ({
        servers: [{ urls: [`turn:${++grants}.example`] }],
        expiresAt: stage.clock.now() + 60_000,
      }),
    })
    const client = stage.greet()
    expect(client.welcome.iceServers).toEqual([{ urls: ['turn:1.example'] }])
    stage.advance(30_000, client)
    expect(client.types).toEqual([])
    stage.advance(2_000, client)
    expect(client.events).toMatchObject([
      {
        type: 'ice-servers',
        iceServers: [{ urls: ['turn:2.example'] }],
        iceServersExpireAt: expect.any(Number) as unknown as number,
        seq: 1,
      },
    ])
    stage.advance(32_000, client)
    expect(client.types).toEqual(['ice-servers', 'ice-servers'])
  })

  test('H6 a session that is taken up again gets fresh ones with its welcome', () => {
    let grants = 0
    const stage: Stage = new Stage({
      iceServers: () => ({
        servers: [{ urls: [`turn:${++grants}.example`] }],
        expiresAt: stage.clock.now() + 60_000,
      }),
    })
    const client = stage.greet()
    client.socket.cut()
    client.resume()
    expect(client.welcome.iceServers).toEqual([{ urls: ['turn:2.example'] }])
  })
})

describe('N relays of a call', () => {
  const usernameIn = (message: Welcome | Message): string | undefined =>
    (message.iceServers as IceServer[]).find(({ username }) => username !== undefined)?.username

  function talkingOverRelays() {
    const policy = new FakePolicy()
    const clock = new FakeClock()
    const hub = new MemoryHub(silentLogger)
    const makeIceServers = createIceServers({
      turnPort: 3478,
      turnsPort: undefined,
      secret: 'a secret',
      localHost: undefined,
      clock,
    })
    const relays = new RelayGrants({ policy, makeIceServers, hub, clock })
    const stage = new Stage({ clock, hub, openIceClient: relays.open, gatewayHub: relays.hub })
    const [a, b] = stage.pair()
    return { policy, relays, stage, a, b }
  }

  test('N2 credentials reach where the server sees the other one', () => {
    const { policy, a, b } = talkingOverRelays()
    expect(policy.of(usernameIn(a.welcome))).toBe(b.socket.context.address)
    expect(policy.of(usernameIn(b.welcome))).toBe(a.socket.context.address)
  })

  test('N3 N4 while a socket is lost anybody; nobody once the seat is', () => {
    const { policy, relays, stage, a, b } = talkingOverRelays()
    a.socket.cut()
    expect([a, b].map(({ welcome }) => policy.of(usernameIn(welcome)))).toEqual(['any', 'any'])
    b.socket.hangUp()
    stage.advance(GRACE_MS + 2_000)
    expect([a, b].map(({ welcome }) => policy.of(usernameIn(welcome)))).toEqual([
      'revoked',
      'revoked',
    ])
    expect(relays.tracked).toBe(0)
  })

  test('N4 whoever leaves gets fresh ones with the answer, for the next join', () => {
    const { policy, a, b } = talkingOverRelays()
    a.request({ type: 'leave' })
    expect(a.types.slice(-2)).toEqual(['left', 'ice-servers'])
    const fresh = a.last('ice-servers')
    expect(policy.of(usernameIn(a.welcome))).toBe('revoked')
    expect(policy.of(usernameIn(fresh))).toBe('nobody')
    expect(b.types.at(-1)).toBe('peer-left')
    expect(a.join()?.type).toBe('joined')
    expect(policy.of(usernameIn(fresh))).toBe(b.socket.context.address)
  })
})

describe('R rooms over the wire', () => {
  test('R1 R3 join, join, and the third is told that it is full', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    expect(a.types).toEqual(['joined', 'peer-joined'])
    expect(b.types).toEqual(['joined'])
    const c = stage.greet()
    expect(c.join()).toMatchObject({ type: 'full', room: 'lake', waiting: false })
    expect([a.types.length, b.types.length]).toEqual([2, 1])
  })

  test('R1 of twenty sessions at once exactly two get in, the third waits and gets in', () => {
    const stage = new Stage()
    const clients = Array.from({ length: 20 }, () => stage.greet())
    for (const client of clients) client.join('lake', { wait: true })
    const [a, b, c] = clients
    const seated = clients.filter(({ types }) => types.includes('joined'))
    expect(seated).toEqual([a, b] as never)
    expect(c?.events).toMatchObject([{ type: 'full', waiting: true }])
    expect(clients.at(-1)?.events).toMatchObject([{ type: 'error', code: 'line-full' }])
    a?.socket.hangUp()
    expect(c?.types).toEqual(['full', 'joined'])
    expect(b?.types).toEqual(['joined', 'peer-left', 'peer-joined'])
  })

  test('R2 names are normalized, and bad ones are told why', () => {
    const stage = new Stage()
    const [a, b] = [stage.greet(), stage.greet()]
    expect(a.join('  Our LAKE ')).toMatchObject({ type: 'joined', room: 'our lake' })
    expect(b.join('our lake')).toMatchObject({ peers: [{ name: '' }] })
    const c = stage.greet()
    for (const [name, fault] of [
      ['', 'empty'],
      ['x'.repeat(65), 'too-long'],
      ['a/b', 'bad-character'],
    ]) {
      expect(c.join(name)).toMatchObject({ type: 'error', code: 'bad-room-name', message: fault })
    }
    expect(c.join('__proto__')).toMatchObject({ type: 'joined', room: '__proto__' })
  })

  test('R1 one session is in one room at a time', () => {
    const client = new Stage().greet()
    client.join('lake')
    expect(client.join('sea')).toMatchObject({ type: 'error', code: 'already-in-room', replyTo: 2 })
    expect(client.join('lake')).toMatchObject({ type: 'error', code: 'already-in-room' })
    client.request({ type: 'leave' })
    expect(client.join('sea')).toMatchObject({ type: 'joined', room: 'sea' })
  })

  test('R1 who was told "full" may go elsewhere', () => {
    const stage = new Stage()
    stage.pair()
    const c = stage.greet()
    c.join('lake')
    expect(c.join('sea')).toMatchObject({ type: 'joined', room: 'sea' })
  })

  test('R5 leave is answered every time', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    a.request({ type: 'leave' })
    a.request({ type: 'leave' })
    expect(a.types.slice(2)).toEqual(['left', 'left'])
    expect(b.types).toEqual(['joined', 'peer-left'])
    expect(b.events.at(-1)).toMatchObject({ peer: a.last('joined')['self'], reason: 'left' })
  })

  test('R4 others see the name and a digest of the tag, the same for the same tag', () => {
    const stage = new Stage()
    const seen = ['my secret tag', 'my secret tag', 'another'].map((tag, index) => {
      const [a, b] = [stage.greet(), stage.greet()]
      a.join(`room ${index}`)
      b.join(`room ${index}`, { tag, name: ' Ann\u0000 ' })
      const { peer } = a.last('peer-joined') as unknown as { peer: { name: string; tag: string } }
      expect(peer.name).toBe('Ann')
      return peer.tag
    })
    expect(seen[0]).toBe(seen[1] as string)
    expect(seen[0]).not.toBe(seen[2] as string)
    expect(seen.join()).not.toContain('secret')
  })

  test('R4 R10 what others see of a tag does not take the seat', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const { peer } = a.last('peer-joined') as unknown as { peer: { tag: string } }
    b.socket.cut()
    expect(stage.greet().join('lake', { tag: peer.tag })).toMatchObject({ type: 'full' })
  })

  test('R4 identity comes from the session, not from a field', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    a.request({ type: 'chat', body: 'hello', from: b.last('joined')['self'] })
    expect(b.last('chat')).toMatchObject({ from: a.last('joined')['self'], body: 'hello' })
  })
})

describe('G signals over the wire', () => {
  test('G3 the waiting offer stands in `joined`', () => {
    const stage = new Stage()
    const [a, b] = [stage.greet(), stage.greet()]
    a.join()
    const description = { type: 'offer', sdp: 'v=0\r\n' }
    const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }
    a.request({ type: 'description', description, auth: 'proof' })
    a.request({ type: 'candidate', candidate })
    a.request({ type: 'candidate', candidate: null })
    expect(b.join()).toMatchObject({
      peers: [
        {
          isAway: false,
          signals: [
            { type: 'description', description, auth: 'proof' },
            { type: 'candidate', candidate },
            { type: 'candidate', candidate: null },
          ],
        },
      ],
    })
  })

  test('G2 signals pass through as they are', () => {
    const [a, b] = new Stage().pair()
    const self = a.last('joined')['self'] as string
    const description = { type: 'offer', sdp: 'v=0\r\ns=☃ \\" \u2028\r\n' }
    a.request({ type: 'description', description, auth: 'x'.repeat(128) })
    const candidate = { candidate: '', sdpMid: null, sdpMLineIndex: 3, usernameFragment: 'u' }
    a.request({ type: 'candidate', candidate, to: b.last('joined')['self'] })
    expect(b.events.slice(1)).toEqual([
      { type: 'description', description, auth: 'x'.repeat(128), from: self, seq: 2, ack: 1 },
      { type: 'candidate', candidate, from: self, seq: 3, ack: 1 },
    ] as never)
  })

  test('G1 outside a room nothing is relayed', () => {
    const client = new Stage().greet()
    for (const message of [
      { type: 'description', description: { type: 'offer', sdp: 'v=0' } },
      { type: 'candidate', candidate: null },
      { type: 'chat', body: 'hello' },
      { type: 'hearing', peer: 'x', hears: false },
    ]) {
      client.request(message)
      expect(client.events.at(-1)).toMatchObject({
        type: 'error',
        code: 'not-in-room',
        replyTo: client.seq,
      })
    }
  })

  test('G4 a signal to somebody else is refused', () => {
    const stage = new Stage()
    const [a] = stage.pair()
    const [c] = stage.pair('sea')
    a.request({ type: 'candidate', candidate: null, to: c.last('joined')['self'] })
    expect(a.events.at(-1)).toMatchObject({ type: 'error', code: 'no-such-peer', replyTo: 2 })
    expect(c.types).toEqual(['joined', 'peer-joined'])
  })

  test('C1 C3 chat goes to the other one, sealed or not', () => {
    const [a, b] = new Stage().pair()
    a.chat('hello')
    a.request({ type: 'chat', body: 'c2VhbGVk', sealed: true })
    const from = a.last('joined')['self'] as string
    expect(b.events.slice(1)).toMatchObject([
      { type: 'chat', from, body: 'hello' },
      { type: 'chat', from, body: 'c2VhbGVk', sealed: true },
    ])
    expect(a.types).toEqual(['joined', 'peer-joined'])
  })
})
