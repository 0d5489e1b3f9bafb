import { expect, test } from 'bun:test'
import { readPush } from './push-event.ts'
import { isAccountPage, pressPlanOf, readNotificationData } from './press-plan.ts'
import { planOf, tagOf } from './push-plan.ts'

const CALL = '0123456789abcdef0123456789abcdef'
const RING = {
  type: 'ring',
  call: CALL,
  name: 'Ann',
  media: 'video',
  ringsUntil: 60_000,
  language: 'en',
} as const
const HIDDEN = { now: 10_000, isPageVisible: false }

test('a message of the server is read', () => {
  expect(readPush(JSON.stringify(RING))).toEqual(RING)
  const over = { type: 'over', call: CALL, name: '安', isMissed: true, language: 'zh' } as const
  expect(readPush(JSON.stringify(over))).toEqual(over)
})

test.each([
  '',
  'null',
  '[]',
  '{}',
  '{"type":"ring"}',
  JSON.stringify({ ...RING, call: '../../logout' }),
  JSON.stringify({ ...RING, type: 'news' }),
  JSON.stringify({ ...RING, ringsUntil: 'soon' }),
])('%p is not', (text) => {
  expect(readPush(text)).toBeUndefined()
})

test('a ring rings until it is answered, with both answers', () => {
  const plan = planOf(RING, HIDDEN)
  if (plan.name !== 'ring') throw new Error(plan.name)
  expect(plan.until).toBe(60_000)
  expect(plan.show.title).toBe('Ann is calling')
  expect(plan.show.options).toMatchObject({
    tag: tagOf(CALL),
    requireInteraction: true,
    renotify: true,
    data: { call: CALL, isRinging: true },
  })
  expect(plan.show.options.actions?.map(({ action }) => action)).toEqual(['accept', 'decline'])
  expect(plan.show.options.vibrate?.length).toBeGreaterThan(1)
  expect(plan.missed.options.silent).toBe(true)
})

test.each([60_000, 60_001, 1e12])('a ring that arrives at %p is late, and does not ring', (now) => {
  const plan = planOf(RING, { now, isPageVisible: false })
  if (plan.name !== 'missed') throw new Error(plan.name)
  expect(plan.show.title).toBe('Missed call from Ann')
  expect(plan.show.options).toMatchObject({ silent: true, data: { isRinging: false } })
  expect(plan.show.options.actions).toBeUndefined()
})

test('a page that somebody looks at rings by itself', () => {
  expect(planOf(RING, { now: 10_000, isPageVisible: true })).toEqual({ name: 'nothing' })
})

test('the end takes the place of the ring', () => {
  const over = { type: 'over', call: CALL, name: 'Ann', language: 'en' } as const
  expect(planOf({ ...over, isMissed: false }, HIDDEN)).toEqual({ name: 'close', tag: tagOf(CALL) })
  const missed = planOf({ ...over, isMissed: true }, HIDDEN)
  if (missed.name !== 'missed') throw new Error(missed.name)
  expect(missed.show.options.tag).toBe(tagOf(CALL))
})

test('it speaks the language of the browser, and calls nobody by an empty name', () => {
  const plan = planOf({ ...RING, name: '', language: 'zh' }, HIDDEN)
  expect(plan.name === 'ring' && plan.show.title).toBe('有人来电')
})

test.each([
  ['', { name: 'go', call: CALL, isAccept: true, path: `/people?call=${CALL}&accept=1` }],
  ['accept', { name: 'go', call: CALL, isAccept: true, path: `/people?call=${CALL}&accept=1` }],
  ['decline', { name: 'decline', path: `/api/calls/${CALL}/decline` }],
] as const)('a press on %p of a ring', (action, plan) => {
  expect(pressPlanOf({ call: CALL, isRinging: true }, action)).toEqual(plan)
})

test('a press on a missed call shows the history', () => {
  expect(pressPlanOf({ call: CALL, isRinging: false }, '')).toEqual({
    name: 'look',
    path: '/calls',
  })
})

test('other notifications are left alone', () => {
  expect(readNotificationData(null)).toBeUndefined()
  expect(readNotificationData({ call: 1 })).toBeUndefined()
  expect(readNotificationData({ call: CALL, isRinging: true })).toEqual({
    call: CALL,
    isRinging: true,
  })
})

test.each([
  ['https://duet.example/people', true],
  ['https://duet.example/people/ann', true],
  ['https://duet.example/settings?a=1', true],
  ['https://duet.example/r/lake', false],
  ['https://duet.example/', false],
  ['https://duet.example/peoples', false],
])('%p rings by itself: %p', (url, rings) => {
  expect(isAccountPage(url)).toBe(rings)
})
