import { expect, test } from 'bun:test'
import { settled } from '../../testing/fakes.ts'
import { AccountModel } from './account.ts'
import type { Self } from './api-types.ts'
import { detour, guardPages } from './guard.ts'
import { Router } from './router.ts'
import { FakeHistory, FakeServer } from './testing.ts'

const ANN: Self = {
  id: 1,
  name: 'ann',
  displayName: 'Ann',
  isAdministrator: false,
  doNotDisturb: false,
}

function setUp(path: string, user: Self | null) {
  const server = new FakeServer()
  server.answer('GET /api/me', { user, registration: 'open' })
  server.answer('POST /api/logout', undefined, 204)
  const history = new FakeHistory(path)
  const router = new Router(history)
  const homes: { self: Self; isClosed: boolean; end: () => void; close(): void }[] = []
  const account = new AccountModel({
    api: server.api,
    router,
    begin(self, onEnded) {
      const home = { self, isClosed: false, end: onEnded, close: () => void (home.isClosed = true) }
      homes.push(home)
      return home
    },
  })
  guardPages(router, account)
  return { server, history, router, account, homes }
}

test('asking -> signed-out leads to the login, and back after it', async () => {
  const { account, history, router } = setUp('/calls', null)
  await account.ask()
  expect(account.state.value).toEqual({ name: 'signed-out', wasEnded: false })
  expect(history.paths).toEqual(['/login?next=%2Fcalls'])
  account.enter(ANN)
  expect(history.paths).toEqual(['/calls'])
  expect(router.page.value.name).toBe('calls')
})

test('asking -> signed-in stays, and the login leads on', async () => {
  const { account, history } = setUp('/login', ANN)
  await account.ask()
  expect(account.state.value.name).toBe('signed-in')
  expect(history.paths).toEqual(['/people'])
})

test('asking -> unreachable -> asked again', async () => {
  const { account, server } = setUp('/people', ANN)
  server.isReachable = false
  await account.ask()
  expect(account.state.value).toEqual({ name: 'unreachable', fault: { code: 'network' } })
  server.isReachable = true
  await account.ask()
  expect(account.state.value.name).toBe('signed-in')
})

test('a log-out by oneself forgets the page', async () => {
  const { account, history, homes } = setUp('/settings', ANN)
  await account.ask()
  await account.logout()
  expect(homes[0]?.isClosed).toBe(true)
  expect(history.paths).toEqual(['/settings', '/login'])
})

test('a login that ends elsewhere comes back to the page', async () => {
  const { account, history, homes } = setUp('/settings', ANN)
  await account.ask()
  homes[0]?.end()
  await settled()
  expect(homes[0]?.isClosed).toBe(true)
  expect(account.state.value).toEqual({ name: 'signed-out', wasEnded: true })
  expect(history.paths).toEqual(['/login?next=%2Fsettings'])
})

test('a page goes over to one who logged in on another tab', async () => {
  const { account, homes, server } = setUp('/people', ANN)
  await account.ask()
  server.answer('GET /api/me', { user: { ...ANN, id: 2, name: 'ben' }, registration: 'open' })
  homes[0]?.end()
  await settled()
  expect(account.state.value.name).toBe('signed-in')
  expect(homes.map(({ self, isClosed }) => [self.name, isClosed])).toEqual([
    ['ann', true],
    ['ben', false],
  ])
})

test('a request that is refused for want of a login ends it', async () => {
  const { account, server } = setUp('/settings', ANN)
  await account.ask()
  server.refuse('GET /api/me/logins', 401, 'not-signed-in')
  await server.api.logins()
  expect(account.state.value.name).toBe('signed-out')
})

test('a log-out that does not reach the server changes nothing', async () => {
  const { account, server } = setUp('/people', ANN)
  await account.ask()
  server.isReachable = false
  expect((await account.logout()).ok).toBe(false)
  expect(account.state.value.name).toBe('signed-in')
})

test.each([
  ['people', false, '/login'],
  ['people', true, null],
  ['login', false, null],
  ['login', true, '/people'],
  ['register', true, '/people'],
] as const)('%p with a login: %p', (name, isSignedIn, path) => {
  const page = name === 'register' ? ({ name, invitation: null } as const) : { name }
  expect(detour(page, { pathname: `/${name}`, search: '' }, isSignedIn)).toBe(path)
})
