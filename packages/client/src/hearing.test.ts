import { describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { Hearing } from './hearing.ts'

function setUp() {
  const clock = new FakeClock()
  const told: boolean[] = []
  return { clock, told, hearing: new Hearing(clock, (hears) => told.push(hears)) }
}

describe('hearing', () => {
  test('R8: away and heard -> nothing is told', () => {
    const { clock, told, hearing } = setUp()
    hearing.setHeard(true)
    hearing.setAway(true)
    clock.advance(60_000)
    expect(told).toEqual([])
  })

  test('R8: away and unheard for three seconds -> told', () => {
    const { clock, told, hearing } = setUp()
    hearing.setHeard(true)
    hearing.setAway(true)
    hearing.setHeard(false)
    clock.advance(2_999)
    expect(told).toEqual([])
    clock.advance(1)
    expect(told).toEqual([false])
  })

  test('R9: heard again -> told at once', () => {
    const { clock, told, hearing } = setUp()
    hearing.setAway(true)
    clock.advance(3_000)
    hearing.setHeard(true)
    clock.advance(0)
    expect(told).toEqual([false, true])
  })

  test('unheard for a moment -> nothing is told', () => {
    const { clock, told, hearing } = setUp()
    hearing.setHeard(true)
    hearing.setAway(true)
    for (let i = 0; i < 10; i++) {
      hearing.setHeard(false)
      clock.advance(2_000)
      hearing.setHeard(true)
      clock.advance(2_000)
    }
    expect(told).toEqual([])
  })

  test('here and unheard -> nothing is told: the server knows that it is there', () => {
    const { clock, told, hearing } = setUp()
    hearing.setHeard(true)
    hearing.setHeard(false)
    clock.advance(60_000)
    expect(told).toEqual([])
  })

  test('back and away once more -> told once more', () => {
    const { clock, told, hearing } = setUp()
    hearing.setAway(true)
    clock.advance(3_000)
    hearing.setAway(false)
    hearing.setAway(true)
    clock.advance(3_000)
    expect(told).toEqual([false, false])
  })

  test('leaves no timer after reset', () => {
    const { clock, told, hearing } = setUp()
    hearing.setAway(true)
    hearing.reset()
    expect(clock.pending).toBe(0)
    clock.advance(60_000)
    expect(told).toEqual([])
  })
})
