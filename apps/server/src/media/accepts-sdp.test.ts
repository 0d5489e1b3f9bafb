import { expect, test } from 'bun:test'
import { acceptsSdp } from './accepts-sdp.ts'

test.each([
  [null, true],
  ['', true],
  ['*/*', true],
  ['application/*', true],
  ['application/sdp', true],
  ['Application/SDP; q=0.5', true],
  ['text/html, */*;q=0.1', true],
  ['text/html', false],
  ['application/json, text/plain', false],
  ['*/*;q=0', false],
  ['application/sdp;q=0.000', false],
])('MD3 Accept: %s', (accept, isFine) => {
  expect(acceptsSdp(accept)).toBe(isFine)
})
