import { expect, test } from 'bun:test'
import { normalizeCode, spellCode } from './code.ts'

test.each([
  ['K7P2XM', 'K7P2XM'],
  ['k7p2xm', 'K7P2XM'],
  [' k7p 2xm ', 'K7P2XM'],
  ['K7P-2XM', 'K7P2XM'],
  ['', ''],
])('%j typed is the code %j', (typed, code) => {
  expect(normalizeCode(typed)).toBe(code)
})

test('a code is spelled', () => {
  expect(spellCode('K7P')).toBe('K 7 P')
})
