import { expect, test } from 'bun:test'
import { iceServersOf } from './ice-server-links.ts'

test('the servers of RFC 9725 are read, in order', () => {
  const header = [
    '<stun:stun.example.net>; rel="ice-server"',
    '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="user"; credential="myPassword"; credential-type="password"',
    '<turns:turn.example.net?transport=tcp>; rel=ice-server; username=user; credential="a \\"b\\", c"',
  ].join(', ')
  expect(iceServersOf(header)).toEqual([
    { urls: ['stun:stun.example.net'] },
    { urls: ['turn:turn.example.net?transport=udp'], username: 'user', credential: 'myPassword' },
    {
      urls: ['turns:turn.example.net?transport=tcp'],
      username: 'user',
      credential: 'a "b", c',
    },
  ])
})

test.each([
  null,
  '',
  '<https://example.net/next>; rel="next"',
  '<https://example.net>; rel="ice-server"',
  '<turn:turn.example.net>; rel="ice-server"',
  '<stun:>; rel="ice-server"',
  'stun:stun.example.net; rel="ice-server"',
  '<<<>>>;;;="""\\',
])('%p names none that could be used', (header) => {
  expect(iceServersOf(header)).toEqual([])
})

test('a list without an end is cut', () => {
  const header = Array(1000).fill('<stun:stun.example.net>; rel="ice-server"').join(',')
  expect(iceServersOf(header)).toHaveLength(16)
})
