import { expect, test } from 'bun:test'
import { settled, type FakeClient } from './fake-client.ts'
import { HallStage } from './hall-stage.ts'
import { STAGE_LIMITS } from './stage.ts'

test.each([
  ['no JSON', '42["message","lake",'],
  ['no event', '42{}'],
  ['no packet type', '49'],
  ['no frame type', 'x'],
  ['an empty frame', ''],
  ['depth without end', `42["message","lake",${'['.repeat(900_000)}`],
  ['bytes out of nowhere', new Uint8Array([1, 2, 3])],
  ['too many attachments', '4511-["message","lake"]'],
  ['text in place of an attachment', '451-["message","lake",{"_placeholder":true,"num":0}]'],
])('RM16 %s closes the connection, and nobody else hears of it', async (_, frame) => {
  const [a, b] = await new HallStage().pair()
  a.write(frame)
  a.write('42["echo","lake"]')
  await settled()
  await settled()
  expect(a.closed).toBeNumber()
  expect(b.take()).toEqual([['bye', a.id]])
  await b.say('echo', 'hill')
  expect(b.take()).toEqual([['echo', 'hill']])
  expect(b.closed).toBeUndefined()
})

test('RM16 frames before the namespace is joined close the connection', async () => {
  const stage = new HallStage()
  const a = stage.open() as FakeClient
  await settled()
  a.write('42["message","lake",1]')
  await settled()
  expect(a.closed).toBeNumber()
  expect(stage.server.load.clients).toBe(0)
})

test.each([
  ['an unknown session', 'EIO=4&transport=websocket&sid=nobody'],
  ['an unknown transport', 'EIO=4&transport=pigeon'],
  ['no transport', ''],
  ['a name of objects', 'EIO=4&transport=constructor'],
  ['polling', 'EIO=4&transport=polling'],
])('RM16 a WebSocket for %s is refused', async (_, query) => {
  const stage = new HallStage()
  const answer = stage.open(query)
  if (answer instanceof Response) {
    expect(answer.status).toBe(400)
  } else {
    await settled()
    expect(answer.closed).toBeNumber()
  }
  expect(stage.server.load).toEqual({ connections: 0, clients: 0, addresses: 0 })
})

test('RM17 more connections of one address are answered with 429, until one is closed', async () => {
  const stage = new HallStage({ maxConnectionsPerAddress: 2 })
  const [a] = [await stage.connect(), await stage.connect()]
  expect((stage.open() as Response).status).toBe(429)
  expect(stage.open(undefined, { address: '192.0.2.2' })).not.toBeInstanceOf(Response)
  await a.drop()
  await stage.connect()
  expect((stage.open() as Response).status).toBe(429)
})

test('RM17 a WebSocket that goes before its session begins is counted out', async () => {
  const stage = new HallStage()
  const client = stage.open() as FakeClient
  await client.drop()
  await settled()
  expect(stage.server.load.addresses).toBe(0)
})

test('RM17 what is over the rate is not heard, and who goes on is cut off', async () => {
  const [a, b] = await new HallStage().pair()
  const { burst } = STAGE_LIMITS.messageRate
  for (let i = 0; i < burst; i++) a.write('42["message","lake",1]')
  await settled()
  const heard = b.take().length
  expect(heard).toBeLessThanOrEqual(burst)
  expect(heard).toBeGreaterThan(burst - 10)
  await a.say('message', 'lake', 2)
  expect(b.take()).toEqual([])
  expect(a.closed).toBeUndefined()
  for (let i = 0; i <= STAGE_LIMITS.maxRateRefusals; i++) a.write('42["message","lake",1]')
  await settled()
  await settled()
  expect(a.closed).toBeNumber()
  expect(b.take()).toEqual([['bye', a.id]])
})

test('RM17 attachments of what was not heard are not heard either', async () => {
  const stage = new HallStage({ messageRate: { perSecond: 50, burst: 5 } })
  const [a, b] = await stage.pair()
  for (let i = 0; i < 3; i++) await a.say('message', 'lake', 1)
  a.write('452-["message","lake",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
  a.write(new Uint8Array([1]))
  stage.clock.advance(1_000)
  a.write(new Uint8Array([2]))
  await a.say('message', 'lake', 'after')
  expect(a.closed).toBeUndefined()
  expect(b.take().at(-1)).toEqual(['message', 'lake', 'after'])
})

test('RM17 who does not read is cut off', async () => {
  const [a, b] = await new HallStage().pair()
  b.backlog = STAGE_LIMITS.maxBacklogBytes + 1
  await a.say('message', 'lake', 1)
  await settled()
  expect(b.closed).toBe(1006)
  expect(a.take()).toEqual([['bye', b.id]])
})

test.each(['sid=x&sid=', 'sid=&sid=', 'EIO=3'])('RM17 a session named twice: %s', (query) => {
  const stage = new HallStage({ maxConnectionsPerAddress: 0 })
  const answer = stage.open(`EIO=4&transport=websocket&${query}`)
  expect((answer as Response).status).toBe(400)
  expect(stage.server.load).toEqual({ connections: 0, clients: 0, addresses: 0 })
})

test.each([
  ['EIO=4', '3'],
  ['EIO=4', '6'],
  ['EIO=3', '2'],
  ['EIO=3', new Uint8Array([2])],
])('RM17 who floods the engine is cut off: %s, %p', async (version, frame) => {
  const stage = new HallStage()
  const client = stage.open(`${version}&transport=websocket`) as FakeClient
  await settled()
  for (let i = 0; i < 5; i++) client.write(frame)
  await settled()
  expect(client.closed).toBeUndefined()
  for (let i = 0; i < 100; i++) client.write(frame)
  await settled()
  expect(client.closed).toBeNumber()
  expect(stage.server.load.clients).toBe(0)
})

test('RM17 an attachment over the rate takes its packet with it, and no more', async () => {
  const stage = new HallStage({ lengthRate: { perSecond: 1_000, burst: 1_000 } })
  const [a, b] = await stage.pair()
  a.write('452-["message","lake",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
  a.write(new Uint8Array(900))
  stage.clock.advance(1_000)
  a.write(new Uint8Array([1]))
  await a.say('message', 'lake', 'after')
  expect(a.closed).toBeUndefined()
  expect(b.take()).toEqual([['message', 'lake', 'after']])
})
