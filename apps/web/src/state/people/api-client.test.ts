import { expect, test } from 'bun:test'
import type { Self } from './api-types.ts'
import { FakeServer } from './testing.ts'

const SELF: Self = {
  id: 1,
  name: 'ann',
  displayName: 'Ann',
  isAdministrator: false,
  doNotDisturb: false,
}

test('what changes something says that it is JSON, even without a body', async () => {
  const server = new FakeServer()
  server.answer('POST /api/logout', undefined, 204)
  server.answer('GET /api/calls?limit=5', { calls: [] })
  expect(await server.api.logout()).toEqual({ ok: true, value: undefined })
  expect(await server.api.calls({ limit: 5 })).toEqual({ ok: true, value: { calls: [] } })
  const types = server.asked.map(({ init }) => new Headers(init.headers).get('content-type'))
  expect(types).toEqual(['application/json', null])
})

test('a refusal is a fault with its code, its kind and its wait', async () => {
  const server = new FakeServer()
  server.refuse('POST /api/register', 400, 'bad-user-name', 'too-long')
  expect(await server.api.register({ name: 'x', password: 'y' })).toEqual({
    ok: false,
    fault: { code: 'bad-user-name', detail: 'too-long' },
  })
  server.answer('POST /api/login', { error: { code: 'rate-limited', message: '' } }, 429, {
    'retry-after': '30',
  })
  expect(await server.api.login({ name: 'x', password: 'y' })).toEqual({
    ok: false,
    fault: { code: 'rate-limited', detail: '', retryAfterS: 30 },
  })
})

test('no answer, and what is no answer of ours, are faults as well', async () => {
  const server = new FakeServer()
  server.isReachable = false
  expect(await server.api.welcome()).toEqual({ ok: false, fault: { code: 'network' } })
  server.isReachable = true
  server.answer('GET /api/me', undefined, 502)
  expect(await server.api.welcome()).toEqual({ ok: false, fault: { code: 'unavailable' } })
  server.answer('GET /api/me', { error: { code: 'from-the-future' } }, 418)
  expect(await server.api.welcome()).toEqual({ ok: false, fault: { code: 'internal' } })
})

test.each(['login', 'register', 'administrator'] as const)(
  'a browser that did not keep the cookie of POST /api/%s is not logged in',
  async (path) => {
    const server = new FakeServer()
    const ask = () => {
      const credentials = { name: 'ann', password: 'long enough' }
      if (path === 'administrator') return server.api.becomeAdministrator('token', credentials)
      return server.api[path](credentials)
    }
    server.answer(`POST /api/${path}`, { user: SELF })
    server.answer('GET /api/me', { user: null })
    expect(await ask()).toEqual({ ok: false, fault: { code: 'cookie-refused' } })
    server.answer('GET /api/me', { user: SELF })
    expect(await ask()).toEqual({ ok: true, value: { user: SELF } })
    server.answer('GET /api/me', undefined, 502)
    expect((await ask()).ok).toBe(true)
  },
)
