import { describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { GRACE_MS } from '@duet/protocol'
import { OtherSide } from './other-side.ts'

const ann = { id: 'a1', name: 'Ann', tag: 'run-a' }

function setUp() {
  const clock = new FakeClock()
  const told: unknown[] = []
  const other = new OtherSide({
    clock,
    tellHearing: (peer, hears) => told.push([peer, hears]),
    onLost: () => told.push('lost'),
  })
  return { clock, told, other }
}

describe('other side', () => {
  test('is nobody, then somebody, then nobody', () => {
    const { clock, other } = setUp()
    expect(other.remote).toBeNull()
    other.bind(ann, true)
    expect(other.remote).toEqual({ name: 'Ann', isAway: true, media: null })
    other.setMedia({ audio: true, video: false, screen: false })
    expect(other.remote?.media?.audio).toBe(true)
    other.clear()
    expect([other.remote, other.id, other.isAway, clock.pending]).toEqual([
      null,
      undefined,
      false,
      0,
    ])
  })

  test('is the same with a new id, and another with a new tag', () => {
    const { other } = setUp()
    expect(other.is(ann)).toBe(false)
    other.bind(ann, false)
    expect(other.is({ ...ann, id: 'a2' })).toBe(true)
    expect(other.is({ ...ann, tag: 'run-b' })).toBe(false)
  })

  test('forgotten by the server and not heard -> lost after the grace time', () => {
    const { clock, told, other } = setUp()
    other.bind(ann, false)
    other.awaitReturn()
    expect(other.isAway).toBe(true)
    clock.advance(GRACE_MS - 1)
    expect(told).toEqual([])
    clock.advance(1)
    expect(told).toEqual(['lost'])
  })

  test('forgotten by the server but heard -> never lost', () => {
    const { clock, told, other } = setUp()
    other.bind(ann, false)
    other.setHeard(true)
    other.awaitReturn()
    clock.advance(10 * GRACE_MS)
    expect(told).toEqual([])
    other.setHeard(false)
    clock.advance(GRACE_MS)
    expect(told).toEqual(['lost'])
  })

  test('comes back in time -> not lost, and tells its new id', () => {
    const { clock, told, other } = setUp()
    other.bind(ann, false)
    other.awaitReturn()
    other.rebind({ ...ann, id: 'a2' }, false)
    expect([other.id, other.isAway, clock.pending]).toEqual(['a2', false, 0])
    other.setAway(true)
    clock.advance(GRACE_MS)
    expect(told).toEqual([['a2', false]])
  })

  test('a server that forgot what it was told is told again', () => {
    const { clock, told, other } = setUp()
    other.bind(ann, true)
    clock.advance(3_000)
    other.rebind({ ...ann, id: 'a2' }, true)
    clock.advance(3_000)
    expect(told).toEqual([
      ['a1', false],
      ['a2', false],
    ])
  })
})
