import { expect, test } from 'bun:test'
import { DIALECT_LIMITS } from '../dialect-limits.ts'
import { settled, Stage, type FakeClient } from './stage.ts'

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

test('RM16 data 10 000 levels deep passes, or is dropped; the room goes on', async () => {
  const [a, b] = await new Stage().pair()
  const [before] = [b.frames.length]
  a.write(`42["message","lake",${nested(10_000)}]`)
  a.write(`421["message","lake",${nested(10_000)}]`)
  await settled()
  expect(b.frames[before]).toBe(`42["message","lake",${nested(10_000)}]`)
  await a.say('message', 'lake', 'still here')
  expect(b.take().at(-1)).toEqual(['message', 'lake', 'still here'])
})

test('RM16 a name as deep as that is no name', async () => {
  const a = await new Stage().connect()
  for (const event of ['join', 'leave', 'message']) a.write(`42["${event}",${nested(10_000)}]`)
  await a.say('join', 'lake')
  expect(a.take()).toEqual([['joined', 'lake', a.id]])
})

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
  const [a, b] = await new Stage().pair()
  a.write(frame)
  a.write('42["join","hill"]')
  await settled()
  await settled()
  expect(a.closed).toBeNumber()
  expect(b.take()).toEqual([['bye', 'lake', a.id]])
  await b.say('join', 'hill')
  expect(b.closed).toBeUndefined()
})

test('RM16 frames before the namespace is joined close the connection', async () => {
  const stage = new Stage()
  const a = stage.open() as FakeClient
  await settled()
  a.write('42["join","lake"]')
  await settled()
  expect(a.closed).toBeNumber()
  expect(stage.hub.roomCount).toBe(0)
})

test.each([
  ['an unknown session', 'EIO=4&transport=websocket&sid=nobody'],
  ['an unknown transport', 'EIO=4&transport=pigeon'],
  ['no transport', ''],
  ['a name of objects', 'EIO=4&transport=constructor'],
  ['polling', 'EIO=4&transport=polling'],
])('RM16 a WebSocket for %s is refused', async (_, query) => {
  const stage = new Stage()
  const answer = stage.open(query)
  if (answer instanceof Response) {
    expect(answer.status).toBe(400)
  } else {
    await settled()
    expect(answer.closed).toBeNumber()
  }
  expect(stage.gateway.load).toEqual({ connections: 0, clients: 0, addresses: 0 })
})

test('RM17 more connections of one address are answered with 429, until one is closed', async () => {
  const stage = new Stage({ maxConnectionsPerAddress: 2 })
  const [a] = [await stage.connect(), await stage.connect()]
  expect((stage.open() as Response).status).toBe(429)
  expect(stage.open(undefined, '192.0.2.2')).not.toBeInstanceOf(Response)
  await a.drop()
  await stage.connect()
  expect((stage.open() as Response).status).toBe(429)
})

test('RM17 a WebSocket that goes before its session begins is counted out', async () => {
  const stage = new Stage()
  const client = stage.open() as FakeClient
  await client.drop()
  await settled()
  expect(stage.gateway.load.addresses).toBe(0)
})

test('RM17 rooms beyond the bound are full', async () => {
  const a = await new Stage().connect()
  for (let i = 0; i <= DIALECT_LIMITS.maxRooms; i++) await a.say('join', i)
  const answers = a.take().map(([event]) => event)
  expect(answers.filter((event) => event === 'joined')).toHaveLength(DIALECT_LIMITS.maxRooms)
  expect(answers.at(-1)).toBe('full')
  await a.say('leave', 0)
  await a.say('join', 'lake')
  expect(a.take().at(-1)).toEqual(['joined', 'lake', a.id])
})

test('RM17 so are rooms whose names are too long', async () => {
  const a = await new Stage().connect()
  const name = 'x'.repeat(DIALECT_LIMITS.maxRoomNamesLength)
  await a.say('join', name)
  await a.say('join', 'y')
  await a.say('leave', name)
  await a.say('join', 'y')
  expect(a.take().map(([event]) => event)).toEqual(['joined', 'full', 'leaved', 'joined'])
})

test('RM17 what is over the rate is not heard, and who goes on is cut off', async () => {
  const [a, b] = await new Stage().pair()
  const { burst } = DIALECT_LIMITS.messageRate
  for (let i = 0; i < burst; i++) a.write('42["message","lake",1]')
  await settled()
  const heard = b.take().length
  expect(heard).toBeLessThanOrEqual(burst)
  expect(heard).toBeGreaterThan(burst - 10)
  await a.say('message', 'lake', 2)
  expect(b.take()).toEqual([])
  expect(a.closed).toBeUndefined()
  for (let i = 0; i <= DIALECT_LIMITS.maxRateRefusals; i++) a.write('42["message","lake",1]')
  await settled()
  await settled()
  expect(a.closed).toBeNumber()
  expect(b.take()).toEqual([['bye', 'lake', a.id]])
})

test('RM17 attachments of what was not heard are not heard either', async () => {
  const stage = new Stage({ messageRate: { perSecond: 50, burst: 5 } })
  const [a, b] = [await stage.connect(), await stage.connect()]
  await a.say('join', 'lake')
  await b.say('join', 'lake')
  for (let i = 0; i < 3; i++) await a.say('message', 'lake', 1)
  a.write('452-["message","lake",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
  a.write(new Uint8Array([1]))
  stage.clock.advance(1_000)
  a.write(new Uint8Array([2]))
  await a.say('message', 'lake', 'after')
  expect(a.closed).toBeUndefined()
  expect(b.take().at(-1)).toEqual(['message', 'lake', 'after'])
})

test('RM17 what is said faster than other dialects bear is for this one only', async () => {
  const stage = new Stage({ translatedLengthRate: { perSecond: 1, burst: 10 } })
  const [a, b] = await stage.pair()
  await a.say('message', 'lake', 'x'.repeat(11))
  expect(b.take()).toEqual([['message', 'lake', 'x'.repeat(11)]])
})

test('RM17 who does not read is cut off', async () => {
  const [a, b] = await new Stage().pair()
  b.backlog = DIALECT_LIMITS.maxBacklogBytes + 1
  await a.say('message', 'lake', 1)
  await settled()
  expect(b.closed).toBe(1006)
  expect(a.take()).toEqual([['bye', 'lake', b.id]])
})
