import { expect, test } from 'bun:test'
import { readOptions } from './options.ts'

test('without any, all rows are measured with Duet and coturn', () => {
  const { shapes, targets, rates, isSaturated } = readOptions([])
  expect(shapes).toHaveLength(72)
  expect([targets, rates, isSaturated]).toEqual([['Duet', 'coturn'], [30_000, 50_000], true])
})

test('rows are picked by what they hold', () => {
  const { shapes } = readOptions(
    '--allocations 1 --allocations 50 --bytes 100 --to relay'.split(' '),
  )
  expect(shapes).toHaveLength(8)
  expect(shapes.every(({ bytes, to }) => bytes === 100 && to === 'relay')).toBe(true)
})

test('a rate of 0 is none', () => {
  expect(readOptions(['--rate', '0']).rates).toEqual([])
})

test.each([
  ['--bytes', '99'],
  ['--only', 'nobody'],
  ['--rounds', '0'],
  ['--burst', 'many'],
])('%s %s is refused', (flag, value) => {
  expect(() => readOptions([flag, value])).toThrow(TypeError)
})
