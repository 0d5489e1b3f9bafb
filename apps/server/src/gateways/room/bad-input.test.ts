import { expect, test } from 'bun:test'
import { settled } from '../../socket-io/fake-client.ts'
import { DIALECT_LIMITS } from '../dialect-limits.ts'
import { Stage } from './stage.ts'

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

test('RM17 what is said faster than other dialects bear is for this one only', async () => {
  const stage = new Stage({ translatedLengthRate: { perSecond: 1, burst: 10 } })
  const [a, b] = await stage.pair()
  await a.say('message', 'lake', 'x'.repeat(11))
  expect(b.take()).toEqual([['message', 'lake', 'x'.repeat(11)]])
})

test('RM8 RM15 a wish for an acknowledgement leads to nobody', async () => {
  const [a, b] = await new Stage().pair()
  a.write('427["message","lake"]')
  a.write('428["message","lake","text"]')
  a.write('451-9["message","lake",{"_placeholder":true,"num":0}]')
  a.write(new Uint8Array([1]))
  await settled()
  expect(b.take()).toEqual([['message', 'lake', 'text']])
  expect(b.frames.filter((frame) => /^4(2|5\d+-)\d+\[/.test(String(frame)))).toEqual([])
  for (const id of ['', 0, 1, 7, 9]) b.write(`43${id}["past all rooms"]`)
  await settled()
  expect(a.take()).toEqual([])
  expect(a.frames.some((frame) => String(frame).includes('past'))).toBe(false)
})

test('RM16 a message without data is ignored', async () => {
  const [a, b] = await new Stage().pair()
  await a.say('message', 'lake')
  await a.say('message', 'lake', null)
  expect(b.take()).toEqual([['message', 'lake', null]])
})
