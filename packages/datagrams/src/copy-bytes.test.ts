import { expect, test } from 'bun:test'
import { copyBytes } from './copy-bytes.ts'

test('copies the part, and no further than there is room', () => {
  const source = Uint8Array.from({ length: 10 }, (_, index) => index)
  const target = new Uint8Array(6)
  copyBytes(source, 2, 5, target, 1)
  expect([...target]).toEqual([0, 2, 3, 4, 0, 0])
  copyBytes(source, 0, 10, target, 4)
  expect([...target]).toEqual([0, 2, 3, 4, 0, 1])
})
