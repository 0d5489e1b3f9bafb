import { expect, test } from 'bun:test'
import { codeFaultOf, tidyCode } from './typed-code.ts'

test.each([
  ['k7phqx', 'K7PHQX'],
  [' K7P-HQX ', 'K7PHQX'],
  ['k7p hq', 'K7PHQ'],
  ['K7PHQXX', 'K7PHQX'],
  ['bzphqx', '82PHQX'],
  ['b', 'B'],
  ['https://duet.example/cast#k7phqx', 'K7PHQX'],
  ['k7o', 'K7O'],
  ['', ''],
])('T1 %p stands in the field as %p', (typed, tidy) => {
  expect(tidyCode(typed)).toBe(tidy)
})

test.each([
  ['', 'empty'],
  ['K7P', 'incomplete'],
  ['BZ', 'incomplete'],
  ['K7O', 'bad-character'],
  ['K7PHQ0', 'bad-character'],
  ['K7PHQ😀', 'bad-character'],
  ['K7PHQX', null],
] as const)('T1 what is wrong with %p: %p', (tidy, fault) => {
  expect(codeFaultOf(tidy)).toBe(fault)
})
