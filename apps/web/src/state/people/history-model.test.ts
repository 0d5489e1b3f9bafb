import { expect, test } from 'bun:test'
import { settled } from '../../testing/fakes.ts'
import { en } from '../../i18n/en.ts'
import { peopleEn } from '../../i18n/people-en.ts'
import type { HistoryCall } from './api-types.ts'
import { HistoryModel } from './history-model.ts'
import { callSentence } from './people-wording.ts'
import { FakePhone, FakeServer } from './testing.ts'

function call(id: number, more: Partial<HistoryCall> = {}): HistoryCall {
  return {
    id: String(id),
    caller: 1,
    callee: 2,
    media: 'video',
    startedAt: id * 1000,
    answeredAt: null,
    endedAt: id * 1000 + 500,
    reason: 'no-answer',
    text: null,
    isMissed: false,
    with: { id: 2, name: 'ben', displayName: 'Ben' },
    ...more,
  }
}

const INCOMING = { caller: 2, callee: 1 }

async function setUp(calls: HistoryCall[]) {
  const phone = new FakePhone()
  const server = new FakeServer()
  server.answer('GET /api/calls?limit=50', { calls })
  server.answer('POST /api/calls/seen', undefined, 204)
  const model = new HistoryModel(phone, server.api)
  await settled()
  return { phone, server, model }
}

test('a filter lets through what it says', async () => {
  const { model } = await setUp([
    call(3),
    call(2, { ...INCOMING, isMissed: true }),
    call(1, INCOMING),
  ])
  const shown = (filter: typeof model.filter.value) => {
    model.filter.value = filter
    return model.shown.value.map(({ id }) => id)
  }
  expect(shown('all')).toEqual(['3', '2', '1'])
  expect(shown('missed')).toEqual(['2'])
  expect(shown('incoming')).toEqual(['2', '1'])
  expect(shown('outgoing')).toEqual(['3'])
})

test('missed calls are seen once somebody looks, and only then', async () => {
  const { server } = await setUp([call(1, { ...INCOMING, isMissed: true })])
  expect(server.requests.filter((request) => request === 'POST /api/calls/seen')).toHaveLength(1)
  const other = await setUp([call(1)])
  expect(other.server.requests).not.toContain('POST /api/calls/seen')
})

test('being told that they were seen does not go round in circles', async () => {
  const { phone, server } = await setUp([call(1, { ...INCOMING, isMissed: true })])
  phone.tell('history', 0)
  await settled()
  expect(server.requests.filter((request) => request === 'POST /api/calls/seen')).toHaveLength(1)
})

test('one call is deleted, or all, and neither when the server says no', async () => {
  const { server, model } = await setUp([call(2), call(1)])
  expect(await model.delete('2')).toBe(false)
  expect(model.calls.value).toHaveLength(2)
  server.answer('DELETE /api/calls/2', undefined, 204)
  expect(await model.delete('2')).toBe(true)
  expect(model.calls.value.map(({ id }) => id)).toEqual(['1'])
  server.answer('DELETE /api/calls', undefined, 204)
  expect(await model.deleteAll()).toBe(true)
  expect(model.calls.value).toEqual([])
})

test('earlier calls follow, each once', async () => {
  const latest = Array.from({ length: 50 }, (_, index) => call(100 - index))
  const { server, model } = await setUp(latest)
  server.answer('GET /api/calls?before=51000&limit=50', { calls: [call(51), call(50)] })
  await model.showMore()
  expect(model.calls.value).toHaveLength(51)
  expect(model.hasMore.value).toBe(false)
})

test.each([
  ['No answer', call(1)],
  ['Missed', call(1, INCOMING)],
  ['Going on now', call(1, { reason: null, endedAt: null })],
  ['1 min 2 s', call(1, { answeredAt: 1000, endedAt: 63_000, reason: 'hung-up' })],
  [
    '5 s, then the connection was lost',
    call(1, { answeredAt: 1000, endedAt: 6000, reason: 'lost' }),
  ],
  ['Missed: do not disturb', call(1, { ...INCOMING, reason: 'do-not-disturb' })],
])('a call is told as "%s"', (sentence, which) => {
  expect(callSentence(which, en, peopleEn)).toBe(sentence)
})
