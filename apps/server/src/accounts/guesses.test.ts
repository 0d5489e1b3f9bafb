import { beforeEach, describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { AccountError } from './account-error.ts'
import { Guesses, type Try } from './guesses.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

let clock: FakeClock
let guesses: Guesses

beforeEach(() => {
  clock = new FakeClock()
  guesses = new Guesses(clock)
})

const from = (address: string, more: Partial<Try> = {}): Try => ({
  name: 'ann',
  address,
  device: undefined,
  ...more,
})

/** Tries once, wrongly; returns how long to wait, or 0 when it was let through. */
function tryWrong(attempt: Try): number {
  try {
    guesses.admit(attempt)
    return 0
  } catch (error) {
    if (!(error instanceof AccountError) || error.code !== 'rate-limited') throw error
    return error.retryAfterMs ?? 0
  }
}

/** Tries whenever it is let, for so long; returns how many tries were let through. */
function guessFor(durationMs: number, attempts: readonly Try[], stepMs = 1000): number {
  let count = 0
  for (const end = clock.now() + durationMs; clock.now() < end; clock.advance(stepMs)) {
    for (const attempt of attempts) if (tryWrong(attempt) === 0) count++
  }
  return count
}

describe('one address at one account', () => {
  test('mistypes five times for free, then waits twice as long each time', () => {
    const waits: number[] = []
    for (let round = 0; round < 10; round++) {
      expect(tryWrong(from('192.0.2.1'))).toBe(0)
      const waitMs = tryWrong(from('192.0.2.1'))
      waits.push(waitMs)
      clock.advance(Math.max(waitMs, 10_000))
    }
    // Each asks again at once: a refused try costs nothing further.
    expect(waits.slice(0, 1)).toEqual([0])
    expect(waits.at(-1)).toBeGreaterThan(60_000)
    const growing = waits.filter((waitMs) => waitMs > 0)
    for (const [index, waitMs] of growing.entries()) {
      if (index > 0) expect(waitMs).toBe((growing[index - 1] ?? 0) * 2)
    }
  })

  test('gets fewer than 150 guesses a day', () => {
    expect(guessFor(DAY_MS, [from('192.0.2.1')], 15_000)).toBeLessThan(150)
  })

  test('an IPv6 network is one address', () => {
    const attempts = Array.from({ length: 50 }, (_, index) => from(`2001:db8::${index + 1}`))
    expect(guessFor(MINUTE_MS, attempts)).toBeLessThan(15)
  })

  test('the right password forgets what went wrong', () => {
    for (let round = 0; round < 6; round++) tryWrong(from('192.0.2.1'))
    clock.advance(DAY_MS)
    guesses.admit(from('192.0.2.1')).succeeded()
    for (let round = 0; round < 5; round++) expect(tryWrong(from('192.0.2.1'))).toBe(0)
  })

  test('a try that was not judged does not count', () => {
    for (let round = 0; round < 100; round++) guesses.admit(from('192.0.2.1')).withdraw()
    expect(tryWrong(from('192.0.2.1'))).toBe(0)
  })
})

describe('one address at many accounts', () => {
  test('has one budget for all of them', () => {
    const attempts = Array.from({ length: 100 }, (_, index) =>
      from('192.0.2.1', { name: `user${index}` }),
    )
    expect(guessFor(60 * MINUTE_MS, attempts, 30_000)).toBeLessThanOrEqual(30 + 360 + 1)
  })

  test('right passwords cost it nothing: an office behind one address logs in', () => {
    for (let index = 0; index < 500; index++) {
      guesses.admit(from('192.0.2.1', { name: `user${index}` })).succeeded()
    }
  })
})

describe('many addresses at one account', () => {
  const botnet = (size: number) =>
    Array.from({ length: size }, (_, index) => from(`198.51.${index >> 8}.${index & 255}`))

  test('get few tries each once they are noticed', () => {
    const count = guessFor(60 * MINUTE_MS, botnet(100), 30_000)
    // 60 at once, 360 over the hour, and one each that is not noticed, with its doubling waits.
    expect(count).toBeLessThan(60 + 360 + 100 * 11)
    expect(guessFor(60 * MINUTE_MS, botnet(100), 30_000)).toBeLessThan(100 * 6)
  })

  test('lock nobody out: a new address has a try, and a known device all of its own', () => {
    guessFor(10 * MINUTE_MS, botnet(300), 60_000)
    expect(tryWrong(from('203.0.113.5'))).toBe(0)
    const device = { user: 1, id: 'phone' }
    for (let round = 0; round < 10; round++) {
      expect(tryWrong(from('203.0.113.6', { device }))).toBe(0)
    }
  })

  test('who has no end of addresses gets a bounded number', () => {
    let next = 0
    let count = 0
    for (let second = 0; second < 1800; second++) {
      for (let round = 0; round < 5; round++) {
        next++
        if (tryWrong(from(`10.${next >> 16}.${(next >> 8) & 255}.${next & 255}`)) === 0) count++
      }
      clock.advance(1000)
    }
    expect(count).toBeLessThanOrEqual(60 + 180 + 300 + 1800 + 2)
    expect(tryWrong(from('203.0.113.6', { device: { user: 1, id: 'phone' } }))).toBe(0)
  })

  test('nor does a stranger in the same office', () => {
    for (let round = 0; round < 100; round++) tryWrong(from('192.0.2.1'))
    expect(tryWrong(from('192.0.2.1'))).toBeGreaterThan(0)
    expect(tryWrong(from('192.0.2.1', { device: { user: 1, id: 'phone' } }))).toBe(0)
  })
})

describe('a known device', () => {
  test('that was stolen gets 10 tries and one a minute', () => {
    const device = { user: 1, id: 'phone' }
    const count = guessFor(60 * MINUTE_MS, [from('192.0.2.1', { device })])
    expect(count).toBeLessThanOrEqual(70)
  })

  test('somebody who sits at an open login has the same', () => {
    let count = 0
    for (let round = 0; round < 100; round++) {
      try {
        guesses.admitAgain(1, 7)
        count++
      } catch {
        break
      }
    }
    expect(count).toBe(10)
  })
})
