import { expect, test } from 'bun:test'
import { integrationSteps } from './integration-steps.ts'

test('every file of integration tests is a step', () => {
  const names = integrationSteps({}).map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toContain('apps/server/src/cli.integration')
  expect(names).toContain('packages/turn/src/outside.integration')
})
