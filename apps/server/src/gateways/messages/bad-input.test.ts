import { describe, expect, test } from 'bun:test'
import { settle } from '../../people/scene.ts'
import { MAX_WAITING_FRAMES } from './connection.ts'
import { MAX_HELD_SIGNALS } from './held-signals.ts'
import { NativeMember, Stage } from './stage.ts'

const MEGABYTE = 1024 * 1024

describe('MS17 what is no frame', () => {
  test.each([
    ['nonsense', 1008],
    ['', 1008],
    ['7', 1008],
    ['[]', 1008],
    ['null', 1008],
    ['{"method":"Message/Call","toId":2', 1008],
    [new Uint8Array(Buffer.from('{"method":"User/Connect"}')), 1003],
  ])('MS17 %j closes its socket, and nothing else', async (frame, code) => {
    const stage = new Stage()
    const [ann, ben, tab] = await stage.attendAll(1, 2, 1)
    ann?.socket.say(frame)
    expect(ann?.socket.closed).toEqual({ code, by: 'server' })
    ben?.to(1, 'Offer', 'still here')
    await settle()
    expect(tab?.last).toMatchObject({ code: 10010, data: { data: 'still here' } })
    expect(ben?.told).toEqual([])
  })

  test('MS17 a hundred thousand levels reach the other one, and nothing is thrown', async () => {
    const stage = new Stage()
    const [ann, ben] = await stage.attendAll(1, 2)
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const frames: string[] = []
    if (ben) ben.socket.send = (data) => frames.push(String(data)) > 0
    for (const method of ['Offer', 'Answer', 'Candidate']) {
      ann?.socket.say(`{"method":"Message/${method}","toId":2,"data":${deep}}`)
    }
    expect(frames).toHaveLength(3)
    expect(frames.every((frame) => frame.includes(deep))).toBe(true)
    expect(ann?.socket.closed).toBeUndefined()
  })

  test('MS17 keys that name what every object has are like any other', async () => {
    const stage = new Stage()
    const [ann, ben] = await stage.attendAll(1, 2)
    ann?.socket.say('{"__proto__":{"toId":2},"constructor":1,"method":"Message/Offer","data":1}')
    expect(ann?.codes).toEqual([1])
    expect(ben?.told).toEqual([])
  })
})

describe('MS17 limits', () => {
  test('MS17 1 MB of data arrives', async () => {
    const stage = new Stage()
    const [ann, ben] = await stage.attendAll(1, 2)
    const data = 'é'.repeat(MEGABYTE / 2)
    ann?.to(2, 'Offer', data)
    expect(ben?.last).toMatchObject({ data: { data } })
  })

  test('MS17 what is over the rate is refused; who goes on is closed with 1008', async () => {
    const limits = { messageRate: { perSecond: 10, burst: 20 }, maxRateRefusals: 30 }
    const stage = new Stage({ limits })
    const [ann, ben] = await stage.attendAll(1, 2)
    for (let count = 0; count < 40; count++) ann?.to(2, 'Offer', count)
    expect(ben?.told).toHaveLength(19)
    expect(ann?.codes).toEqual(Array.from({ length: 21 }, () => 1))
    for (let count = 0; count < 40; count++) ann?.to(2, 'Offer', count)
    expect(ann?.socket.closed).toEqual({ code: 1008, by: 'server' })
    await settle()
    expect(ben?.last).toMatchObject({ code: 10008 })
  })

  test('MS17 who does not read is cut off, and the other one goes on', async () => {
    const stage = new Stage({ limits: { maxBacklogBytes: 10_000 } })
    const [ann, ben] = await stage.attendAll(1, 2)
    ben?.socket.stopReading()
    for (let count = 0; count < 20; count++) ann?.to(2, 'Offer', 'x'.repeat(1_000))
    expect(ben?.socket.closed).toEqual({ code: 1006, by: 'server' })
    expect(ann?.socket.closed).toBeUndefined()
  })

  test('MS17 connections of one address, and of all, are bounded', async () => {
    const stage = new Stage({ limits: { maxConnections: 3, maxConnectionsPerAddress: 2 } })
    const headers = { cookie: 'user=1', origin: 'https://duet.example' }
    const pages = [await stage.open(1), await stage.open(2)]
    expect(await stage.tryOpen(headers)).toMatchObject({ status: 429 })
    expect(await stage.tryOpen(headers, '192.0.2.2')).not.toBeInstanceOf(Response)
    expect(await stage.tryOpen(headers, '192.0.2.3')).toMatchObject({ status: 429 })
    pages[0]?.socket.cut()
    expect(await stage.tryOpen(headers)).not.toBeInstanceOf(Response)
  })

  test('MS4 frames that wait for User/Connect are bounded', async () => {
    const stage = new Stage()
    const [ben] = await stage.attendAll(2)
    const ann = await stage.open(1)
    ann.say({ method: 'User/Connect' })
    for (let count = 0; count < MAX_WAITING_FRAMES + 10; count++) ann.to(2, 'Offer', count)
    await settle()
    expect(ann.codes.filter((code) => code === 1)).toHaveLength(10)
    expect(ben?.codes.filter((code) => code === 10010)).toHaveLength(MAX_WAITING_FRAMES)
  })

  test('MS13 signals that wait for the other one are bounded', async () => {
    const stage = new Stage()
    const [ann] = await stage.attendAll(1)
    const native = await stage.native(2)
    ann?.to(2, 'Call')
    await settle()
    const data = { candidate: { sdpMlineIndex: 0, sdpMid: '0', candidate: 'candidate:1' } }
    for (let count = 0; count < MAX_HELD_SIGNALS + 20; count++) ann?.to(2, 'Candidate', data)
    const { call, leg = -1 } = native.last('incoming-call')
    native.stay.accept(call.id, 1)
    await settle()
    const ben = new NativeMember(stage, 2, { call: call.id, leg })
    await settle()
    expect(ben.signals).toHaveLength(MAX_HELD_SIGNALS)
  })
})
