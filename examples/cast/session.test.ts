import { expect, test } from 'bun:test'
import { isSameSession } from './session.ts'

const sdp = (session: string, version: number): string =>
  `v=0\r\no=- ${session} ${version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n`

test.each([
  ['a later version of it', sdp('4611731400430051336', 2), sdp('4611731400430051336', 3), true],
  ['another session', sdp('4611731400430051336', 2), sdp('7', 2), false],
  ['the first offer', undefined, sdp('7', 2), false],
  ['nonsense', 'nonsense', 'nonsense', false],
])('%s', (_name, one, other, isSame) => {
  expect(isSameSession(one, other)).toBe(isSame)
})
