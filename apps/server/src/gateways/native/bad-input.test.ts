import { describe, expect, test } from 'bun:test'
import { createLogger } from '@duet/base'
import {
  MAX_BAD_FRAMES,
  MAX_CANDIDATE_FIELD_LENGTH,
  MAX_CANDIDATE_LENGTH,
  MAX_FRAME_BYTES,
  MAX_KEPT_CANDIDATES,
  MAX_WAITING,
} from '@duet/protocol'
import { FakeSocket, Stage } from './fake-client.ts'
import { UNLIMITED } from './limits.ts'

const MALFORMED = [
  ['not JSON', 'hello', 'not-json'],
  ['nothing', '', 'not-json'],
  ['an array', '[]', 'not-json'],
  ['bytes', new Uint8Array([1, 2, 3]), 'not-json'],
  ['no type', '{}', 'unknown-type'],
  ['an unknown type', '{"type":"constructor"}', 'unknown-type'],
  ['a field missing', '{"type":"join","ack":0}', 'bad-field'],
  ['a field of the wrong type', '{"type":"ping","ack":"0"}', 'bad-field'],
] as const

describe('E2 malformed frames', () => {
  test.each(MALFORMED)(
    'E2 %s is answered with a code, and the session goes on',
    (_, frame, code) => {
      const stage = new Stage()
      const [a, b] = stage.pair()
      a.socket.say(frame)
      expect(a.socket.received.at(-1)).toEqual({
        type: 'error',
        code,
        message: expect.any(String) as unknown as string,
      } as never)
      a.chat('still here')
      expect(b.types).toEqual(['joined', 'chat'])
    },
  )

  test('E2 one with a number is answered under it, and the numbers go on', () => {
    const [a, b] = new Stage().pair()
    a.request({ type: 'chat' })
    expect(a.events.at(-1)).toMatchObject({
      type: 'error',
      code: 'bad-field',
      replyTo: a.seq,
      seq: 3,
    })
    a.request({ type: 'nonsense' })
    expect(a.events.at(-1)).toMatchObject({ code: 'unknown-type', replyTo: a.seq })
    a.chat('still here')
    expect(b.types).toEqual(['joined', 'chat'])
  })

  test('E2 one with a number that leaves a hole -> 4410', () => {
    const client = new Stage().greet()
    client.socket.say({ type: 'nonsense', seq: 7, ack: 0 })
    expect(client.socket.closed).toEqual({ code: 4410, by: 'server' })
  })

  test(`E2 the ${MAX_BAD_FRAMES}th ends the session with 4400`, () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    for (let count = 1; count < MAX_BAD_FRAMES; count++) a.socket.say('nonsense')
    expect(a.socket.closed).toBeUndefined()
    a.socket.say('nonsense')
    expect(a.socket.closed).toEqual({ code: 4400, by: 'server' })
    expect(b.events.at(-1)).toMatchObject({ type: 'peer-left', reason: 'left' })
  })

  test(`E2 the ${MAX_BAD_FRAMES}th before hello closes the socket with 4400`, () => {
    const socket = new Stage().connect()
    for (let count = 0; count < MAX_BAD_FRAMES; count++) socket.say('nonsense')
    expect(socket.closed).toEqual({ code: 4400, by: 'server' })
    expect(socket.received.length).toBe(MAX_BAD_FRAMES)
  })

  test('E4 what is too deep to be written again reaches nobody', () => {
    const [a, b] = new Stage().pair()
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`
    const numbers = `"seq":${a.seq + 1},"ack":2`
    a.socket.say(
      `{"type":"candidate",${numbers},"candidate":{"candidate":"c","x":${deep}},"y":${deep}}`,
    )
    expect(b.events.at(-1)).toMatchObject({ type: 'candidate', candidate: { candidate: 'c' } })
    a.seq++
    a.chat('still here')
    expect(b.events.at(-1)).toMatchObject({ body: 'still here' })
    expect(b.events.map(({ seq }) => seq)).toEqual([1, 2, 3] as never)
  })

  test('E4 a failure of the core is told as internal, and nothing is thrown', async () => {
    const lines: string[] = []
    const stage = new Stage({ logger: createLogger('error', ({ message }) => lines.push(message)) })
    const client = stage.greet()
    stage.hub.update = () => Promise.reject(new Error('the hub is away'))
    client.join()
    await Promise.resolve()
    expect(client.events).toMatchObject([{ type: 'error', code: 'internal', replyTo: 1 }])
    expect(lines).toEqual(['a room was not updated'])
    client.request({ type: 'hearing', peer: 'x', hears: true })
    await Promise.resolve()
    expect(client.socket.closed).toEqual({ code: 4500, by: 'server' })
  })
})

describe('L2 rates', () => {
  test('L2 B1 taking a consent back and ending a capture are never refused', () => {
    const stage = new Stage({
      limits: { messageRate: { perSecond: 10, burst: 5 }, maxRateRefusals: 30 },
    })
    const client = stage.greet()
    client.join()
    for (let count = 0; count < 4; count++) client.chat('x')
    const codes = () => client.events.map((event) => ('code' in event ? event.code : event.type))
    client.request({ type: 'consent', purpose: 'record', isGiven: true })
    expect(codes().at(-1)).toBe('rate-limited')
    client.request({ type: 'consent', purpose: 'record', isGiven: false })
    client.request({ type: 'capture', purpose: 'record', isOn: false })
    expect(codes().filter((code) => code === 'rate-limited')).toHaveLength(1)
  })

  test('L2 too many messages -> rate-limited, then 4429', () => {
    const stage = new Stage({
      limits: { messageRate: { perSecond: 10, burst: 5 }, maxRateRefusals: 3 },
    })
    const client = stage.greet()
    client.join()
    for (let count = 0; count < 4; count++) client.chat('x')
    expect(client.types).toEqual(['joined'])
    client.chat('too much')
    expect(client.events.at(-1)).toMatchObject({ code: 'rate-limited', replyTo: client.seq })
    stage.clock.advance(1_000)
    client.chat('later it works')
    expect(client.types.length).toBe(2)
    for (let count = 0; count < 20; count++) client.chat('x')
    expect(client.socket.closed).toEqual({ code: 4429, by: 'server' })
  })

  test('L2 pings count as well', () => {
    const limits = { messageRate: { perSecond: 1, burst: 5 }, maxRateRefusals: 3 }
    const client = new Stage({ limits }).greet()
    for (let count = 0; count < 100; count++) client.ping()
    expect(client.socket.received.filter(({ type }) => type === 'pong').length).toBe(5)
    expect(client.socket.closed).toEqual({ code: 4429, by: 'server' })
  })

  test('L2 much text counts as many messages do', () => {
    const stage = new Stage({ limits: { lengthRate: { perSecond: 1_000, burst: 10_000 } } })
    const client = stage.greet()
    client.join()
    client.chat('x'.repeat(8_000))
    client.chat('x'.repeat(8_000))
    expect(client.events.at(-1)).toMatchObject({ code: 'rate-limited' })
  })

  test('L2 leaving is never refused', () => {
    const limits = { messageRate: { perSecond: 1, burst: 1 } }
    const client = new Stage({ limits }).greet()
    client.join()
    client.request({ type: 'leave' })
    expect(client.types).toEqual(['joined', 'left'])
  })
})

describe('L1 sizes', () => {
  test('L1 kept candidates are bounded', () => {
    const stage = new Stage()
    const a = stage.greet()
    a.join()
    a.request({ type: 'description', description: { type: 'offer', sdp: 'v=0' } })
    for (let count = 0; count < 2 * MAX_KEPT_CANDIDATES; count++) {
      a.request({ type: 'candidate', candidate: { candidate: 'x'.repeat(1_000) } })
    }
    const joined = stage.greet().join() as unknown as { peers: { signals: unknown[] }[] }
    expect(joined.peers[0]?.signals.length).toBe(1 + MAX_KEPT_CANDIDATES)
  })

  test('L1 the largest waiting offer does not overrun the session of a newcomer', () => {
    const stage = new Stage({ limits: UNLIMITED })
    const a = stage.greet()
    a.join()
    // One unit of this is six in JSON.
    const worst = (length: number) => '\u0001'.repeat(length)
    const sdp = worst(Math.floor((MAX_FRAME_BYTES - 300) / 6))
    a.request({ type: 'description', description: { type: 'offer', sdp }, auth: 'x'.repeat(128) })
    const field = worst(MAX_CANDIDATE_FIELD_LENGTH)
    const candidate = {
      candidate: worst(MAX_CANDIDATE_LENGTH),
      sdpMid: field,
      usernameFragment: field,
    }
    for (let count = 0; count < MAX_KEPT_CANDIDATES; count++) {
      a.request({ type: 'candidate', candidate })
    }
    const b = stage.greet()
    expect(b.join()).toMatchObject({ type: 'joined', peers: [{ signals: { length: 65 } }] })
    expect(b.socket.closed).toBeUndefined()
  })

  test('L1 the line is bounded', () => {
    const stage = new Stage()
    stage.pair()
    const replies = Array.from({ length: MAX_WAITING + 1 }, () =>
      stage.greet().join('lake', { wait: true }),
    )
    expect(replies.slice(0, -1).every((reply) => reply?.['waiting'] === true)).toBe(true)
    expect(replies.at(-1)).toMatchObject({ type: 'error', code: 'line-full' })
  })
})

describe('L3 one address', () => {
  test('L3 L5 ten thousand sessions: the most are refused, and nothing stays of them', () => {
    const stage = new Stage()
    const sockets = open(stage, 10_000, () => '192.0.2.1')
    const welcomed = sockets.filter(({ received }) => received[0]?.type === 'welcome')
    expect(welcomed.length).toBe(200)
    const refused = sockets.filter(({ closed }) => closed?.code === 4429)
    expect(refused.length).toBe(10_000 - 200)
    expect(stage.greet('192.0.2.2').join()).toMatchObject({ type: 'joined' })
    expect(stage.gateway.load.sessions).toBe(201)

    for (const socket of sockets) socket.cut()
    stage.clock.advance(60_000)
    expect(stage.gateway.load).toEqual({ sessions: 0, connections: 0, addresses: 0 })
    expect(stage.hub.roomCount).toBe(0)
  })

  test('L3 L5 sockets that say nothing are bounded too', () => {
    const limits = { maxConnections: 150, maxConnectionsPerAddress: 100 }
    const stage = new Stage({ limits })
    for (let count = 0; count < 100; count++) stage.connect('192.0.2.1')
    expect(stage.tryConnect('192.0.2.1')).toMatchObject({ status: 429 })
    for (let count = 0; count < 50; count++) stage.connect('192.0.2.2')
    expect(stage.tryConnect('192.0.2.3')).toMatchObject({ status: 429 })
    stage.clock.advance(15_000)
    expect(stage.gateway.load).toEqual({ sessions: 0, connections: 0, addresses: 0 })
    expect(stage.tryConnect('192.0.2.1')).toBeInstanceOf(FakeSocket)
  })

  test('L3 a /64 of IPv6 is one address', () => {
    const stage = new Stage({ limits: { maxSessionsPerAddress: 3 } })
    const sockets = open(stage, 10, (index) => `2001:db8:0:1::${index.toString(16)}`)
    expect(sockets.filter(({ closed }) => !closed).length).toBe(3)
    const elsewhere = open(stage, 1, () => '2001:db8:0:2::1')
    expect(elsewhere[0]?.closed).toBeUndefined()
  })

  test('L3 the server as a whole has a bound', () => {
    const stage = new Stage({ limits: { maxSessions: 10 } })
    const sockets = open(stage, 20, (index) => `192.0.2.${index}`)
    expect(sockets.filter(({ closed }) => !closed).length).toBe(10)
    sockets[0]?.hangUp()
    expect(open(stage, 1, () => '192.0.2.99')[0]?.closed).toBeUndefined()
  })

  test('L5 ten thousand joins of one session', () => {
    const stage = new Stage()
    const client = stage.greet()
    for (let count = 0; count < 10_000; count++) {
      if (client.socket.closed) break
      client.join(`room ${count}`)
    }
    expect(client.socket.closed).toEqual({ code: 4429, by: 'server' })
    expect(stage.hub.roomCount).toBe(0)
  })
})

function open(stage: Stage, count: number, addressOf: (index: number) => string): FakeSocket[] {
  return Array.from({ length: count }, (_, index) => {
    const socket = stage.connect(addressOf(index))
    socket.say({ type: 'hello', version: 1 })
    return socket
  })
}
