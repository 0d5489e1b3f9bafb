import { expect, test } from 'bun:test'
import { Backoff } from './backoff.ts'

const pauses = (backoff: Backoff, count: number) =>
  Array.from({ length: count }, () => backoff.next())

test('pauses grow up to four seconds', () => {
  const backoff = new Backoff(() => 0)
  expect(pauses(backoff, 8)).toEqual([50, 250, 500, 1000, 2000, 4000, 4000, 4000])
})

test('pauses are spread by up to a half', () => {
  const backoff = new Backoff(() => 1)
  expect(pauses(backoff, 6)).toEqual([75, 375, 750, 1500, 3000, 6000])
})

test('a success begins from the start', () => {
  const backoff = new Backoff(() => 0)
  pauses(backoff, 5)
  backoff.reset()
  expect(backoff.next()).toBe(50)
})

test('a server that asks for a pause gets at least two seconds until a success', () => {
  const backoff = new Backoff(() => 0)
  backoff.slowDown()
  expect(pauses(backoff, 6)).toEqual([2000, 2000, 2000, 2000, 2000, 4000])
  backoff.reset()
  expect(backoff.next()).toBe(50)
})
