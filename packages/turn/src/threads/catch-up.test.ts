import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { CatchUp } from './catch-up.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('whoever waits is called after an answer to what was asked since, seldom and not without end', async () => {
  const clock = new FakeClock()
  const questions: (() => void)[] = []
  const ask = () => new Promise<void>((resolve) => questions.push(resolve))
  const catchUp = new CatchUp(ask, clock)
  const called: number[] = []
  const add = (count: number) =>
    Array.from({ length: count }, (_, index) => catchUp.add(() => called.push(index)))
  add(1)
  // The first question was asked before these: its answer is not theirs.
  const admitted = add(300)
  expect(admitted.indexOf(false)).toBe(256)
  questions[0]?.()
  await settled()
  expect([called.length, questions.length]).toEqual([1, 1])
  clock.advance(5)
  expect(questions.length).toBe(2)
  questions[1]?.()
  await settled()
  expect(called.length).toBe(257)
  clock.advance(5)
  expect([questions.length, clock.pending]).toEqual([2, 0])
})
