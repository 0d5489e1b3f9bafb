import { FakeClock } from '@duet/base'
import { signal } from '@preact/signals'
import { expect, test } from 'bun:test'
import type { PathReport } from '@duet/client'
import { FakeCall, settled } from '../testing/fakes.ts'
import { CallModel } from './call-model.ts'
import { DetailsModel } from './details-model.ts'

const measured = (mode: PathReport['mode']) => ({ at: 0, mode }) as PathReport

async function connected(mode: PathReport['mode']) {
  const call = new FakeCall()
  const timers = new FakeClock()
  const model = new CallModel(call, timers)
  const details = new DetailsModel(call, { model, isShown: signal(false), timers })
  call.report = measured(mode)
  call.go({ name: 'connected' })
  await settled()
  return { call, details, model, timers }
}

test.each(['direct', 'relay'] as const)('the mode is %s as it was measured', async (mode) => {
  const { call, details } = await connected(mode)
  expect(details.mode.value).toBe(mode)
  call.go({ name: 'waiting' })
  expect(details.mode.value).toBeNull()
})

test('V4 the mode is server from the first thing that goes there to the last', async () => {
  const { call, details } = await connected('direct')
  call.move({ name: 'entering', isThroughServer: true })
  expect(details.mode.value).toBe('server')
  call.report = measured('server')
  call.move({ name: 'server' })
  await settled()
  expect([details.mode.value, details.report.value?.mode]).toEqual(['server', 'server'])
  call.move({ name: 'returning' })
  expect(details.mode.value).toBe('server')
  call.report = measured('direct')
  call.move({ name: 'direct', isThroughServer: false })
  expect(details.mode.value).toBe('direct')
  await settled()
  expect(details.mode.value).toBe('direct')
})

test('V4 what changes while it is measured is measured again', async () => {
  const { call, details } = await connected('direct')
  call.report = measured('server')
  call.move({ name: 'server', isThroughServer: true })
  call.report = measured('direct')
  call.move({ name: 'direct', isThroughServer: false })
  await settled()
  expect(details.mode.value).toBe('direct')
})

test('through the server is as good as direct: it is measured for the badge alone', async () => {
  const { call, details, timers } = await connected('relay')
  call.report = measured('server')
  call.move({ name: 'server', isThroughServer: true })
  await settled()
  call.requests.splice(0)
  timers.advance(4_900)
  expect(call.requests).toEqual([])
  details.close()
})
