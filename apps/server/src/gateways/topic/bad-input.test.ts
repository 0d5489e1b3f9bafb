import { describe, expect, test } from 'bun:test'
import { MAX_CHAT_LENGTH } from '@duet/protocol'
import { Stage } from './stage.ts'

const MEGABYTE = 1024 * 1024

describe('TP12 what says nothing', () => {
  test.each([
    'nonsense',
    '',
    '{"cmd":"unsubscribe","subject":"room-lake"}',
    '{"cmd":"publish","subject":"room-lake","event":"x"}',
    '{"cmd":"publish","subject":"room-lake","data":1}',
    '{"cmd":"publish","subject":"room-lake","event":"offer","data":{"type":"offer","sdp":"a}',
    '{"cmd":"publish","subject":"room-lake","event":"offer","data":1,"x"}',
    '{"cmd":"publish","subject":"room-lake\\","event":"call","data":null}',
    '{"cmd":"publish","subject":"room-lake","event":"call","data":}',
    '{"cmd":"publish","subject":"room-lake","event":"call","data":null',
    new Uint8Array(Buffer.from('{"cmd":"publish","subject":"room-lake","event":"call","data":0}')),
  ])('TP12 %j is ignored and the connection lives', (frame) => {
    const [a, b] = new Stage().pair()
    a.socket.say(frame)
    expect([a.frames, b.frames]).toEqual([[], []])
    a.publish('x', 1)
    expect(b.events).toEqual(['x'])
  })

  test('TP12 ten thousand levels reach the other, and nothing is thrown', () => {
    const [a, b] = new Stage().pair()
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
    for (const event of ['offer', 'candidate', 'x']) {
      a.socket.say(`{"cmd":"publish","subject":"room-lake","event":"${event}","data":${deep}}`)
    }
    a.socket.say(
      `{"cmd":"publish","subject":"room-lake","event":"candidate","data":{"candidate":"c","x":${deep}}}`,
    )
    expect(b.events).toEqual(['offer', 'candidate', 'x', 'candidate'])
    expect(a.socket.closed).toBeUndefined()
  })
})

describe('TP13 limits', () => {
  test('TP13 a frame of 1 MB arrives, and the line of chat that is longer than any other', () => {
    const [a, b] = new Stage().pair()
    const data = { huge: 'é'.repeat(MEGABYTE / 2) }
    a.publish('x', data)
    a.publish('chat', 'x'.repeat(MAX_CHAT_LENGTH + 1))
    expect(b.frames).toMatchObject([{ data }, { event: 'chat' }])
  })

  test('TP13 a subject of 10 kB is one like any other', () => {
    const subject = `room-${'x'.repeat(10_000)}`
    const [a, b] = new Stage().pair(subject)
    a.publish('x', 1, subject)
    expect(b.events).toEqual(['x'])
  })

  test('TP13 of ten thousand subjects on one connection the first ones are held', () => {
    const stage = new Stage({ limits: { messageRate: { perSecond: 1e6, burst: 1e6 } } })
    const page = stage.connect()
    for (let count = 0; count < 10_000; count++) page.subscribe(`room-${count}`)
    expect(stage.hub.roomCount).toBe(64)
    const other = stage.subscribe('room-63')
    page.publish('x', 1, 'room-63')
    page.publish('x', 1, 'room-64')
    expect(other.events).toEqual(['x'])
    page.socket.cut()
    other.socket.cut()
    expect(stage.hub.roomCount).toBe(0)
  })

  test('TP13 the names of its subjects together are bounded', () => {
    const stage = new Stage()
    const page = stage.connect()
    for (let count = 0; count < 10; count++) page.subscribe(`${count}`.repeat(4 * 1024))
    expect(stage.hub.roomCount).toBe(4)
  })

  test('TP13 names of refused subjects are free again', () => {
    const limits = { maxRooms: 2 }
    const stage = new Stage({ limits })
    for (let count = 0; count < 10; count++) stage.subscribe('room-lake')
    const page = stage.connect()
    for (let count = 0; count < 5; count++) page.subscribe('room-lake')
    expect(page.events).toEqual(Array.from({ length: 5 }, () => 'full'))
    page.subscribe('room-1')
    page.subscribe('room-2')
    expect(stage.hub.roomCount).toBe(3)
  })

  test('TP13 what is over the rate is not heard; who goes on is closed with 1008', () => {
    const limits = { messageRate: { perSecond: 10, burst: 20 }, maxRateRefusals: 30 }
    const stage = new Stage({ limits })
    const [a, b] = stage.pair()
    for (let count = 0; count < 40; count++) a.publish('x', count)
    expect(b.frames.length).toBe(18)
    stage.clock.advance(1_000)
    a.publish('x', 'later it works')
    expect(b.frames.at(-1)).toMatchObject({ data: 'later it works' })
    for (let count = 0; count < 40; count++) a.publish('x', count)
    expect(a.socket.closed).toEqual({ code: 1008, by: 'server' })
    expect(b.events.at(-1)).toBe('leave')
  })

  test('TP13 much text counts as many messages do', () => {
    const limits = { lengthRate: { perSecond: 1_000, burst: 10_000 } }
    const [a, b] = new Stage({ limits }).pair()
    a.publish('x', 'x'.repeat(8_000))
    a.publish('x', 'x'.repeat(8_000))
    expect(b.frames.length).toBe(1)
  })

  test('TP13 who does not read is cut off, and the other goes on', () => {
    const stage = new Stage({ limits: { maxBacklogBytes: 10_000 } })
    const [a, b] = stage.pair()
    b.socket.stopReading()
    for (let count = 0; count < 20; count++) a.publish('x', 'x'.repeat(1_000))
    expect(b.socket.closed).toEqual({ code: 1006, by: 'server' })
    expect(a.events).toEqual(['leave'])
    expect(a.socket.closed).toBeUndefined()
  })

  test('TP13 connections of one address, and of all, are bounded', () => {
    const stage = new Stage({ limits: { maxConnections: 15, maxConnectionsPerAddress: 10 } })
    const pages = Array.from({ length: 10 }, () => stage.connect())
    expect(stage.tryConnect()).toMatchObject({ status: 429 })
    for (let count = 0; count < 5; count++) stage.connect('192.0.2.2')
    expect(stage.tryConnect('192.0.2.3')).toMatchObject({ status: 429 })
    pages[0]?.socket.cut()
    expect(stage.connect().socket.closed).toBeUndefined()
    expect(stage.gateway.load).toEqual({ connections: 15, addresses: 2 })
  })
})
