import { expect, test } from 'bun:test'
import { withoutCookies } from './cookie-header.ts'

const HIDDEN = ['__Host-duet', '__Host-duet-device']

const CASES: [header: string | null, left: string | null][] = [
  [null, null],
  ['', ''],
  ['a=1', 'a=1'],
  ['a=1; b=2', 'a=1; b=2'],
  ['__Host-duet=x', null],
  ['__Host-duet=x; __Host-duet-device=y', null],
  ['a=1; __Host-duet=x; b=2', 'a=1; b=2'],
  ['__Host-duet=x; a=1', 'a=1'],
  ['a=1;__Host-duet-device=y;b=2', 'a=1;b=2'],
  ['__Host-duet-other=x; a=__Host-duet', '__Host-duet-other=x; a=__Host-duet'],
  ['__Host-duet; a=1', 'a=1'],
  ['a=b=__Host-duet=c', 'a=b=__Host-duet=c'],
]

test.each(CASES)('%j leaves %j', (header, left) => {
  expect(withoutCookies(header, HIDDEN)).toBe(left)
})
