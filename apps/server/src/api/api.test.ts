import { afterEach, describe, expect, test } from 'bun:test'
import { StoreError } from '../store/store-error.ts'
import type { Store } from '../store/store.ts'
import { openTestApi, PASSWORD, type TestApi } from './testing.ts'

let api: TestApi

afterEach(() => api.close())

describe('addresses', () => {
  test('what is no endpoint is not found, and a known one says which way it is not used', async () => {
    api = await openTestApi()
    for (const path of [
      '/api',
      '/api/',
      '/api/nothing',
      '/api/me/',
      '/api/calls/%E0%A4%A',
      '/api//me',
    ]) {
      const answer = await api.ask(`GET ${path}`)
      expect([answer.status, answer.json.error.code]).toEqual([404, 'not-found'])
    }
    expect((await api.ask('POST /api/me', { body: {} })).status).toBe(405)
  })
})

describe('a lost database', () => {
  test('is told as such, and nothing of what it said', async () => {
    let isLost = false
    const lose = <Part extends object>(part: Part): Part =>
      new Proxy(part, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name)
          if (typeof member !== 'function') return member
          const call = member.bind(target) as (...args: unknown[]) => unknown
          const refuse = () => Promise.reject(new StoreError('unavailable', 'disk full at /secret'))
          return (...args: unknown[]) => (isLost ? refuse() : call(...args))
        },
      })
    const wrap = (store: Store): Store => ({
      ...store,
      accounts: lose(store.accounts),
      settings: lose(store.settings),
      calls: lose(store.calls),
    })
    api = await openTestApi({ wrap })
    const ann = await api.join('ann')
    isLost = true
    const body = { name: 'ann', password: PASSWORD }
    for (const request of [
      'GET /api/me',
      'GET /api/calls',
      'POST /api/login',
      'POST /api/register',
    ]) {
      const answer = await api.ask(request, { cookie: ann.cookie, body })
      expect([answer.status, answer.json.error.code]).toEqual([503, 'unavailable'])
      expect(answer.text).not.toContain('secret')
    }
    isLost = false
    expect((await api.ask('POST /api/login', { body })).status).toBe(200)
  })

  test('what nobody expected is told as internal, and logged without the path’s secrets', async () => {
    const wrap = (store: Store): Store => ({
      ...store,
      accounts: new Proxy(store.accounts, {
        get(target, name) {
          if (name === 'link') return () => Promise.reject(new TypeError('broken'))
          const member: unknown = Reflect.get(target, name)
          return typeof member === 'function' ? (member.bind(target) as unknown) : member
        },
      }),
    })
    api = await openTestApi({ wrap })
    const token = 'B'.repeat(43)
    const answer = await api.ask(`GET /api/links/reset/${token}`)
    expect([answer.status, answer.json.error.code]).toEqual([500, 'internal'])
    expect(api.logs.some(({ level }) => level === 'error')).toBe(true)
    expect(JSON.stringify(api.logs)).not.toContain(token)
  })
})

describe('limits', () => {
  test('guesses end with rate-limited and a time to wait, and the known device goes on', async () => {
    api = await openTestApi({ isLimited: true })
    const ann = await api.register('ann')
    const logIn = (password: string, more: { cookie?: string; address?: string } = {}) =>
      api.ask('POST /api/login', { body: { name: 'ann', password }, ...more })
    let refused = await logIn('wrong one')
    for (let round = 0; refused.status === 401 && round < 20; round++) {
      refused = await logIn('wrong one')
    }
    expect([refused.status, refused.json.error.code]).toEqual([429, 'rate-limited'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    // The same for a name that is not there.
    const unknown = { body: { name: 'nobody', password: 'wrong one' } }
    let other = await api.ask('POST /api/login', unknown)
    for (let round = 0; other.status === 401 && round < 20; round++) {
      other = await api.ask('POST /api/login', unknown)
    }
    expect(other.text).toBe(refused.text)
    // Right, and refused all the same: else a guesser would know.
    expect((await logIn(PASSWORD)).status).toBe(429)
    expect((await logIn(PASSWORD, { cookie: ann.cookie })).status).toBe(200)
    expect((await logIn(PASSWORD, { address: '198.51.100.7' })).status).toBe(200)
    api.clock.advance(60_000)
    expect((await logIn(PASSWORD)).status).toBe(200)
  }, 30_000)

  test('one address registers as often as a school class, and can’t try out names beyond', async () => {
    api = await openTestApi({ isLimited: true })
    await api.join('ann')
    let status = 409
    let made = 0
    for (; status === 409 && made < 80; made++) {
      // Names that are taken count as well, and cost no hash here.
      const body = { name: 'ann', password: PASSWORD }
      status = (await api.ask('POST /api/register', { body })).status
    }
    expect([status, made]).toEqual([429, 61])
  }, 60_000)

  test('one account writes as often as a person may', async () => {
    api = await openTestApi({ isLimited: true })
    const ann = await api.join('ann')
    const write = (address: string) =>
      api.ask('PATCH /api/me', { cookie: ann.cookie, body: {}, address })
    const statuses: number[] = []
    for (let round = 0; round < 120; round++) {
      statuses.push((await write(`192.0.2.${round}`)).status)
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(100)
    expect((await api.ask('GET /api/me', { cookie: ann.cookie })).status).toBe(200)
    api.clock.advance(1000)
    expect((await write('192.0.2.1')).status).toBe(200)
  })

  test('neighbours behind one address keep no known device from logging in', async () => {
    api = await openTestApi({ isLimited: true })
    const ann = await api.join('ann')
    await api.ask('POST /api/logout', { cookie: ann.cookie })
    const statuses: number[] = []
    for (let round = 0; round < 110; round++) {
      statuses.push((await api.ask('POST /api/logout')).status)
    }
    expect(statuses.at(-1)).toBe(429)
    const body = { name: 'ann', password: PASSWORD }
    expect((await api.ask('POST /api/login', { body })).status).toBe(429)
    expect((await api.ask('POST /api/login', { body, cookie: ann.cookie })).status).toBe(200)
  })
})
