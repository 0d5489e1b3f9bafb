import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ALONE, browserSteps, LONGEST_FIRST, orderFiles } from './browser-steps.ts'
import { ROOT } from './step.ts'

test('the longest come first, what needs the machine comes alone, nothing is left out', () => {
  const [first = '', second = ''] = LONGEST_FIRST
  const [alone = ''] = ALONE.keys()
  expect(orderFiles(['e2e/b.test.ts', second, alone, 'e2e/a.test.ts', first])).toEqual({
    sideBySide: [first, second, 'e2e/a.test.ts', 'e2e/b.test.ts'],
    alone: [alone],
  })
})

test('every file that is named is there', () => {
  for (const file of [...LONGEST_FIRST, ...ALONE.keys()]) {
    expect(existsSync(join(ROOT, file))).toBe(true)
  }
})

test('every browser test is a step of one of both', () => {
  const { sideBySide, alone } = browserSteps({})
  const names = [...sideBySide, ...alone].map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toContain('e2e/call')
  expect(alone.map(({ name }) => name)).toContain('lab/namespaces')
})
