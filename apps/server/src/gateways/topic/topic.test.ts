import { describe, expect, test } from 'bun:test'
import { MAX_WAITING } from '@duet/protocol'
import { type Page, Stage } from './stage.ts'

const OFFER = { type: 'offer', sdp: 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n' }
const ANSWER = { type: 'answer', sdp: 'v=0\r\n' }
const CANDIDATE = {
  candidate: 'candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host',
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: 'abcd',
}
const FULL = { cmd: 'publish', event: 'full', data: null } as never
const LEAVE = { cmd: 'publish', event: 'leave', data: null } as never
const CALL = { cmd: 'publish', event: 'call', data: null } as never

describe('TP1 frames', () => {
  test.each([
    ['call', null],
    ['offer', OFFER],
    ['answer', ANSWER],
    ['candidate', CANDIDATE],
    ['anything else', { of: ['the', 'clients'] }],
  ])('TP1 TP3 %s reaches the other with exactly three keys, and never oneself', (event, data) => {
    const [a, b] = new Stage().pair()
    a.publish(event, data)
    expect(b.frames).toEqual([{ cmd: 'publish', event, data }] as never)
    expect(Object.keys(b.frames[0] ?? {})).toEqual(['cmd', 'event', 'data'])
    expect(a.frames).toEqual([])
  })

  test('TP2 subscribing is not answered', () => {
    const stage = new Stage()
    const [a, b] = [stage.subscribe(), stage.subscribe()]
    expect([...a.frames, ...b.frames]).toEqual([])
  })

  test('TP2 a second subscription to the same subject changes nothing', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    a.subscribe('room-lake')
    a.publish('call', null)
    expect(b.frames).toEqual([CALL])
    expect(a.frames).toEqual([])
  })

  test('TP2 two spellings of one room are one subscription', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    a.subscribe('room-LAKE')
    a.publish('x', 1, 'room-LAKE')
    a.publish('y', 2, 'room-lake')
    expect(a.frames).toEqual([])
    expect(b.events).toEqual(['x', 'y'])
    a.socket.hangUp()
    expect(b.events).toEqual(['x', 'y', 'leave'])
  })

  test('TP4 a connection may hold several subjects, which do not leak into each other', () => {
    const stage = new Stage()
    const a = stage.connect()
    for (const subject of ['room-1', 'room-2', 'news']) a.subscribe(subject)
    const [one, two, news] = ['room-1', 'room-2', 'news'].map((name) => stage.subscribe(name))
    a.publish('x', 1, 'room-1')
    a.publish('x', 2, 'news')
    one?.publish('y', 1, 'room-1')
    expect(one?.frames).toMatchObject([{ data: 1 }])
    expect(two?.frames).toEqual([])
    expect(news?.frames).toMatchObject([{ data: 2 }])
    expect(a.frames).toMatchObject([{ event: 'y' }])
    a.socket.cut()
    expect([one?.events, two?.events, news?.events]).toEqual([['x', 'leave'], ['leave'], ['x']])
    expect(stage.hub.roomCount).toBe(3)
  })

  test('TP5 who has not subscribed to a subject is not heard in it', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const stranger = stage.connect()
    stranger.publish('call', null)
    stranger.subscribe('room-elsewhere')
    stranger.publish('call', null)
    expect([a.frames, b.frames]).toEqual([[], []])
  })

  test('TP5 frames that arrive after the close are not heard', () => {
    const [a, b] = new Stage().pair()
    a.socket.hangUp()
    a.socket.sayLate({ cmd: 'publish', subject: 'room-lake', event: 'x', data: 1 })
    a.socket.sayLate({ cmd: 'subscribe', subject: 'room-lake' })
    expect(b.frames).toEqual([LEAVE])
  })

  test('TP3 a hundred events arrive in the order in which they were said', () => {
    const [a, b] = new Stage().pair()
    for (let count = 0; count < 100; count++) a.publish(count % 3 ? 'chat' : 'x', `${count}`)
    expect(b.frames.map(({ data }) => data)).toEqual(
      Array.from({ length: 100 }, (_, count) => `${count}`) as never,
    )
  })
})

describe('TP6 calls', () => {
  test('TP6 the third gets full and no relay, and others do not hear it', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const c = stage.subscribe()
    a.publish('x', 1)
    c.publish('call', null)
    c.publish('x', 2)
    expect(c.frames).toEqual([FULL])
    expect(b.events).toEqual(['x'])
    expect(a.events).toEqual([])
  })

  test('TP7 it gets in when a seat frees, and its last call is replayed then', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const c = stage.subscribe()
    c.publish('call', 'first')
    c.publish('call', { last: true })
    a.socket.hangUp()
    expect(b.frames).toEqual([LEAVE, { ...(CALL as object), data: { last: true } } as never])
    b.publish('offer', OFFER)
    c.publish('answer', ANSWER)
    expect(c.events).toEqual(['full', 'offer'])
    expect(b.events).toEqual(['leave', 'call', 'answer'])
  })

  test('TP7 without a call nothing is replayed, and its next one is heard', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const c = stage.subscribe()
    a.socket.hangUp()
    expect(b.frames).toEqual([LEAVE])
    c.publish('call', null)
    expect(b.frames).toEqual([LEAVE, CALL])
  })

  test('TP7 a page whose old socket stays open gets in with its second one', () => {
    const stage = new Stage()
    const [a, oldSocket] = stage.pair()
    const newSocket = stage.subscribe()
    newSocket.publish('call', null)
    oldSocket.socket.hangUp()
    expect(a.events).toEqual(['leave', 'call'])
  })

  test('TP8 when the line is full too, full is told, and the next try may succeed', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    const line = Array.from({ length: MAX_WAITING }, () => stage.subscribe())
    const late = stage.subscribe()
    expect(late.frames).toEqual([FULL])
    for (const each of [a, b, ...line]) each.socket.hangUp()
    late.publish('call', null)
    late.subscribe('room-lake')
    expect(late.frames).toEqual([FULL])
    const other = stage.subscribe()
    other.publish('call', null)
    expect(late.events).toEqual(['full', 'call'])
  })

  test('TP6 of twenty that subscribe at once exactly two hear each other', () => {
    const stage = new Stage()
    const pages = Array.from({ length: 20 }, () => stage.subscribe())
    expect(pages.filter(({ events }) => events.includes('full')).length).toBe(18)
    for (const page of pages) page.publish('x', null)
    expect(pages.map(({ events }) => events.filter((event) => event === 'x').length)).toEqual([
      1,
      1,
      ...Array.from({ length: 18 }, () => 0),
    ])
  })

  test.each([
    ['closes', (page: Page) => page.socket.hangUp()],
    ['leaves without a status', (page: Page) => page.socket.hangUp(1005)],
    ['is cut', (page: Page) => page.socket.cut()],
  ])('TP9 leave is told once when the other %s', (_, end) => {
    const [a, b] = new Stage().pair()
    end(b)
    expect(a.frames).toEqual([LEAVE])
  })

  test('TP6 subjects that are no calls are plain publish and subscribe', () => {
    const stage = new Stage()
    const pages = Array.from({ length: 5 }, () => stage.subscribe('news'))
    pages[0]?.publish('offer', OFFER, 'news')
    pages[4]?.socket.hangUp()
    expect(pages.map(({ events }) => events)).toEqual([
      [],
      ['offer'],
      ['offer'],
      ['offer'],
      ['offer'],
    ])
  })

  test('TP6 with capacity 0 so are all subjects', () => {
    const stage = new Stage({ capacity: 0 })
    const pages = Array.from({ length: 5 }, () => stage.subscribe())
    pages[0]?.publish('call', null)
    pages[4]?.socket.hangUp()
    expect(pages.map(({ events }) => events)).toEqual([[], ['call'], ['call'], ['call'], ['call']])
  })

  test('TP6 with capacity 3 the fourth is full', () => {
    const stage = new Stage({ capacity: 3 })
    const pages = Array.from({ length: 4 }, () => stage.subscribe())
    pages[0]?.publish('call', null)
    pages[3]?.publish('call', 'kept')
    pages[2]?.socket.hangUp()
    expect(pages.map(({ events }) => events)).toEqual([
      ['leave', 'call'],
      ['call', 'leave', 'call'],
      ['call'],
      ['full'],
    ])
  })
})

describe('TP10 signs of life', () => {
  test('TP10 a silent client is pinged, and one that answers stays', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    for (let second = 0; second < 60; second++) {
      stage.clock.advance(1_000)
      if (second % 5 === 4) for (const page of [a, b]) page.socket.pong()
    }
    expect([a.socket.closed, b.socket.closed]).toEqual([undefined, undefined])
    expect(a.socket.pings).toBe(12)
  })

  test('TP10 frames of any kind are signs of life', () => {
    const stage = new Stage()
    const page = stage.connect()
    for (let second = 0; second < 60; second++) {
      stage.clock.advance(1_000)
      page.socket.say(second % 2 ? 'nonsense' : new Uint8Array(3))
    }
    expect(page.socket.closed).toBeUndefined()
    expect(page.socket.pings).toBe(0)
  })

  test('TP10 a dead client is gone in 10 s, and the other is told', () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    for (let second = 0; second < 10; second++) {
      b.socket.pong()
      stage.clock.advance(1_000)
    }
    expect(a.socket.closed).toEqual({ code: 1006, by: 'server' })
    expect(b.frames).toEqual([LEAVE])
  })

  test('TP10 nobody is taken for dead because the server stood still', () => {
    const stage = new Stage()
    const page = stage.connect()
    const { clock } = stage
    clock.now = (
      (now) => () =>
        now + 3_600_000
    )(clock.now())
    clock.advance(1_000)
    expect(page.socket.closed).toBeUndefined()
  })
})

describe('TP11 going away', () => {
  test('TP11 sockets are closed with 1001, nobody is told leave, no timer is left', async () => {
    const stage = new Stage()
    const [a, b] = stage.pair()
    await stage.gateway.close()
    await stage.gateway.close()
    for (const page of [a, b]) {
      expect(page.socket.closed).toEqual({ code: 1001, by: 'server' })
      expect(page.frames).toEqual([])
    }
    expect(stage.clock.pending).toBe(0)
    expect(stage.gateway.load).toEqual({ connections: 0, addresses: 0 })
    expect(stage.tryConnect()).toMatchObject({ status: 503 })
  })
})
