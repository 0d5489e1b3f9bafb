import { expect, test } from 'bun:test'
import {
  conversationPath,
  loginFault,
  loginPath,
  needsLogin,
  pageAt,
  pathAfterLogin,
} from './pages.ts'

const at = (path: string) => {
  const { pathname, search } = new URL(path, 'https://here.invalid')
  return { pathname, search }
}

test.each([
  ['/login?next=/calls', { name: 'login' }],
  ['/register?invitation=abc', { name: 'register', invitation: 'abc' }],
  ['/register', { name: 'register', invitation: null }],
  ['/reset/a%2Fb', { name: 'reset', token: 'a/b' }],
  ['/people', { name: 'people' }],
  ['/people/', { name: 'people' }],
  ['/people/everyone', { name: 'conversation', with: null }],
  ['/people/%E5%BC%A0%E4%BC%9F', { name: 'conversation', with: '张伟' }],
  ['/people/%zz', { name: 'conversation', with: '%zz' }],
  ['/calls/0123', { name: 'call', id: '0123' }],
  ['/administrator/', { name: 'lost' }],
] as const)('%p is a page', (path, page) => {
  expect(pageAt(at(path))).toEqual(page)
})

test.each(['/', '/r/lake', '/login/more', '/people/a/b', '/loginx', '/api/me'])(
  '%p belongs to nobody here',
  (path) => {
    expect(pageAt(at(path))).toBeUndefined()
  },
)

test.each([null, 'ann', 'everyone', '张伟', 'a.b@c'])(
  'the conversation with %p is found again',
  (name) => {
    expect(pageAt(at(conversationPath(name)))).toEqual({ name: 'conversation', with: name })
  },
)

test.each([
  ['/people', '/login'],
  ['/calls/12?x=1', '/login?next=%2Fcalls%2F12%3Fx%3D1'],
])('one who is not logged in goes from %p to %p', (path, login) => {
  expect(loginPath(at(path))).toBe(login)
})

test.each([
  ['/calls/12', '/calls/12'],
  ['/people/everyone', '/people/everyone'],
  ['', '/people'],
  ['https://evil.example/people', '/people'],
  ['//evil.example/people', '/people'],
  ['/\\evil.example/people', '/people'],
  ['/\t/evil.example/people', '/people'],
  ['javascript:alert(1)', '/people'],
  ['/login', '/people'],
  ['/r/lake', '/people'],
  ['people', '/people'],
])('after the login, %p leads to %p', (next, path) => {
  expect(pathAfterLogin({ pathname: '/login', search: `?next=${encodeURIComponent(next)}` })).toBe(
    path,
  )
})

test('pages of links and the login are for everybody', () => {
  const open = ['/login', '/register', '/reset/x', '/administrator/x']
  for (const path of open) expect(needsLogin(pageAt(at(path)) ?? { name: 'lost' })).toBe(false)
  expect(needsLogin({ name: 'people' })).toBe(true)
})

test.each([
  ['/login?error=wrong-credentials', { code: 'wrong-credentials' }],
  ['/login?error=busy', { code: 'unavailable' }],
  ['/login?error=%3Cscript%3E', null],
  ['/login?error=', null],
  ['/login', null],
] as const)('%p says %p', (path, fault) => {
  expect(loginFault(at(path))).toEqual(fault)
})
