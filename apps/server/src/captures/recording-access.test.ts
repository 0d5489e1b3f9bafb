import { afterEach, expect, test } from 'bun:test'
import { WRONG_KEY_RATE } from './limits.ts'
import { newRecordingKey, parseRecordingKey } from './recording-key.ts'
import { CaptureStage } from './testing/capture-stage.ts'

let stage: CaptureStage
afterEach(() => stage.close())

const nobody = { user: undefined, keys: [], address: '192.0.2.1' }

async function recorded() {
  stage = await CaptureStage.open()
  const members = [
    { id: 'ann', stream: 'ann', name: 'Ann', user: 4 },
    { id: 'ben', stream: 'ben', name: 'Ben' },
  ]
  return stage.record({ members })
}

test('RE4 it is for members who were logged in, and for whoever has the key', async () => {
  const { id, key } = await recorded()
  const find = async (asker: object) => {
    const found = await stage.access.find(id, { ...nobody, ...asker })
    return typeof found === 'object' ? found.id : found
  }
  expect(await find({ user: 4 })).toBe(id)
  expect(await find({ keys: [{ id, key }] })).toBe(id)
  expect(await find({ user: 5, keys: [{ id, key }] })).toBe(id)
  expect(await find({ user: 4, keys: [{ id, key: newRecordingKey().key }] })).toBe(id)
  expect(await find({})).toBeUndefined()
  expect(await find({ user: 5 })).toBeUndefined()
  expect(await find({ keys: [{ id, key: newRecordingKey().key }] })).toBeUndefined()
  expect(await find({ keys: [{ id: newRecordingKey().id, key }] })).toBeUndefined()
  expect(await stage.access.find('../x', { ...nobody, user: 4 })).toBeUndefined()
})

test('RE4 wrong keys are limited, whether the recording is there or not; right ones are not', async () => {
  const { id, key } = await recorded()
  const find = (pair: { id: string; key: string }, address = nobody.address) =>
    stage.access.find(pair.id, { ...nobody, keys: [pair], address })
  for (let count = 0; count < 2 * WRONG_KEY_RATE.burst; count += 1) await find({ id, key })
  for (let count = 0; count < WRONG_KEY_RATE.burst; count += 1) {
    const pair = newRecordingKey()
    expect(await find(count % 2 ? pair : { id, key: pair.key })).toBeUndefined()
  }
  expect(await find(newRecordingKey())).toBe('guesses-too-often')
  expect(await find({ id, key })).toBe('guesses-too-often')
  expect(await find({ id, key }, '192.0.2.2')).toMatchObject({ id })
  stage.clock.advance(1000 / WRONG_KEY_RATE.perSecond)
  expect(await find({ id, key })).toMatchObject({ id })
})

test.each(['', '.', 'x', `${'a'.repeat(32)}.`, `${'a'.repeat(32)}.b`, `.${'b'.repeat(43)}`])(
  '%p is no key',
  (text) => {
    expect(parseRecordingKey(text)).toBeUndefined()
  },
)

test('a key is read as it was given', () => {
  const pair = newRecordingKey()
  expect(parseRecordingKey(`${pair.id}.${pair.key}`)).toEqual(pair)
  expect(parseRecordingKey(`${pair.id}.${pair.key}.x`)).toBeUndefined()
})
