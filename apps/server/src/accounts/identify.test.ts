import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import type { RequestContext } from '../front/socket.ts'
import { createTestStore } from '../store/testing/create-test-store.ts'
import { createIdentify } from './identify.ts'
import { digestOf, newToken } from './token.ts'

const HOUR_MS = 3_600_000

/** A request as the front judged it: behind a proxy, `origin` is what the browser sees. */
function contextOf(origin: string, headers: Record<string, string>): RequestContext {
  const url = new URL('/ws', origin)
  const { host } = url
  return { url, host, headers: new Headers(headers), address: '192.0.2.1', isSecure: true }
}

test('a login speaks from our own pages, and from none of another origin', async () => {
  const clock = new FakeClock()
  const store = await createTestStore(clock)
  try {
    const identify = createIdentify(store.accounts, clock)
    const user = await store.accounts.createUser({
      name: 'ann',
      displayName: 'Ann',
      passwordHash: 'x',
      isAdministrator: false,
    })
    const token = newToken()
    const expiresAt = clock.now() + 10 * HOUR_MS
    const login = { userId: user.id, digest: digestOf(token), label: '', address: '', expiresAt }
    const { id } = await store.accounts.createLogin(login)
    const cookie = `theme=dark; __Host-duet=${token}; x=y`
    const ask = (headers: Record<string, string>) =>
      identify(contextOf('https://duet.example:8443', { cookie, ...headers }))

    expect(await ask({ origin: 'https://duet.example:8443' })).toEqual({ user, loginId: id })
    expect((await ask({}))?.loginId).toBe(id)
    const vouched = { origin: 'https://duet.example', 'sec-fetch-site': 'same-origin' }
    expect((await ask(vouched))?.loginId).toBe(id)
    // At once: nothing is looked up.
    for (const origin of ['https://duet.example', 'http://duet.example:8443', 'null', '']) {
      expect(ask({ origin, 'sec-fetch-site': 'same-site' })).toBeUndefined()
    }
    for (const wrong of ['', 'x=y', '__Host-duet=', `__Host-duet=${token}x`, `duet=${token}`]) {
      expect(ask({ cookie: wrong })).toBeUndefined()
    }
    expect(await ask({ cookie: `__Host-duet=${newToken()}` })).toBeUndefined()

    clock.advance(HOUR_MS)
    await ask({})
    const [touched] = await store.accounts.loginsOf(user.id)
    expect(touched?.usedAt).toBe(clock.now())
    clock.advance(HOUR_MS / 2)
    await ask({})
    const [untouched] = await store.accounts.loginsOf(user.id)
    expect(untouched?.usedAt).toBe(clock.now() - HOUR_MS / 2)
  } finally {
    await store.close()
  }
})
