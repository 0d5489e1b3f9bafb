import { FakeClock } from '@duet/base'
import { expect, test } from 'bun:test'
import { FakeCall } from '../testing/fakes.ts'
import { CallModel } from './call-model.ts'

function setUp() {
  const call = new FakeCall()
  const timers = new FakeClock()
  return { call, timers, model: new CallModel(call, timers) }
}

test('connecting -> 15 s without a path -> stuck -> connected', () => {
  const { call, timers, model } = setUp()
  call.go({ name: 'connecting' })
  call.emit('verification', { name: 'verified' })
  timers.advance(14_999)
  expect(model.isStuck.value).toBe(false)
  timers.advance(1)
  expect(model.isStuck.value).toBe(true)
  call.go({ name: 'connected' })
  expect(model.isStuck.value).toBe(false)
})

test('somebody who has to decide first is not stuck', () => {
  const { call, timers, model } = setUp()
  call.go({ name: 'connecting' })
  call.emit('verification', { name: 'mismatch', fault: 'different' })
  timers.advance(60_000)
  expect(model.isStuck.value).toBe(false)
})

test('nothing is left when it closes', () => {
  const { call, timers, model } = setUp()
  call.go({ name: 'connecting' })
  model.close()
  expect(timers.pending).toBe(0)
})
