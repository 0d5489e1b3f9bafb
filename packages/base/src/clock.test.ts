import { afterEach, describe, expect, setSystemTime, test } from 'bun:test'
import { FakeClock, steadyClock, systemClock } from './clock.ts'

describe('FakeClock', () => {
  test('fires what falls due in order of time, whatever the order of making', () => {
    const clock = new FakeClock(1000)
    const fired: [string, number][] = []
    clock.after(30, () => fired.push(['late', clock.now()]))
    clock.after(10, () => fired.push(['early', clock.now()]))
    clock.every(20, () => fired.push(['every', clock.now()]))
    clock.advance(45)
    expect(fired).toEqual([
      ['early', 1010],
      ['every', 1020],
      ['late', 1030],
      ['every', 1040],
    ])
    expect(clock.now()).toBe(1045)
  })

  test('fires what a timer starts within the same advance', () => {
    const clock = new FakeClock()
    let isDone = false
    clock.after(10, () => clock.after(10, () => (isDone = true)))
    clock.advance(19)
    expect(isDone).toBe(false)
    clock.advance(1)
    expect(isDone).toBe(true)
  })

  test('a cancelled timer does not fire, and pending counts those that would', () => {
    const clock = new FakeClock()
    let fired = 0
    const cancelOnce = clock.after(10, () => fired++)
    const cancelEvery = clock.every(10, () => fired++)
    expect(clock.pending).toBe(2)
    cancelOnce()
    cancelOnce()
    clock.advance(10)
    expect(fired).toBe(1)
    cancelEvery()
    expect(clock.pending).toBe(0)
    clock.advance(100)
    expect(fired).toBe(1)
  })

  test('a timer that cancels itself while it fires stays cancelled', () => {
    const clock = new FakeClock()
    let fired = 0
    const cancel = clock.every(10, () => {
      fired++
      cancel()
    })
    clock.advance(50)
    expect(fired).toBe(1)
    expect(clock.pending).toBe(0)
  })
})

describe('systemClock', () => {
  test('fires after, repeats every, and cancels both', async () => {
    const before = systemClock.now()
    const fired = Promise.withResolvers<undefined>()
    let isCancelledFired = false
    const cancel = systemClock.after(1, () => (isCancelledFired = true))
    cancel()
    let beats = 0
    const stop = systemClock.every(1, () => {
      if (++beats === 2) systemClock.after(1, () => fired.resolve(undefined))
    })
    await fired.promise
    stop()
    expect(beats).toBeGreaterThanOrEqual(2)
    expect(isCancelledFired).toBe(false)
    expect(systemClock.now()).toBeGreaterThanOrEqual(before)
  })
})

describe('steadyClock', () => {
  afterEach(() => {
    setSystemTime()
  })

  test('counts from the epoch, in whole milliseconds', () => {
    expect(Math.abs(steadyClock.now() - Date.now())).toBeLessThan(60_000)
    expect(Number.isInteger(steadyClock.now())).toBe(true)
  })

  test.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])('does not follow when the clock is set %s', (_, ms) => {
    const before = [steadyClock.now(), systemClock.now()] as const
    setSystemTime(Date.now() + ms)
    expect(Math.abs(systemClock.now() - before[1] - ms)).toBeLessThan(60_000)
    expect(steadyClock.now() - before[0]).toBeWithin(0, 60_000)
  })
})
