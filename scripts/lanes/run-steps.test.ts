import { afterEach, beforeEach, expect, spyOn, test, type Mock } from 'bun:test'
import { runSteps, runStepsTwice } from './run-steps.ts'
import type { Step } from './step.ts'

let printed: Mock<typeof console.log>
beforeEach(() => {
  printed = spyOn(console, 'log').mockImplementation(() => {})
})
afterEach(() => printed.mockRestore())

/** A step of two tests of which one fails at these tries. */
function failingAt(name: string, ...tries: number[]): Step {
  let count = 0
  return {
    name,
    async run() {
      const failed = tries.includes((count += 1)) ? 1 : 0
      return { tally: { passed: 2 - failed, failed, skipped: 0 }, output: '' }
    },
  }
}

test('the sum of all steps, each run once', async () => {
  const steps = [failingAt('one'), failingAt('two', 1)]
  expect(await runSteps(steps, 2)).toEqual({ passed: 3, failed: 1, skipped: 0 })
})

test('what fails beside others is run once more, said so, and counted once', async () => {
  const groups = ['one', 'two'].map((name) => {
    return { steps: [failingAt(`${name} well`), failingAt(name, 1)], atOnce: 2 }
  })
  expect(await runStepsTwice(...groups)).toEqual({ passed: 8, failed: 0, skipped: 0 })
  expect(printed.mock.calls.flat()).toContain('Once more, alone: one, two')
})

test('groups run beside each other', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const result = { tally: { passed: 1, failed: 0, skipped: 0 }, output: '' }
  const waiting: Step = { name: 'waiting', run: () => promise.then(() => result) }
  const freeing: Step = {
    name: 'freeing',
    run() {
      resolve()
      return Promise.resolve(result)
    },
  }
  const groups = [waiting, freeing].map((step) => ({ steps: [step], atOnce: 1 }))
  expect(await runStepsTwice(...groups)).toEqual({ passed: 2, failed: 0, skipped: 0 })
})

test('what fails twice has failed', async () => {
  expect(await runStepsTwice({ steps: [failingAt('one', 1, 2)], atOnce: 2 })).toEqual({
    passed: 1,
    failed: 1,
    skipped: 0,
  })
})
