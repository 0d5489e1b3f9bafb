import { describe, expect, test } from 'bun:test'
import { settle } from '../../people/scene.ts'
import { Stage } from './stage.ts'

const OFFER = { type: 'offer', sdp: 'v=0\r\nm=video 9 x\r\n' }
const ANSWER = { type: 'answer', sdp: 'v=0\r\n' }
const CANDIDATE = { candidate: { sdpMlineIndex: 0, sdpMid: '0', candidate: 'candidate:1 1 udp' } }
const ANN = { id: 1, username: 'ann' }
const BEN = { id: 2, username: 'ben' }

describe('MS4 connecting', () => {
  test('MS4 10000 lists who is online, oneself included; the others hear 10006 once', async () => {
    const stage = new Stage()
    const ann = await stage.attend(1)
    const ben = await stage.attend(2)
    const secondTab = await stage.attend(2)
    expect(ann.told).toEqual([
      {
        method: 'User/Connect',
        type: 1,
        message: expect.stringMatching(/./),
        code: 10000,
        data: [ANN],
      },
      { method: 'User/Online', type: 1, message: 'ben is online.', code: 10006, data: BEN },
    ])
    expect(ben.told).toMatchObject([{ code: 10000, data: [BEN, ANN] }])
    expect(secondTab.codes).toEqual([10000])
  })

  test('MS5 10008 comes when the last of two tabs is closed', async () => {
    const stage = new Stage()
    const ann = await stage.attend(1)
    const tabs = [await stage.attend(2), await stage.attend(2)]
    ann.forget()
    tabs[0]?.socket.hangUp()
    await settle()
    expect(ann.codes).toEqual([])
    tabs[1]?.socket.cut()
    await settle()
    expect(ann.told).toMatchObject([{ method: 'User/Offline', code: 10008, data: { fromId: 2 } }])
    expect(stage.gateway.load).toEqual({ connections: 1, addresses: 1, users: 1 })
  })

  test('MS4 later ones are ignored, and nothing goes before the first', async () => {
    const stage = new Stage()
    const ann = await stage.attend(1)
    ann.say({ method: 'User/Connect', fromId: 2 })
    expect(ann.codes).toEqual([10000])
    const ben = await stage.open(2)
    ben.to(1, 'Call')
    ben.say({ method: 'Message/SendToAll', message: 'hello' })
    await settle()
    expect(ben.told).toMatchObject([
      { code: 1, method: 'Message/Call', message: expect.stringMatching(/./) },
      { code: 1, method: 'Message/SendToAll' },
    ])
    expect(ann.codes).toEqual([10000])
  })

  test.each([2, '2', 'ann', -1, 1.5, 4294967296, {}])(
    'MS6 a first frame that names %j is refused, and nobody is online',
    async (fromId) => {
      const stage = new Stage()
      const ben = await stage.attend(2)
      const liar = await stage.open(1)
      liar.say({ method: 'User/Connect', fromId })
      await settle()
      expect(liar.told).toMatchObject([{ code: 1, method: 'User/Connect' }])
      expect(ben.codes).toEqual([10000])
    },
  )

  test.each([{ fromId: 1 }, { FROMID: '1' }, { fromId: 0 }, { fromId: null }, {}])(
    'MS6 %j is oneself, or nobody',
    async (fields) => {
      const stage = new Stage()
      const ann = await stage.open(1)
      ann.say({ METHOD: 'User/Connect', ...fields })
      await settle()
      expect(ann.codes).toEqual([10000])
    },
  )

  test('MS4 what is said while it connects waits for it', async () => {
    const stage = new Stage()
    const [ben] = await stage.attendAll(2)
    const ann = await stage.open(1)
    ann.say({ method: 'User/Connect' })
    ann.to(2, 'Offer', OFFER)
    await settle()
    expect(ben?.codes).toEqual([10006, 10010])
  })

  test('MS4 a store that is away: refused, and the next try may succeed', async () => {
    const stage = new Stage()
    stage.scene.stores.isLost = true
    const ann = await stage.open(1)
    ann.say({ method: 'User/Connect' })
    await settle()
    expect(ann.told).toMatchObject([{ code: 1, method: 'User/Connect' }])
    stage.scene.stores.isLost = false
    ann.say({ method: 'User/Connect' })
    await settle()
    expect(ann.codes).toEqual([1, 10000])
  })
})

describe('MS2 who may connect', () => {
  test.each([
    [401, { origin: 'https://duet.example' }],
    [401, { origin: 'https://duet.example', cookie: 'user=99' }],
    [403, { origin: 'https://elsewhere.example', cookie: 'user=1' }],
    [403, { cookie: 'user=1' }],
    [403, { origin: 'null', cookie: 'user=1' }],
  ])('MS2 %i for %j', async (status, headers) => {
    expect(await new Stage().tryOpen(headers)).toMatchObject({ status })
  })

  test('MS2 a login that is ended closes its socket, and no other', async () => {
    const stage = new Stage()
    const [ann, tab] = await stage.attendAll(1, 1)
    const late = await stage.open(1)
    stage.scene.board.loginsEnded(1, [1])
    expect(ann?.socket.closed).toMatchObject({ code: 1008, by: 'server' })
    expect(tab?.socket.closed).toBeUndefined()
    stage.scene.board.loginsEnded(1, [3])
    expect(late.socket.closed).toMatchObject({ code: 1008 })
  })
})

describe('MS8 signals without a call', () => {
  test.each([
    ['Offer', 10010, OFFER],
    ['Answer', 10011, ANSWER],
    ['Candidate', 10009, CANDIDATE],
    ['Offer', 10010, { of: ['its', 'own'], n: -0.5e-7 }],
  ])(
    'MS8 %s reaches all tabs of the other one as %i, with its data',
    async (method, code, data) => {
      const stage = new Stage()
      const [ann, ben, tab, cleo] = await stage.attendAll(1, 2, 2, 3)
      ann?.to(2, method, data)
      await settle()
      const told = { code, method: `Message/${method}`, type: 1, data: { fromId: 1, data } }
      for (const page of [ben, tab]) {
        expect(page?.told).toMatchObject([JSON.parse(JSON.stringify(told))])
        expect(page?.last?.message).toMatch(/./)
      }
      expect([ann?.told, cleo?.told]).toEqual([[], []])
    },
  )

  test('MS8 the misspelled index passes as it is, and so does every digit', async () => {
    const stage = new Stage()
    const [ann, ben] = await stage.attendAll(1, 2)
    const frames: string[] = []
    const socket = ben?.socket
    if (!ann || !socket) throw new Error('nobody is there')
    const send = socket.send.bind(socket)
    socket.send = (data) => {
      frames.push(String(data))
      return send(data)
    }
    ann.socket.say(
      '{"toID":"2","MeThOd":"Message/Candidate","DATA": {"candidate" : {"sdpMlineIndex":1.0}}}',
    )
    expect(frames).toHaveLength(1)
    expect(frames[0]).toContain('"data":{"fromId":1,"data":{"candidate" : {"sdpMlineIndex":1.0}}}')
  })

  test('MS6 the sender is who is logged in, whatever fromId says', async () => {
    const stage = new Stage()
    const [ann, ben] = await stage.attendAll(1, 2)
    ann?.say({ method: 'Message/Offer', fromId: 3, toId: 2, data: OFFER })
    expect(ben?.last?.data).toEqual({ fromId: 1, data: OFFER })
  })

  test('MS9 to nobody online: 10017 back, for offers, calls and all', async () => {
    const stage = new Stage()
    const [ann] = await stage.attendAll(1)
    for (const method of ['Offer', 'Answer', 'Candidate', 'Call', 'Hangup', 'Reject']) {
      ann?.forget()
      for (const id of [2, 77]) {
        ann?.to(id, method, OFFER)
        await settle()
      }
      expect(ann?.told).toMatchObject([
        { code: 10017, method: `Message/${method}`, data: { fromId: 2, data: null } },
        { code: 10017, method: `Message/${method}`, data: { fromId: 77, data: null } },
      ])
    }
  })

  test('MS9 who is blocked is not online, both ways', async () => {
    const stage = new Stage()
    stage.scene.stores.block(2, 1)
    const [ann, ben] = await stage.attendAll(1, 2)
    ann?.to(2, 'Offer', OFFER)
    ben?.to(1, 'Offer', OFFER)
    ann?.to(2, 'Call')
    await settle()
    expect(ann?.codes).toEqual([10017, 10017])
    expect(ben?.codes).toEqual([10017])
  })

  test('MS8 Hangup and Reject flow as well, but not into calls', async () => {
    const stage = new Stage()
    const [ann, ben, cleo] = await stage.attendAll(1, 2, 3)
    ann?.to(2, 'Hangup', 'bye')
    ann?.to(2, 'Reject')
    expect(ben?.told).toMatchObject([
      { code: 10015, data: { fromId: 1, data: 'bye' } },
      { code: 10014, data: { fromId: 1, data: null } },
    ])
    ben?.forget()
    cleo?.to(2, 'Call')
    await settle()
    ann?.to(2, 'Hangup')
    expect(ben?.codes).toEqual([10012])
    expect(ann?.told).toMatchObject([{ code: 1, method: 'Message/Hangup' }])
  })
})

describe('MS7 text to everyone', () => {
  test('MS7 everyone online hears it, the sender and pages of Duet included; it is kept', async () => {
    const stage = new Stage()
    const [ann, ben] = await stage.attendAll(1, 2)
    const cleo = await stage.native(3)
    ann?.say({ method: 'Message/SendToAll', type: 1, message: '你好 <b>' })
    await settle()
    const told = { code: 10005, data: { username: 'ann', message: '你好 <b>' } }
    for (const page of [ann, ben]) expect(page?.told).toMatchObject([{ code: 10006 }, told])
    expect(cleo.last('message').message).toMatchObject({ from: 1, to: null, body: '你好 <b>' })
    expect(stage.scene.stores.kept).toHaveLength(1)
  })

  test.each(['', 'x'.repeat(8001), undefined, 7])('MS7 %j is no text', async (message) => {
    const stage = new Stage()
    const [ann] = await stage.attendAll(1)
    ann?.say({ method: 'Message/SendToAll', message })
    await settle()
    expect(ann?.told).toMatchObject([{ code: 1, method: 'Message/SendToAll' }])
  })

  test('MS7 where the operator restricts it, others are refused', async () => {
    const stage = new Stage()
    stage.scene.stores.values.set('mayAllWriteToAll', 'false')
    const [ann, ben] = await stage.attendAll(1, 2)
    ann?.say({ method: 'Message/SendToAll', message: 'hello' })
    await settle()
    expect(ann?.told).toMatchObject([{ code: 1, method: 'Message/SendToAll' }])
    expect(ben?.told).toEqual([])
  })

  test('MS7 words between two are not told here', async () => {
    const stage = new Stage()
    const [ann] = await stage.attendAll(1)
    const ben = await stage.native(2)
    ann?.forget()
    await ben.stay.send({ to: 1, body: 'for you', clientId: 'c' })
    await settle()
    expect(ann?.told).toEqual([])
  })
})

describe('MS15 connections', () => {
  test('MS15 a silent client is pinged; a dead one is gone in 10 s', async () => {
    const stage = new Stage()
    const [ann, ben] = await stage.attendAll(1, 2)
    for (let second = 0; second < 10; second++) {
      ann?.socket.pong()
      stage.scene.clock.advance(1_000)
    }
    expect(ben?.socket.pings).toBe(1)
    expect(ben?.socket.closed).toEqual({ code: 1006, by: 'server' })
    await settle()
    expect(ann?.last).toMatchObject({ code: 10008, data: { fromId: 2 } })
  })

  test('MS15 when the server goes away, nobody is told offline', async () => {
    const stage = new Stage()
    const [ann, ben] = await stage.attendAll(1, 2)
    await stage.gateway.close()
    await stage.gateway.close()
    for (const page of [ann, ben]) {
      expect(page?.socket.closed).toEqual({ code: 1001, by: 'server' })
      expect(page?.told).toEqual([])
    }
    expect(stage.gateway.load).toEqual({ connections: 0, addresses: 0, users: 0 })
    expect(await stage.tryOpen({ cookie: 'user=1', origin: 'https://duet.example' })).toMatchObject(
      {
        status: 503,
      },
    )
  })

  test('MS3 words are in the language of the browser', async () => {
    const stage = new Stage()
    const page = await stage.open(1, { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' })
    page.say({ method: 'User/Connect' })
    await settle()
    expect(page.last?.message).toBe('以下用户在线。')
  })
})
