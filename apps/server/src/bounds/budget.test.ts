import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { Budget } from './budget.ts'

/** One message at once, one more each ten seconds; three too many are forgiven. */
const LIMITS = {
  messageRate: { perSecond: 0.1, burst: 1 },
  lengthRate: { perSecond: 10, burst: 100 },
  maxRateRefusals: 3,
}

test('RM17 TP13 what is over the rate is not heard, and who goes on is cut off', () => {
  const budget = new Budget(LIMITS, new FakeClock())
  expect(budget.admit(1)).toBe(true)
  for (let refusal = 0; refusal < 3; refusal++) expect(budget.admit(1)).toBe(false)
  expect(budget.isSpent).toBe(false)
  expect(budget.admit(1)).toBe(false)
  expect(budget.isSpent).toBe(true)
})

test('RM17 TP13 a moment of haste now and then is forgotten', () => {
  const clock = new FakeClock()
  const budget = new Budget(LIMITS, clock)
  for (let minute = 0; minute < 60; minute++) {
    for (let message = 0; message < 4; message++) budget.admit(1)
    expect(budget.isSpent).toBe(false)
    clock.advance(60_000)
  }
})

test('RM17 TP13 much text counts as many messages do', () => {
  const budget = new Budget(LIMITS, new FakeClock())
  expect(budget.admit(101)).toBe(false)
})
