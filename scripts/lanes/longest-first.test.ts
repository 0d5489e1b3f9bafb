import { expect, test } from 'bun:test'
import { browserSteps } from './browser-steps.ts'
import { integrationSteps } from './integration-steps.ts'
import { LONGEST_FIRST, longestFirst } from './longest-first.ts'
import { commandStep } from './step.ts'

test('the longest come first, and nothing is left out', () => {
  const [first = '', second = ''] = LONGEST_FIRST
  const steps = ['e2e/b', second, 'e2e/a', first].map((name) => commandStep(name, []))
  expect(longestFirst(steps).map(({ name }) => name)).toEqual([first, second, 'e2e/a', 'e2e/b'])
})

test('every step that is named runs beside others', () => {
  const steps = [...integrationSteps({}), ...browserSteps({}).sideBySide]
  expect(steps.map(({ name }) => name)).toEqual(expect.arrayContaining([...LONGEST_FIRST]))
})
