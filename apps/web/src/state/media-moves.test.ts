import { FakeClock } from '@duet/base'
import { expect, test } from 'bun:test'
import type { MediaPathInfo } from '@duet/client'
import { en } from '../i18n/en.ts'
import { zh } from '../i18n/zh.ts'
import { FakeCall } from '../testing/fakes.ts'
import { CallModel } from './call-model.ts'
import { Captures } from './captures/captures.ts'
import { MediaMoves } from './media-moves.ts'
import { Notices } from './notices.ts'

function setUp(before: Partial<MediaPathInfo> = {}) {
  const call = new FakeCall()
  const timers = new FakeClock()
  call.peer = { name: 'Ann', isAway: false, media: null }
  call.move({ isOffered: true, ...before })
  const model = new CallModel(call, timers)
  const notices = new Notices(timers)
  const moves = new MediaMoves({ call, model, notices, captures: new Captures({ call }) })
  const said = () => notices.current.value?.(en, 'en') ?? null
  return { call, model, moves, notices, said, timers }
}

const ENTERING = { name: 'entering', isThroughServer: true } as const
const SERVER = { name: 'server', isThroughServer: true } as const
const RETURNING = { name: 'returning', isThroughServer: true } as const
const DIRECT = { name: 'direct', isThroughServer: false } as const

test('V3 one press there, one press back', () => {
  const { call, moves } = setUp()
  expect([moves.isPossible, moves.isToServer]).toEqual([true, false])
  moves.toggle()
  call.move({ ...ENTERING, by: 'self' })
  expect(moves.isToServer).toBe(true)
  moves.toggle()
  call.move({ ...RETURNING, by: 'self' })
  expect(moves.isToServer).toBe(false)
  expect(call.requests).toEqual(['move server', 'move direct'])
})

test('V2 it is not possible where it is not offered; the way back always is', () => {
  const { call, moves } = setUp()
  call.move({ isOffered: false })
  expect(moves.isPossible).toBe(false)
  call.move({ ...SERVER, by: 'peer' })
  expect(moves.isPossible).toBe(true)
})

test('V6 nor where the other side is reached through the server only', () => {
  const { moves, said } = setUp({ ...SERVER, isOffered: false })
  expect([moves.isPossible, said()]).toEqual([false, null])
})

test('V3 the other side moves it: said at once, for good, with the way back', () => {
  const { call, notices, said, timers } = setUp()
  call.move({ ...ENTERING, by: 'peer' })
  expect(said()).toBe(
    'Ann moved the call through the server. It is no longer end-to-end encrypted.',
  )
  expect(notices.current.value?.(zh, 'zh')).toContain('Ann')
  call.move({ ...SERVER, by: 'peer' })
  timers.advance(600_000)
  expect(said()).toContain('Ann moved')
  const action = notices.action.value
  expect(action?.label(en, 'en')).toBe(en.goDirectly)
  action?.press()
  expect(call.requests).toEqual(['move direct'])
})

test('V3 one’s own move is said when it is done', () => {
  const { call, notices, said } = setUp()
  call.move({ ...ENTERING, by: 'self' })
  expect(said()).toBeNull()
  call.move({ ...SERVER, by: 'self' })
  expect(said()).toBe(en.throughServerNow)
  call.move({ ...RETURNING, by: 'self' })
  expect([said(), notices.action.value]).toEqual([null, null])
})

test.each([
  ['the other side moves it back', { ...RETURNING, by: 'peer', why: 'pressed' }, 'movedToDirect'],
  ['the server could not be used', { ...DIRECT, by: 'self', why: 'failed' }, 'serverFailed'],
  ['the other side could not', { ...DIRECT, by: 'peer', why: 'failed' }, 'serverFailed'],
  ['the server was gone', { ...RETURNING, by: 'self', why: 'lost' }, 'serverLost'],
] as [string, Partial<MediaPathInfo>, 'movedToDirect' | 'serverFailed' | 'serverLost'][])(
  'V5 %s: a passing sentence',
  (_what, info, key) => {
    const { call, notices, said, timers } = setUp()
    call.move({ ...SERVER, by: 'peer' })
    call.move(info)
    const sentence = en[key]
    expect(said()).toBe(typeof sentence === 'string' ? sentence : sentence('Ann'))
    expect(notices.action.value).toBeNull()
    timers.advance(6_000)
    expect(said()).toBeNull()
  },
)

test('V5 a peer that is gone moved nothing', () => {
  const { call, said } = setUp()
  call.move({ ...ENTERING, by: 'self' })
  call.move({ ...DIRECT, by: null, isOffered: false })
  expect(said()).toBeNull()
})

test('a page that comes late says what it finds', () => {
  expect(setUp({ ...SERVER, by: 'peer' }).said()).toContain('Ann moved')
})

test('B8 the way that a recording takes is told with the recording, not once more', () => {
  const { call, moves, notices, said } = setUp()
  call.changeCapture({ active: [{ id: 'c1', purpose: 'record', state: 'starting', by: 'peer' }] })
  call.move({ ...ENTERING, by: 'peer' })
  call.move({ ...SERVER, by: 'peer' })
  expect([said(), moves.isHeld]).toEqual([null, true])
  notices.show(() => 'The recording is kept.')
  call.changeCapture({ active: [] })
  call.move({ ...RETURNING, by: 'self' })
  call.move({ ...DIRECT, by: 'self' })
  expect([said(), moves.isHeld]).toEqual(['The recording is kept.', false])
})

test('B8 a way that is lost while it is recorded is told', () => {
  const { call, said } = setUp()
  call.changeCapture({ active: [{ id: 'c1', purpose: 'record', state: 'running', by: 'self' }] })
  call.move({ ...SERVER, by: 'self' })
  call.move({ ...DIRECT, by: 'self', why: 'lost' })
  expect(said()).toBe(en.serverLost)
})

test('B8 what was said of the peer’s way there goes when it is known what it is for', () => {
  const { call, said } = setUp()
  call.move({ ...ENTERING, by: 'peer' })
  expect(said()).toBe(en.movedToServer('Ann'))
  call.changeCapture({ active: [{ id: 'c1', purpose: 'live', state: 'starting', by: 'peer' }] })
  expect(said()).toBe(null)
  call.changeCapture({ active: [] })
  call.move({ ...DIRECT, by: 'peer' })
  expect(said()).toBe(null)
})

test('B8 where a person moved it there before, it says so, and stays said', () => {
  const { call, moves, notices, said } = setUp()
  call.move({ ...SERVER, by: 'peer' })
  notices.show(() => 'Something else')
  call.changeCapture({ active: [{ id: 'c1', purpose: 'live', state: 'running', by: 'self' }] })
  expect(said()).toBe('Something else')
  call.changeCapture({ active: [] })
  call.move({ ...DIRECT, by: 'peer' })
  expect([said(), moves.isToServer]).toEqual([en.movedToDirect('Ann'), false])
})
