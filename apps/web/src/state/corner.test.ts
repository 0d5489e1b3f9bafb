import { expect, test } from 'bun:test'
import { cornerByKey, CORNERS, nearestCorner, nextCorner, type Corner } from './corner.ts'

test('four steps lead back to the first corner', () => {
  const walk = CORNERS.map(nextCorner)
  expect(new Set(walk).size).toBe(4)
  expect(walk.at(-1)).toBe(CORNERS[0] as Corner)
})

test.each([
  ['bottom-right', 'ArrowUp', 'top-right'],
  ['bottom-right', 'ArrowLeft', 'bottom-left'],
  ['top-left', 'ArrowDown', 'bottom-left'],
  ['top-left', 'ArrowRight', 'top-right'],
  ['top-left', 'ArrowUp', 'top-left'],
  ['top-left', 'x', undefined],
] as const)('%s and %s: %p', (corner, key, next) => {
  expect(cornerByKey(corner, key)).toBe(next)
})

test('a drop goes to the nearest corner', () => {
  const area = { width: 100, height: 200 }
  expect(nearestCorner({ x: 10, y: 190 }, area)).toBe('bottom-left')
  expect(nearestCorner({ x: 90, y: 20 }, area)).toBe('top-right')
})
