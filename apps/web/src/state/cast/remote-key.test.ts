import { expect, test } from 'bun:test'
import { nextButton, remoteKeyOf } from './remote-key.ts'

const PLAIN = { ctrlKey: false, altKey: false, metaKey: false }

test.each([
  ['ArrowRight', 'next'],
  ['ArrowUp', 'previous'],
  ['Enter', 'press'],
  ['GoBack', 'back'],
  ['XF86Back', 'back'],
  ['a', undefined],
] as const)('%s means %p', (key, meaning) => {
  expect(remoteKeyOf({ ...PLAIN, key })).toBe(meaning)
})

test('a combination of keys is the browser’s', () => {
  expect(remoteKeyOf({ ...PLAIN, key: 'ArrowLeft', altKey: true })).toBeUndefined()
})

test.each([
  [-1, 'next', 0],
  [-1, 'previous', 0],
  [0, 'next', 1],
  [2, 'next', 2],
  [2, 'previous', 1],
  [0, 'previous', 0],
] as const)('from button %p of three, %s leads to %p', (index, key, to) => {
  expect(nextButton(index, 3, key)).toBe(to)
})
