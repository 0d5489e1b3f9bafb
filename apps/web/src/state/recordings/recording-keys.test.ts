import { expect, test } from 'bun:test'
import { FakeMemory } from '../../testing/fakes.ts'
import { RecordingKeys } from './recording-keys.ts'

test('keys are kept for the next visit, the newest first, each once', () => {
  const memory = new FakeMemory()
  const keys = new RecordingKeys(memory)
  keys.keep({ id: 'a', key: '1' })
  keys.keep({ id: 'b', key: '2' })
  keys.keep({ id: 'a', key: '3' })
  expect(new RecordingKeys(memory).all).toEqual([
    { id: 'a', key: '3' },
    { id: 'b', key: '2' },
  ])
  keys.forget('a')
  keys.forget('never kept')
  expect(new RecordingKeys(memory).all).toEqual([{ id: 'b', key: '2' }])
})

test('the oldest give way', () => {
  const keys = new RecordingKeys(new FakeMemory())
  for (let number = 0; number < 150; number += 1) keys.keep({ id: `${number}`, key: 'k' })
  expect(keys.all).toHaveLength(100)
  expect(keys.all[0]?.id).toBe('149')
})

test.each(['', '{', 'null', '{}', '[null, 1, {"id": 1, "key": "x"}, {"id": "", "key": "x"}]'])(
  'what is no list of keys is none: %p',
  (text) => {
    const memory = new FakeMemory()
    memory.set('duet.recordings', text)
    expect(new RecordingKeys(memory).all).toEqual([])
  },
)

test('what is too long to be a key is not kept', () => {
  const keys = new RecordingKeys(new FakeMemory())
  keys.keep({ id: 'a', key: 'x'.repeat(300) })
  expect(keys.all).toEqual([])
})
