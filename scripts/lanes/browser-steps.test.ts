import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ALONE, browserSteps } from './browser-steps.ts'
import { ROOT } from './step.ts'

test('every file that is named is there', () => {
  for (const file of ALONE.keys()) expect(existsSync(join(ROOT, file))).toBe(true)
})

test('every browser test is a step of one of both', () => {
  const { sideBySide, alone } = browserSteps({})
  const names = [...sideBySide, ...alone].map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toContain('e2e/call')
  expect(alone.map(({ name }) => name)).toContain('lab/namespaces')
  expect(alone).toHaveLength(ALONE.size)
})
