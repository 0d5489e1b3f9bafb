import { expect, test } from 'bun:test'
import { createLogger, type LogRecord } from '@duet/base'
import { settled, type FakeClient } from './fake-client.ts'
import { Hall } from './hall.ts'
import { HallStage } from './hall-stage.ts'
import { SocketIoStage } from './stage.ts'

function stageOf(...halls: Hall[]): SocketIoStage {
  return new SocketIoStage({ dialects: () => halls })
}

test('each namespace has its own sockets, on one connection as well', async () => {
  const [main, rtc] = [new Hall(), new Hall({ namespaces: ['/rtc'] })]
  const stage = stageOf(main, rtc)
  const [a, b] = [await stage.connect(), await stage.connect()]
  const [c, d] = [await stage.connect(undefined, '/rtc'), await stage.connect(undefined, '/rtc')]
  expect([main.sockets.size, rtc.sockets.size]).toEqual([2, 2])
  await a.say('message', 'lake', 1)
  await c.say('message', 'lake', 2)
  expect([a, b, c, d].map((client) => client.take())).toEqual([
    [],
    [['message', 'lake', 1]],
    [],
    [['message', 'lake', 2]],
  ])
  a.write('40/rtc,')
  await settled()
  expect([main.sockets.size, rtc.sockets.size, stage.server.load.clients]).toEqual([2, 3, 5])
  a.write('42/rtc,["echo",7]')
  await settled()
  expect(a.frames.at(-1)).toBe('42/rtc,["echo",7]')
  await a.drop()
  expect([main.sockets.size, rtc.sockets.size]).toEqual([1, 2])
})

test('a dialect in several namespaces is told in which one a socket is', async () => {
  const hall = new Hall({ namespaces: ['/', '/rtc'] })
  const stage = stageOf(hall)
  const [a, b] = [await stage.connect(), await stage.connect(undefined, '/rtc')]
  expect([...hall.sockets].map(({ id, namespace }) => [id, namespace])).toEqual([
    [a.id, '/'],
    [b.id, '/rtc'],
  ])
  await a.say('message', 'lake', [1])
  await b.say('message', 'lake', [2])
  expect([a.take(), b.take()]).toEqual([[['message', 'lake', [2]]], [['message', 'lake', [1]]]])
})

test('a namespace in which no dialect listens is refused', async () => {
  const a = await stageOf(new Hall({ namespaces: ['/rtc'] })).connect()
  a.write('40/admin,')
  await settled()
  expect(a.frames.slice(1)).toEqual([
    '44{"message":"Invalid namespace"}',
    '44/admin,{"message":"Invalid namespace"}',
  ])
  expect(a.closed).toBeUndefined()
})

test('version 2 passes the main namespace on its way to others', async () => {
  const hall = new Hall({ namespaces: ['/rtc'] })
  const a = await stageOf(hall).connect('EIO=3&transport=websocket', '/rtc')
  await a.say('echo', 7)
  expect(a.take()).toEqual([['echo', 7]])
  a.write('42["echo",8]')
  await settled()
  expect(a.take()).toEqual([])
  expect(a.closed).toBeUndefined()
})

test('dialects in one namespace hear what they know, each in its own way', async () => {
  const [relaying, plain] = [new Hall(), new Hall({ relayed: [] })]
  const heard: unknown[][] = []
  const welcome = plain.welcome.bind(plain)
  plain.welcome = (socket) => {
    socket.on('message', (...args) => heard.push(args))
    socket.on('other', (...args) => heard.push(args))
    return welcome(socket)
  }
  const stage = stageOf(relaying, plain)
  const [a, b] = [await stage.connect(), await stage.connect()]
  a.write('42["message","lake",{ "as": "it was" }]')
  await a.say('other', 7)
  expect(heard).toEqual([['lake', { as: 'it was' }], [7]])
  expect(b.frames.slice(-2)).toEqual([
    '42["message","lake",{ "as": "it was" }]',
    '42["message","lake",{"as":"it was"}]',
  ])
  await a.say('nothing that anybody knows')
  await b.drop()
  expect([relaying.sockets.size, plain.sockets.size]).toEqual([1, 1])
  expect(a.take()).toEqual([
    ['bye', expect.any(String)],
    ['bye', expect.any(String)],
  ])
})

test('a dialect knows the request that a connection began with', async () => {
  const hall = new Hall()
  const client = stageOf(hall).open(undefined, { address: '2001:db8::1' }) as FakeClient
  await client.enter()
  const [socket] = hall.sockets
  expect(socket?.context).toBe(client.context)
  expect(socket?.context).toMatchObject({ address: '2001:db8::1', host: 'duet.example' })
})

test('who left a namespace is not heard in it, nor told anything', async () => {
  const hall = new Hall()
  const stage = stageOf(hall)
  const [a, b] = [await stage.connect(), await stage.connect()]
  const [socket] = hall.sockets
  a.write('41')
  await settled()
  expect(b.take()).toEqual([['bye', a.id]])
  socket?.emit('message', 'lake', 1)
  expect(a.take()).toEqual([])
  await a.say('message', 'lake', 1)
  expect(b.take()).toEqual([])
})

test('a handler that throws costs its client the connection, and nobody else', async () => {
  const records: LogRecord[] = []
  const hall = new Hall({ relayed: [] })
  const welcome = hall.welcome.bind(hall)
  hall.welcome = (socket) => {
    socket.on('fault', () => {
      throw new Error('a fault')
    })
    return welcome(socket)
  }
  const logger = createLogger('info', (record) => records.push(record))
  const stage = new SocketIoStage({ dialects: () => [hall], logger })
  const [a, b] = [await stage.connect(), await stage.connect()]
  await a.say('fault')
  await settled()
  expect(a.closed).toBe(1000)
  expect(b.take()).toEqual([['bye', a.id]])
  expect(records).toMatchObject([{ level: 'error', message: 'a dialect threw' }])
})

test('what is too deep to be written again is dropped', async () => {
  const [a] = await new HallStage().pair()
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  a.write(`42["echo",${deep}]`)
  await a.say('echo', 7)
  expect(a.take()).toEqual([['echo', 7]])
})

test('when the server goes away its dialects tell nobody', async () => {
  const hall = new Hall()
  const stage = stageOf(hall)
  const [a, b] = [await stage.connect(), await stage.connect()]
  await stage.server.close()
  await stage.server.close()
  expect(hall.ends).toEqual(['parentClosed', 'parentClosed', 'close', 'close'])
  expect([a.closed, b.closed]).toEqual([1000, 1000])
  expect([...a.take(), ...b.take()]).toEqual([])
  expect((stage.open() as Response).status).toBe(503)
})
