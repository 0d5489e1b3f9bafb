import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { openTestApi, ORIGIN, PASSWORD, type TestApi } from './testing.ts'

let api: TestApi

beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

describe('registering', () => {
  test('makes an account and logs it in, with cookies that only this host gets back', async () => {
    const answer = await api.ask('POST /api/register', {
      body: { name: ' Ann ', password: PASSWORD, displayName: 'Ann Bell', isAdministrator: true },
    })
    expect(answer.status).toBe(201)
    expect(answer.json.user).toEqual({
      id: expect.any(Number),
      name: 'ann',
      displayName: 'Ann Bell',
      isAdministrator: false,
      doNotDisturb: false,
    })
    const cookies = answer.headers.getSetCookie()
    expect(cookies).toHaveLength(2)
    for (const cookie of cookies) {
      expect(cookie).toMatch(
        /^__Host-duet(-device)?=[\w.-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      )
    }
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const me = await api.ask('GET /api/me', { cookie: answer.cookie })
    expect(me.json.user.name).toBe('ann')
    expect(me.cookie).toBe(answer.cookie.split('; ')[0] ?? '')
  })

  test('a name is taken once, however it is written', async () => {
    await api.register('bob')
    const answer = await api.ask('POST /api/register', {
      body: { name: 'ＢＯＢ', password: PASSWORD },
    })
    expect([answer.status, answer.json.error.code]).toEqual([409, 'name-taken'])
  })

  test('two at once get a name once', async () => {
    const body = { name: 'twin', password: PASSWORD }
    const answers = await Promise.all([1, 2, 3].map(() => api.ask('POST /api/register', { body })))
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1)
  })

  test.each([
    ['', 'empty'],
    ['a b', 'bad-character'],
    ['<script>', 'bad-character'],
    ["x' OR '1'='1", 'bad-character'],
    ['\u202Egnp', 'bad-character'],
    ['x'.repeat(33), 'too-long'],
  ])('the name %j is refused as %s', async (name, fault) => {
    const answer = await api.ask('POST /api/register', { body: { name, password: PASSWORD } })
    expect([answer.status, answer.json.error]).toEqual([
      400,
      { code: 'bad-user-name', message: fault },
    ])
  })

  test.each([['1234567'], ['x'.repeat(257)], ['longenough1'], ['LongEnough1']])(
    'the password %j is refused for longenough1',
    async (password) => {
      const answer = await api.ask('POST /api/register', {
        body: { name: 'longenough1', password },
      })
      expect([answer.status, answer.json.error.code]).toEqual([400, 'weak-password'])
    },
  )
})

describe('logging in', () => {
  test('the right password opens, in every way that a keyboard composes it', async () => {
    await api.register('cléo', { password: 'déjà vu déjà' })
    const answer = await api.ask('POST /api/login', {
      body: { name: 'CLE\u0301O', password: 'déjà vu déjà'.normalize('NFD') },
    })
    expect([answer.status, answer.json.user.name]).toEqual([200, 'cléo'])
  })

  test('a wrong password, an unknown name and an impossible one get the very same answer', async () => {
    await api.register('dora')
    const tries = [
      { name: 'dora', password: 'not the one' },
      { name: 'nobody', password: 'not the one' },
      { name: "' OR 1=1 --", password: 'not the one' },
      { name: '\u0000', password: '' },
    ]
    const answers = await Promise.all(tries.map((body) => api.ask('POST /api/login', { body })))
    const seen = answers.map(({ status, text, headers }) => {
      return { status, text, headers: headers.toJSON() }
    })
    expect(seen[0]?.status).toBe(401)
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1)
  })

  test('they take comparable time', async () => {
    await api.register('emil')
    const timeOf = async (name: string) => {
      const startedAt = performance.now()
      await api.ask('POST /api/login', { body: { name, password: 'not the one' } })
      return performance.now() - startedAt
    }
    const [known, unknown]: [number[], number[]] = [[], []]
    for (let round = 0; round < 5; round++) {
      known.push(await timeOf('emil'))
      unknown.push(await timeOf(`nobody${round}`))
    }
    const ratio = Math.min(...known) / Math.min(...unknown)
    expect(ratio).toBeGreaterThan(0.5)
    expect(ratio).toBeLessThan(2)
  })

  test('logging out ends the login itself, not only the cookie', async () => {
    const user = await api.register('fred')
    const answer = await api.ask('POST /api/logout', { cookie: user.cookie })
    expect(answer.status).toBe(204)
    expect(answer.headers.getSetCookie()).toEqual([
      '__Host-duet=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
    ])
    expect((await api.ask('GET /api/me', { cookie: user.cookie })).json.user).toBeNull()
    expect(api.signOuts.at(-1)?.user).toBe(user.id)
  })

  test('logging in again in the same browser ends its login before', async () => {
    const user = await api.join('gus')
    const again = await api.ask('POST /api/login', {
      cookie: user.cookie,
      body: { name: 'gus', password: PASSWORD },
    })
    expect((await api.ask('GET /api/me', { cookie: user.cookie })).json.user).toBeNull()
    expect((await api.ask('GET /api/me', { cookie: again.cookie })).json.user.name).toBe('gus')
  })

  test('by a password that is changed while it is judged comes to nothing', async () => {
    const user = await api.join('gwen')
    const { accounts } = api.store
    const createLogin = accounts.createLogin.bind(accounts)
    accounts.createLogin = async (login) => {
      await accounts.setPassword(user.id, 'another hash')
      return createLogin(login)
    }
    const answer = await api.ask('POST /api/login', { body: { name: 'gwen', password: PASSWORD } })
    accounts.createLogin = createLogin
    expect([answer.status, answer.cookie]).toEqual([401, ''])
    expect(await accounts.loginsOf(user.id)).toEqual([])
  })

  test('the store never sees a token', async () => {
    const user = await api.register('gil')
    const token = /__Host-duet=([\w-]+)/.exec(user.cookie)?.[1] ?? ''
    expect(token).toHaveLength(43)
    expect(await api.store.accounts.loginByDigest(token, api.clock.now())).toBeUndefined()
  })
})

describe('a login', () => {
  test('ends 90 days after it was used last', async () => {
    const user = await api.register('hana')
    const isIn = async () =>
      (await api.ask('GET /api/me', { cookie: user.cookie })).json.user?.id === user.id
    const days = 24 * 3_600_000
    api.clock.advance(60 * days)
    expect(await isIn()).toBe(true)
    api.clock.advance(60 * days)
    expect(await isIn()).toBe(true)
    api.clock.advance(91 * days)
    expect(await isIn()).toBe(false)
  })

  test('a request of a foreign page is nobody’s, whatever its cookie', async () => {
    const user = await api.register('ida')
    const foreign = ['https://evil.example', `${ORIGIN}:8443`, 'http://duet.example', 'null']
    for (const origin of foreign) {
      const me = await api.ask('GET /api/me', { cookie: user.cookie, origin })
      expect(me.json.user).toBeNull()
    }
    const own = await api.ask('GET /api/me', { cookie: user.cookie, origin: null })
    expect(own.json.user.id).toBe(user.id)
  })
})
