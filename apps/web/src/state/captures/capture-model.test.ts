import { FakeClock } from '@duet/base'
import type { Capture, CaptureInfo } from '@duet/client'
import { expect, test } from 'bun:test'
import { CAPTURE_FAULT_SENTENCES } from '../../i18n/capture-fault-sentences.ts'
import { en } from '../../i18n/en.ts'
import { moreEn } from '../../i18n/more-en.ts'
import { FakeCall } from '../../testing/fakes.ts'
import { Notices } from '../notices.ts'
import { Captures } from './captures.ts'
import { CaptureModel } from './capture-model.ts'

function setUp(before: Partial<CaptureInfo> = {}) {
  const call = new FakeCall()
  call.changeCapture({ offered: ['record', 'live'], ...before })
  const clock = new FakeClock()
  const notices = new Notices(clock)
  const captures = new Captures({ call })
  const kept: string[] = []
  const model = new CaptureModel({
    call,
    info: captures.info,
    peerName: () => 'Ben',
    notices,
    timers: clock,
    keep: ({ id, key }) => kept.push(`${id}.${key}`),
    openRecordings: () => kept.push('opened'),
  })
  captures.keep(() => model)
  const said = () => notices.current.value?.(en, 'en') ?? null
  return { call, captures, clock, kept, model, notices, said }
}

const RUNNING: Capture = { id: 'c1', purpose: 'record', by: 'self', state: 'running' }
const RECORDING = { id: 'r1', key: 'k1' }
const STOPPED: Capture = { ...RUNNING, state: 'stopped', recording: RECORDING }

test('B3 asking is one’s own consent; it starts by itself with the answer', () => {
  const { call, model } = setUp()
  model.ask('record')
  expect(model.wish.value).toEqual({ purpose: 'record', options: undefined })
  call.changeCapture({ ownConsents: ['record'] })
  expect(call.requests).toEqual(['agree to record'])
  call.changeCapture({ peerConsents: ['record'] })
  expect(call.requests).toEqual(['agree to record', 'start record'])
  expect(model.wish.value).toBe(null)
})

test('what is to be shown live is kept until the answer', () => {
  const { call, model } = setUp()
  model.isPlanning.value = true
  model.ask('live', { layout: 'side-by-side' })
  expect(model.isPlanning.value).toBe(false)
  call.changeCapture({ ownConsents: ['live'] })
  call.changeCapture({ peerConsents: ['live'] })
  expect(call.requests).toEqual(['agree to live', 'start live side-by-side'])
})

test('who is asked sees the question until it is answered with yes', () => {
  const { call, model } = setUp()
  expect(model.question.value).toBe(null)
  call.changeCapture({ peerConsents: ['live'] })
  expect(model.question.value).toBe('live')
  model.answer('live', true)
  call.changeCapture({ ownConsents: ['live'] })
  expect(model.question.value).toBe(null)
  expect(call.requests).toEqual(['agree to live'])
})

test('a no takes the question away, and another question comes anew', () => {
  const { call, model } = setUp({ peerConsents: ['record'] })
  model.answer('record', false)
  expect(model.question.value).toBe(null)
  expect(call.requests).toEqual(['not record'])
  call.changeCapture({ peerConsents: [] })
  call.changeCapture({ peerConsents: ['record'] })
  expect(model.question.value).toBe('record')
})

test('a no is told kindly to who asked', () => {
  const { call, model, said } = setUp()
  model.ask('record')
  call.changeCapture({ ownConsents: ['record'] })
  call.changeCapture({ ownConsents: [] })
  expect(said()).toBe(moreEn.declined.record('Ben'))
  expect(model.wish.value).toBe(null)
})

test('who asked may think better of it, which is no answer', () => {
  const { call, model, said } = setUp()
  model.ask('record')
  call.changeCapture({ ownConsents: ['record'] })
  model.withdraw()
  call.changeCapture({ ownConsents: [] })
  expect(call.requests).toEqual(['agree to record', 'not record'])
  expect([said(), model.wish.value]).toEqual([null, null])
})

test('with the person goes the question, without a word', () => {
  const { call, model, said } = setUp()
  model.ask('record')
  call.changeCapture({ ownConsents: ['record'] })
  call.changeCapture({ offered: [], ownConsents: [] })
  expect([said(), model.wish.value]).toEqual([null, null])
})

test('a refusal ends the question', () => {
  const { call, model } = setUp()
  model.ask('record')
  call.emit('refused', 'rate-limited')
  expect(model.wish.value?.purpose).toBe('record')
  call.emit('refused', 'capture-unavailable')
  expect(model.wish.value).toBe(null)
})

test('one that is on is not asked for again', () => {
  const { call, model } = setUp({ active: [RUNNING] })
  model.ask('record')
  expect(call.requests).toEqual([])
})

test('the time counts from when it runs, for each by itself', () => {
  const { call, clock, model } = setUp()
  call.changeCapture({ active: [{ ...RUNNING, state: 'starting' }] })
  expect(model.since.value.size).toBe(0)
  const began = clock.now()
  call.changeCapture({ active: [RUNNING] })
  clock.advance(5_000)
  call.changeCapture({ active: [RUNNING, { ...RUNNING, id: 'c2', purpose: 'live' }] })
  expect([...model.since.value]).toEqual([
    ['c1', began],
    ['c2', began + 5_000],
  ])
})

test('B6 the key of a recording is kept as soon as it is told', () => {
  const { call, captures, kept, model } = setUp()
  call.changeCapture({ active: [{ ...RUNNING, recording: RECORDING }] })
  expect(kept).toEqual(['r1.k1'])
  expect([model.hasRecorded.value, captures.isOn.value]).toEqual([true, true])
})

test('B4 each recording is asked for anew: with its end the consent ends', () => {
  const both = { ownConsents: ['record'], peerConsents: ['record'] } as const
  const { call, kept, model, notices, said } = setUp({ ...both, active: [RUNNING] })
  model.opened.value = 'record'
  call.changeCapture({ active: [] })
  expect(model.opened.peek()).toBe(null)
  expect(call.requests).toEqual(['not record'])
  expect(said()).toBe(null)
  call.changeCapture({ ownConsents: [], peerConsents: [], ended: [STOPPED] })
  expect(said()).toBe(moreEn.ended.record)
  notices.action.value?.press()
  expect(kept.at(-1)).toBe('opened')
  notices.dismiss()
  call.changeCapture({ peerConsents: [] })
  expect(said()).toBe(null)
})

test('B4 who takes the consent back is named', () => {
  const both = { ownConsents: ['record'], peerConsents: ['record'] } as const
  const { call, said } = setUp({ ...both, active: [RUNNING] })
  call.changeCapture({ active: [], peerConsents: [] })
  expect(said()).toBe(moreEn.takenBack.record('Ben'))
})

test('a part that goes wrong is said once; the rest goes on', () => {
  const live: Capture = { ...RUNNING, purpose: 'live', fault: 'push-refused' }
  const { call, notices, said } = setUp()
  call.changeCapture({ active: [live] })
  expect(said()).toBe(CAPTURE_FAULT_SENTENCES['push-refused'].en)
  notices.dismiss()
  call.changeCapture({ active: [{ ...live }] })
  expect(said()).toBe(null)
  call.changeCapture({ active: [], ended: [{ ...live, state: 'stopped' }] })
  expect(said()).toBe(moreEn.ended.live)
})

test('RE7 whose sound and picture stay away is said, and when they are back', () => {
  const { call, notices, said } = setUp({ active: [RUNNING] })
  const fault = 'no-media'
  call.changeCapture({ active: [{ ...RUNNING, fault, missing: ['peer'] }] })
  expect(said()).toBe(moreEn.missing.record.peer('Ben'))
  notices.dismiss()
  call.changeCapture({ active: [{ ...RUNNING, fault, missing: ['peer'] }] })
  expect(said()).toBe(null)
  call.changeCapture({ active: [{ ...RUNNING, fault, missing: ['self', 'peer'] }] })
  expect(said()).toBe(moreEn.missing.record.both)
  call.changeCapture({ active: [{ ...RUNNING, fault, missing: ['self'] }] })
  expect(said()).toBe(moreEn.missing.record.self)
  call.changeCapture({ active: [RUNNING] })
  expect(said()).toBe(moreEn.arriving.record)
  notices.dismiss()
  call.changeCapture({ active: [{ ...RUNNING, fault, missing: ['peer'] }] })
  expect(said()).toBe(moreEn.missing.record.peer('Ben'))
})

test.each([
  'disk-full',
  'disk-slow',
  'disk-failed',
  'no-room',
  'no-ffmpeg',
  'ffmpeg-failed',
  'no-media',
  'too-many',
] as const)('one that ends with %s says so', (fault) => {
  const { call, said } = setUp({ active: [RUNNING] })
  call.changeCapture({ active: [], ended: [{ ...RUNNING, state: 'failed', fault }] })
  expect(said()).toBe(CAPTURE_FAULT_SENTENCES[fault].en)
})

test('B4 stopping and taking back are two requests', () => {
  const { call, model } = setUp({ active: [RUNNING] })
  model.stop('record')
  model.takeBack('record')
  expect(call.requests).toEqual(['stop record', 'not record'])
})

test('what was over before it was loaded is not told', () => {
  const { call, said } = setUp({ ended: [STOPPED] })
  call.changeCapture({})
  expect(said()).toBe(null)
})

test('nothing is left when it closes', () => {
  const { call, captures } = setUp()
  captures.close()
  expect(call.listeners).toBe(0)
})
