import { expect, test } from 'bun:test'
import { Stage } from './stage.ts'

const OFFER = { type: 'offer', sdp: 'v=0' }
const ANSWER = { type: 'answer', sdp: 'v=0' }
const CANDIDATE = { type: 'candidate', label: 0, id: 'audio', candidate: 'candidate:1' }

test('RM4 join is answered with the room and the own id', async () => {
  const a = await new Stage().connect()
  await a.say('join', 'lake')
  expect(a.take()).toEqual([['joined', 'lake', a.id]])
})

test('RM4 a second join of the same room is not answered', async () => {
  const a = await new Stage().connect()
  await a.say('join', 'lake')
  await a.say('join', 'lake')
  await a.say('join', 'Lake ')
  expect(a.take()).toEqual([['joined', 'lake', a.id]])
})

test('RM5 whoever is there hears of the newcomer, after the newcomer itself', async () => {
  const stage = new Stage()
  const [a, b] = [await stage.connect(), await stage.connect()]
  const order: string[] = []
  const listen = (name: string, client: typeof a) => {
    const send = client.send.bind(client)
    client.send = (data) => {
      order.push(`${name} ${String(data).slice(0, 12)}`)
      return send(data)
    }
  }
  await a.say('join', 'lake')
  listen('a', a)
  listen('b', b)
  await b.say('join', 'lake')
  expect(order).toEqual(['b 42["joined",', 'a 42["otherjoi'])
  expect(a.take().at(-1)).toEqual(['otherjoin', 'lake', b.id])
  expect(b.take()).toEqual([['joined', 'lake', b.id]])
})

test('RM6 the third is told full, stays connected, and gets in when there is a seat', async () => {
  const stage = new Stage()
  const [a, b] = await stage.pair()
  const c = await stage.connect()
  await c.say('join', 'lake')
  expect(c.take()).toEqual([['full', 'lake', c.id]])
  expect([...a.take(), ...b.take()]).toEqual([])
  expect(c.closed).toBeUndefined()
  await b.say('leave', 'lake')
  await c.say('join', 'lake')
  expect(c.take()).toEqual([['joined', 'lake', c.id]])
  expect(a.take()).toEqual([
    ['bye', 'lake', b.id],
    ['otherjoin', 'lake', c.id],
  ])
})

test('RM6 twenty at once: exactly two get in', async () => {
  const stage = new Stage()
  const clients = await Promise.all(Array.from({ length: 20 }, () => stage.connect()))
  await Promise.all(clients.map((client) => client.say('join', 'lake')))
  const answers = clients.map((client) => client.take()[0]?.[0])
  expect(answers.filter((answer) => answer === 'joined')).toHaveLength(2)
  expect(answers.filter((answer) => answer === 'full')).toHaveLength(18)
})

const DATA: [name: string, data: unknown][] = [
  ['an offer', OFFER],
  ['an answer', ANSWER],
  ['a candidate', CANDIDATE],
  ['an offer with more in it', { ...OFFER, extra: [1, { two: 3 }] }],
  ['text', 'hello'],
  ['no text', ''],
  ['long text', 'x'.repeat(100_000)],
  ['text of any script', 'grüße 你好 👋 \u2028 "\\'],
  ['null', null],
  ['a number', -1.5e-7],
  ['false', false],
  ['a list', [1, [2, [3]]]],
  ['an object', { __proto__x: 1, a: { b: null } }],
]

test.each(DATA)('RM7 %s reaches the other as it is, and nobody else', async (_, data) => {
  const stage = new Stage()
  const [a, b] = await stage.pair()
  const [c, d] = await stage.pair('elsewhere')
  await a.say('message', 'lake', data)
  expect(b.take()).toEqual([['message', 'lake', data]])
  expect([...a.take(), ...c.take(), ...d.take()]).toEqual([])
})

test('RM7 messages keep their order, whichever way they take', async () => {
  const [a, b] = await new Stage().pair()
  for (let i = 0; i < 9; i += 3) {
    a.write(`42["message","lake",${i}]`)
    // An acknowledgement is asked for.
    a.write(`427["message","lake",${i + 1}]`)
    a.write(`42[ "message", "lake", ${i + 2} ]`)
  }
  await a.say('message', 'lake', 9)
  expect(b.take().map(([, , data]) => data)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('RM7 join, message and leave in one go are heard in this order', async () => {
  const stage = new Stage()
  const [a, b] = [await stage.connect(), await stage.connect()]
  await a.say('join', 'lake')
  a.take()
  b.write('42["join","lake"]')
  b.write('42["message","lake",1]')
  b.write('42["leave","lake"]')
  b.write('42["message","lake",2]')
  await b.say('message', 'lake', 3)
  expect(a.take()).toEqual([
    ['otherjoin', 'lake', b.id],
    ['message', 'lake', 1],
    ['bye', 'lake', b.id],
  ])
})

test('RM8 who is not in the room is not heard there, and hears nothing', async () => {
  const stage = new Stage()
  const [a, b] = await stage.pair()
  const c = await stage.connect()
  await c.say('message', 'lake', OFFER)
  await c.say('join', 'lake')
  await c.say('message', 'lake', OFFER)
  expect(c.take()).toEqual([['full', 'lake', c.id]])
  await b.say('leave', 'lake')
  a.take()
  await b.say('message', 'lake', OFFER)
  await a.say('message', 'lake', OFFER)
  expect(a.take()).toEqual([])
  expect(b.take()).toEqual([['leaved', 'lake', b.id]])
})

test('RM9 leave is answered every time, and the other hears bye once', async () => {
  const [a, b] = await new Stage().pair()
  await b.say('leave', 'lake')
  await b.say('leave', 'lake')
  expect(b.take()).toEqual([
    ['leaved', 'lake', b.id],
    ['leaved', 'lake', b.id],
  ])
  await b.drop()
  expect(a.take()).toEqual([['bye', 'lake', b.id]])
})

test('RM9 who leaves may come again', async () => {
  const [a, b] = await new Stage().pair()
  await b.say('leave', 'lake')
  await b.say('join', 'lake')
  await b.say('message', 'lake', 1)
  expect(b.take()).toEqual([
    ['leaved', 'lake', b.id],
    ['joined', 'lake', b.id],
  ])
  expect(a.take().map(([event]) => event)).toEqual(['bye', 'otherjoin', 'message'])
})

test('RM10 a closed tab is a bye, once, and frees the seat', async () => {
  const stage = new Stage()
  const [a, b] = await stage.pair()
  await b.drop()
  expect(a.take()).toEqual([['bye', 'lake', b.id]])
  await a.drop()
  expect(stage.hub.roomCount).toBe(0)
  expect(stage.server.load).toEqual({ connections: 0, clients: 0, addresses: 0 })
})

test('RM10 a socket that says goodbye to the namespace is gone as well', async () => {
  const [a, b] = await new Stage().pair()
  b.write('41')
  await b.drop()
  expect(a.take()).toEqual([['bye', 'lake', b.id]])
})

test('RM10 who was told full says no bye', async () => {
  const stage = new Stage()
  const [a] = await stage.pair()
  const c = await stage.connect()
  await c.say('join', 'lake')
  await c.drop()
  expect(a.take()).toEqual([])
})

test.each([
  [7, '7'],
  [0, '0'],
  [false, 'false'],
  [true, 'true'],
  ['', ''],
  ['a/b?c', 'a/b?c'],
  ['Lake', 'Lake'],
])('RM11 a room called %p is called %p', async (room, name) => {
  const [a, b] = await new Stage().pair(room as string)
  await a.say('message', room, 1)
  await b.say('leave', room)
  expect(b.take()).toEqual([
    ['message', name, 1],
    ['leaved', name, b.id],
  ])
})

test.each([[null], [{ room: 'lake' }], [['lake']]])('RM11 %p is no room', async (room) => {
  const a = await new Stage().connect()
  for (const event of ['join', 'message', 'leave']) await a.say(event, room, 1)
  a.write('42["join"]')
  a.write('42["leave"]')
  await a.say('message')
  expect(a.take()).toEqual([])
  expect(a.closed).toBeUndefined()
})

test('RM11 each hears the name as it spelled it itself', async () => {
  const stage = new Stage()
  const [a, b] = [await stage.connect(), await stage.connect()]
  await a.say('join', 'Lake')
  await b.say('join', ' lake')
  await b.say('message', 'LAKE', 1)
  expect(a.take().slice(1)).toEqual([
    ['otherjoin', 'Lake', b.id],
    ['message', 'Lake', 1],
  ])
  await b.say('leave', 'LAKE')
  expect(b.take()).toEqual([
    ['joined', ' lake', b.id],
    ['leaved', 'LAKE', b.id],
  ])
})

test('RM12 a socket may be in several rooms, which do not leak', async () => {
  const stage = new Stage()
  const [a, b] = await stage.pair('lake')
  const c = await stage.connect()
  await a.say('join', 'hill')
  await c.say('join', 'hill')
  a.take()
  c.take()
  await a.say('message', 'hill', 'up')
  await a.say('leave', 'hill')
  await a.say('message', 'lake', 'down')
  expect(b.take()).toEqual([['message', 'lake', 'down']])
  expect(c.take()).toEqual([
    ['message', 'hill', 'up'],
    ['bye', 'hill', a.id],
  ])
})

test('RM12 closing leaves every room', async () => {
  const stage = new Stage()
  const [a] = await stage.pair('lake')
  await a.say('join', 'hill')
  const c = await stage.connect()
  await c.say('join', 'hill')
  c.take()
  await a.drop()
  expect(c.take()).toEqual([['bye', 'hill', a.id]])
})

test('RM15 other events, further arguments and wishes for an answer change nothing', async () => {
  const [a, b] = await new Stage().pair()
  for (const event of ['hello', 'error', 'joined', 'constructor', '__proto__', '']) {
    await a.say(event, 'lake', 1)
  }
  a.write('42[5,"lake",1]')
  a.write('42')
  a.write('429["message","lake",1,2,3]')
  a.write('4210["leave","lake"]')
  a.write('4311[1]')
  await a.say('join', 'hill', 1)
  expect(a.take().map(([event]) => event)).toEqual(['leaved', 'joined'])
  expect(b.take()).toEqual([
    ['message', 'lake', 1],
    ['bye', 'lake', a.id],
  ])
})

test('RM15 another namespace is refused', async () => {
  const a = await new Stage().connect()
  await a.say('join', 'lake')
  a.write('40/admin,')
  await a.say('join', 'hill')
  expect(a.frames).toContain('44/admin,{"message":"Invalid namespace"}')
  expect(a.take().map(([event]) => event)).toEqual(['joined', 'joined'])
})

test('RM18 when the server goes away its clients are not told to stay away', async () => {
  const stage = new Stage()
  const [a, b] = await stage.pair()
  await stage.server.close()
  await stage.server.close()
  expect([a.closed, b.closed]).toEqual([1000, 1000])
  expect([...a.take(), ...b.take()]).toEqual([])
  // 41 is "disconnected by the server", after which clients do not come back.
  expect([...a.frames, ...b.frames]).not.toContain('41')
  expect((stage.open() as Response).status).toBe(503)
})
