import { expect, test } from 'bun:test'
import { FakeServer } from './testing.ts'

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
