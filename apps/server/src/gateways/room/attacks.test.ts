import { describe, expect, test } from 'bun:test'
import { isMessage, isOverfull } from './engine-packets.ts'
import { settled, Stage, type FakeClient } from './stage.ts'

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

test.each(['sid=x&sid=', 'sid=&sid=', 'EIO=3'])('RM17 a session named twice: %s', (query) => {
  const stage = new Stage({ maxConnectionsPerAddress: 0 })
  const answer = stage.open(`EIO=4&transport=websocket&${query}`)
  expect((answer as Response).status).toBe(400)
  expect(stage.gateway.load).toEqual({ connections: 0, clients: 0, addresses: 0 })
})

test.each([
  ['EIO=4', '3'],
  ['EIO=4', '6'],
  ['EIO=3', '2'],
  ['EIO=3', new Uint8Array([2])],
])('RM17 who floods the engine is cut off: %s, %p', async (version, frame) => {
  const stage = new Stage()
  const client = stage.open(`${version}&transport=websocket`) as FakeClient
  await settled()
  for (let i = 0; i < 5; i++) client.write(frame)
  await settled()
  expect(client.closed).toBeUndefined()
  for (let i = 0; i < 100; i++) client.write(frame)
  await settled()
  expect(client.closed).toBeNumber()
  expect(stage.gateway.load.clients).toBe(0)
})

test('RM17 an attachment over the rate takes its packet with it, and no more', async () => {
  const stage = new Stage({ lengthRate: { perSecond: 1_000, burst: 1_000 } })
  const [a, b] = await stage.pair()
  a.write('452-["message","lake",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
  a.write(new Uint8Array(900))
  stage.clock.advance(1_000)
  a.write(new Uint8Array([1]))
  await a.say('message', 'lake', 'after')
  expect(a.closed).toBeUndefined()
  expect(b.take()).toEqual([['message', 'lake', 'after']])
})

describe('RM17 bodies with too many packets', () => {
  const bytes = (packets: number) =>
    Uint8Array.from({ length: packets * 4 }, (_, index) => [0, 1, 255, 50][index % 4] ?? 0)

  test.each([
    ['4', '4', 1, false],
    ['4', Array(500).fill('3').join('\u001E'), 500, false],
    ['4', Array(501).fill('3').join('\u001E'), 501, true],
    ['3', '1:2'.repeat(500), 500, false],
    ['3', '1:2'.repeat(501), 501, true],
    ['3', '4:4:::', 1, false],
    ['3', 'x'.repeat(5_000), 1, false],
    ['3', '-1:'.repeat(5_000), 1, true],
    ['3', bytes(500), 500, false],
    ['3', bytes(501), 501, true],
  ])('version %s, %#', (version, body, _, isTooMuch) => {
    expect(isOverfull(body, version === '3')).toBe(isTooMuch)
  })
})

test.each([
  ['42["join"]', false, true],
  ['42["join"]', true, true],
  ['bAQ==', false, true],
  ['b4AQ==', true, true],
  ['b3AQ==', true, false],
  ['2probe', true, false],
  ['3', false, false],
  ['', false, false],
  [new Uint8Array([1]), false, true],
  [new Uint8Array([4, 1]), true, true],
  [new Uint8Array([2]), true, false],
  [new Uint8Array(), true, false],
])('RM17 %p, version 3: %p, is counted as a message: %p', (frame, isVersion3, isCounted) => {
  expect(isMessage(frame, isVersion3)).toBe(isCounted)
})
