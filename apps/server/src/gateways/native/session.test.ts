import { describe, expect, test } from 'bun:test'
import {
  ACK_EVERY,
  GRACE_MS,
  MAX_UNACKNOWLEDGED,
  MAX_UNACKNOWLEDGED_LENGTH,
  PING_INTERVAL_MS,
} from '@duet/protocol'
import { Stage } from './fake-client.ts'

/** After this silence, and one look at the clock, a socket is dead. */
const DEAD_MS = 2 * PING_INTERVAL_MS + 2_000

describe('S2 acknowledgements', () => {
  test('S2 every numbered message carries the highest number received', () => {
    const client = new Stage().greet()
    client.join()
    client.request({ type: 'leave' })
    expect(client.events).toMatchObject([
      { type: 'joined', seq: 1, ack: 1 },
      { type: 'left', seq: 2, ack: 2 },
    ])
  })

  test('S2 ping -> pong with the acknowledgement', () => {
    const client = new Stage().greet()
    client.join()
    client.ping()
    expect(client.socket.received.at(-1)).toEqual({ type: 'pong', ack: 1 })
  })

  test(`S2 a bare ack comes after ${ACK_EVERY} messages without an answer`, () => {
    const client = new Stage().greet()
    client.join()
    for (let count = 0; count < ACK_EVERY; count++) client.chat('to nobody')
    expect(client.socket.received.at(-1)).toEqual({ type: 'ack', ack: 1 + ACK_EVERY })
  })

  test('S2 an acknowledgement of what was never sent -> 4410', () => {
    const client = new Stage().greet()
    client.socket.say({ type: 'ping', ack: 1 })
    expect(client.socket.closed).toEqual({ code: 4410, by: 'server' })
  })
})

describe('S3 numbers', () => {
  test('S3 a duplicate is not carried out again', () => {
    const [a, b] = new Stage().pair()
    a.chat('once')
    a.socket.say({ type: 'chat', body: 'once', seq: a.seq, ack: a.ack })
    a.socket.say({ type: 'chat', body: 'never', seq: 0, ack: a.ack })
    a.chat('twice')
    expect(b.events.flatMap(({ body }) => (body === undefined ? [] : [body]))).toEqual([
      'once',
      'twice',
    ] as never)
  })

  test('S3 a gap -> 4410, and the session is forgotten', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    a.seq++
    a.chat('after a hole')
    expect(a.socket.closed).toEqual({ code: 4410, by: 'server' })
    expect(b.types).toEqual(['joined', 'peer-left'])
    a.resume()
    expect(a.welcome.resumed).toBe(false)
  })
})

describe('S4 resuming', () => {
  test('S4 what was missed is delivered once and in order', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    b.socket.cut()
    a.chat('one')
    a.chat('two')
    b.resume()
    expect(b.welcome).toMatchObject({ resumed: true, ack: 1 })
    a.chat('three')
    expect(b.events.map(({ body }) => body)).toEqual(['one', 'two', 'three'] as never)
    expect(b.events.map(({ seq }) => seq)).toEqual([2, 3, 4] as never)
    b.socket.cut()
    b.resume(4)
    expect(b.events).toEqual([])
  })

  test('S4 a client that got less says so and gets it again', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    for (const body of ['one', 'two', 'three']) a.chat(body)
    b.socket.cut()
    b.resume(2)
    expect(b.events.map(({ body }) => body)).toEqual(['two', 'three'] as never)
  })

  test('S4 welcome comes before what was missed', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    b.socket.cut()
    a.chat('missed')
    b.resume()
    expect(b.socket.received.map(({ type }) => type)).toEqual(['welcome', 'chat'])
  })

  test('S4 a token that nobody knows begins a new session', () => {
    const stage = new Stage()
    const client = stage.greet()
    client.socket.hangUp()
    client.resume()
    expect(client.welcome.resumed).toBe(false)
    for (const session of ['__proto__', 'constructor', 'x']) {
      const socket = stage.connect()
      socket.say({ type: 'hello', version: 1, session })
      expect(socket.received).toMatchObject([{ type: 'welcome', resumed: false }])
    }
  })

  test('S4 a token with a number that was never sent begins a new session', () => {
    const stage = new Stage()
    const client = stage.greet()
    client.socket.cut()
    client.resume(99)
    expect(client.welcome.resumed).toBe(false)
  })
})

describe('S5 takeover', () => {
  test('S5 a second socket takes the session; the first is closed with 4409', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const first = a.socket
    a.resume()
    expect(first.closed).toEqual({ code: 4409, by: 'server' })
    expect(a.welcome.resumed).toBe(true)
    a.chat('from the second')
    expect(b.events.at(-1)).toMatchObject({ body: 'from the second' })
    expect(b.types).not.toContain('peer-away')
  })

  test('S5 a hello that a later one overtook is too late', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const { session } = a.welcome
    const [late, latest] = [stage.connect(), stage.connect()]
    latest.say({ type: 'hello', version: 1, session, ack: a.ack, attempt: 3 })
    late.say({ type: 'hello', version: 1, session, ack: a.ack, attempt: 2 })
    expect(late.closed).toEqual({ code: 4409, by: 'server' })
    expect(latest.closed).toBeUndefined()
    b.chat('to the latest')
    expect(latest.received.at(-1)).toMatchObject({ body: 'to the latest' })
  })

  test('S5 the first socket is not heard any more', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const first = a.socket
    a.resume()
    first.sayLate({ type: 'chat', body: 'late', seq: a.seq + 1, ack: 0 })
    first.sayLate({ type: 'nonsense', seq: a.seq + 1 })
    a.chat('on time')
    expect(b.events.at(-1)).toMatchObject({ body: 'on time' })
  })
})

describe('S6 lost and left', () => {
  test.each([1000, 1001, 1005])('S6 R5 close %i leaves at once', (code) => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    a.socket.hangUp(code)
    expect(b.events.at(-1)).toMatchObject({ type: 'peer-left', reason: 'left' })
    a.resume()
    expect(a.welcome.resumed).toBe(false)
  })

  test.each([1006, 1011, 1012, 4000])(
    'S6 R11 close %i keeps the seat for the grace time',
    (code) => {
      const stage = new Stage()
      const [a, b] = stage.pair()
      a.socket.hangUp(code)
      expect(b.events.at(-1)).toMatchObject({ type: 'peer-away' })
      stage.advance(GRACE_MS - 1_000, b)
      a.resume()
      expect(a.welcome.resumed).toBe(true)
      expect(b.events.at(-1)).toMatchObject({ type: 'peer-back', fresh: false })
    },
  )

  test('S6 R11 the grace time ends -> peer-left, when nobody hears it', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const peer = a.last('joined')['self']
    a.socket.cut()
    b.request({ type: 'hearing', peer, hears: false })
    stage.advance(GRACE_MS + 2_000, b)
    expect(b.types).toEqual(['joined', 'peer-away', 'peer-left'])
    expect(b.events.at(-1)).toMatchObject({ reason: 'lost', peer })
    a.resume()
    expect(a.welcome.resumed).toBe(false)
  })

  test('S6 R9 the grace time ends while it is heard -> it stays until it is not', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const peer = a.last('joined')['self']
    a.socket.cut()
    stage.advance(GRACE_MS + 2_000, b)
    expect(b.types).toEqual(['joined', 'peer-away'])
    b.request({ type: 'hearing', peer, hears: false })
    expect(b.events.at(-1)).toMatchObject({ type: 'peer-left', reason: 'lost' })
  })

  test('S6 R10 a new session with the same tag takes the seat back', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const self = a.last('joined')['self']
    a.socket.cut()
    stage.advance(GRACE_MS + 2_000, b)
    const again = stage.greet()
    expect(again.join('lake', { tag: `tag ${a.welcome.session}` })).toMatchObject({
      type: 'joined',
      self,
    })
    expect(b.events.at(-1)).toMatchObject({ type: 'peer-back', peer: self, fresh: true })
  })

  test('S6 R10 a seat that was given up is told when the client is back', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const peer = a.last('joined')['self']
    a.socket.cut()
    b.request({ type: 'hearing', peer, hears: false })
    expect(stage.greet().join()?.type).toBe('joined')
    expect(b.types.slice(-2)).toEqual(['peer-left', 'peer-joined'])
    a.resume()
    expect(a.welcome.resumed).toBe(true)
    expect(a.types).toEqual(['seat-lost'])
    expect(a.join()).toMatchObject({ type: 'full' })
  })
})

describe('S7 silence', () => {
  test('S7 R11 silence -> terminated -> away -> grace over -> lost', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    stage.advance(DEAD_MS, b)
    expect(a.socket.closed).toEqual({ code: 1006, by: 'server' })
    expect(b.types).toEqual(['joined', 'peer-away'])
    b.socket.hangUp()
    stage.advance(GRACE_MS + 1_000)
    expect(stage.hub.roomCount).toBe(0)
  })

  test('S7 pings alone keep a session alive', () => {
    const stage = new Stage()
    const client = stage.greet()
    for (let count = 0; count < 10; count++) {
      stage.clock.advance(PING_INTERVAL_MS)
      client.ping()
    }
    expect(client.socket.closed).toBeUndefined()
  })
})

describe('S8 a client that does not read', () => {
  test('S8 L4 is cut off when its backlog is too long, and gets what it missed when it is back', () => {
    const stage = new Stage({ limits: { maxBacklogBytes: 1_000 } })
    const [a, b] = stage.pair()
    b.socket.stopReading()
    const texts = Array.from({ length: 20 }, (_, index) => `${index} ${'x'.repeat(200)}`)
    for (const text of texts) a.chat(text)
    expect(b.socket.closed).toEqual({ code: 1006, by: 'server' })
    expect(b.socket.backlog).toBeLessThan(2_000)
    b.resume()
    const bodies = b.events.flatMap(({ type, body }) => (type === 'chat' ? [body] : []))
    expect(bodies).toEqual(texts)
  })

  test('S8 a session whose book overruns by count is dropped, and both sides know', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    b.socket.cut()
    for (let count = 0; count < MAX_UNACKNOWLEDGED + 10; count++) {
      a.chat('x')
      stage.advance(50, a)
    }
    expect(a.events.filter(({ type }) => type === 'error')).toEqual([])
    b.resume()
    expect(b.welcome.resumed).toBe(false)
    a.request({ type: 'hearing', peer: a.last('peer-away')['peer'], hears: false })
    expect(a.events.at(-1)).toMatchObject({ type: 'peer-left', reason: 'lost' })
  })

  test('S8 a session whose book overruns while it is open is closed with 4508', () => {
    const stage = new Stage({ limits: { maxBacklogBytes: Infinity } })
    const [a, b] = stage.pair()
    b.socket.stopReading()
    const body = 'x'.repeat(8_000)
    for (let sent = 0; sent <= MAX_UNACKNOWLEDGED_LENGTH; sent += body.length) {
      a.chat(body)
      stage.advance(200, a, b)
    }
    expect(b.socket.closed).toEqual({ code: 4508, by: 'server' })
    expect(a.types.at(-1)).toBe('peer-left')
  })

  test('L2 a member cannot overrun the session of one who reads and pings', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const body = 'x'.repeat(8_000)
    for (let second = 0; second < 30; second++) {
      for (let count = 0; count < 100 && !a.socket.closed; count++) a.chat(body)
      if (second % 5 === 4) b.ping()
      stage.clock.advance(1_000)
    }
    expect(a.socket.closed).toEqual({ code: 4429, by: 'server' })
    expect(b.socket.closed).toBeUndefined()
    expect(b.types.at(-1)).toBe('peer-left')
  })
})

describe('S9 going away', () => {
  test('S9 every socket is closed with 4503, and nobody is told that the other left', async () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const silent = stage.connect()
    await stage.gateway.close()
    for (const { closed } of [a.socket, b.socket, silent]) {
      expect(closed).toEqual({ code: 4503, by: 'server' })
    }
    expect([a.types, b.types]).toEqual([['joined', 'peer-joined'], ['joined']])
    expect(stage.tryConnect('192.0.2.1')).toMatchObject({ status: 503 })
  })

  test('S9 close leaves no timer, with sessions in every state', async () => {
    const stage = new Stage()
    const [a] = stage.pair()
    a.socket.cut()
    stage.connect()
    const dropped = stage.greet()
    dropped.seq = 5
    dropped.chat('after a hole')
    await stage.gateway.close()
    await stage.gateway.close()
    expect(stage.clock.pending).toBe(0)
  })
})
