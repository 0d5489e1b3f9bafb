import { expect, test } from 'bun:test'
import { roomNameFault } from './room-name-fault.ts'

test.each([
  ['/r/', 'empty'],
  ['/r/%20', 'empty'],
  ['/r/a/b', 'bad-character'],
  ['/r/a%2Fb', 'bad-character'],
  ['/r/%00', 'bad-character'],
  ['/r/%ff', 'bad-character'],
  [`/r/${'x'.repeat(65)}`, 'too-long'],
] as const)('%s is refused as %s', (pathname, fault) => {
  expect(roomNameFault(pathname)).toBe(fault)
})
