import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { SsrcMap } from './ssrc-map.ts'

const SSRCS = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]

test('it holds what a map holds, whatever was asked for before', () => {
  const step = fc.record({
    action: fc.constantFrom('get' as const, 'set' as const, 'delete' as const),
    ssrc: fc.constantFrom(...SSRCS),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const map = new SsrcMap<{ count: number }>()
      const expected = new Map<number, { count: number }>()
      for (const [count, { action, ssrc }] of steps.entries()) {
        if (action === 'set') {
          const value = { count }
          map.set(ssrc, value)
          expected.set(ssrc, value)
        } else if (action === 'delete') {
          map.delete(ssrc)
          expected.delete(ssrc)
        }
        for (const each of action === 'get' ? [ssrc] : SSRCS) {
          expect(map.get(each)).toBe(expected.get(each))
        }
        expect(map.size).toBe(expected.size)
      }
    }),
  )
})

test('an SSRC with the highest bit is the same as a number with a sign', () => {
  const map = new SsrcMap<object>()
  const value = {}
  map.set(0xffff_ffff, value)
  expect(map.get(-1)).toBe(value)
  expect([...map.entries()]).toEqual([[-1, value]])
})
