import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Self } from './self.ts'
import { openTestApi, PASSWORD, type TestApi, type TestUser } from './testing.ts'

let api: TestApi

beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

const meOf = async ({ cookie }: TestUser): Promise<Self | null> =>
  (await api.ask('GET /api/me', { cookie })).json.user

async function logIn(name: string, headers: Record<string, string> = {}): Promise<TestUser> {
  const answer = await api.ask('POST /api/login', { body: { name, password: PASSWORD }, headers })
  return { id: answer.json.user.id, name, cookie: answer.cookie }
}

test('whoever asks is told how accounts are made here', async () => {
  const answer = await api.ask('GET /api/me')
  expect(answer.text).toBe(
    '{"user":null,"registration":"open","hasAdministrator":false,"rooms":"everyone","people":"everyone"}',
  )
})

describe('one’s own account', () => {
  test.each([
    ['Ann Bell', 'Ann Bell'],
    ['  安娜  ', '安娜'],
    ['\u202Egnp.exe\u0000', 'gnp.exe'],
    ["Robert'); DROP TABLE users;--", "Robert'); DROP TABLE users;--"],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['مرحبا', 'مرحبا'],
    ['', 'texts'],
    ['x'.repeat(300), 'x'.repeat(64)],
  ])('the display name %j is kept as %j', async (displayName, kept) => {
    const user = (await api.store.accounts.userByName('texts')) ?? (await api.join('texts'))
    const { cookie } = await logIn('texts')
    const answer = await api.ask('PATCH /api/me', { cookie, body: { displayName } })
    expect([answer.status, answer.json.user.displayName]).toEqual([200, kept])
    expect((await api.store.accounts.userById(user.id))?.displayName).toBe(kept)
  })

  test('fields of a wrong type are named, and others can’t be set', async () => {
    const ann = await api.join('ann')
    for (const body of [{ displayName: 5 }, { displayName: {} }, { doNotDisturb: 'yes' }]) {
      const answer = await api.ask('PATCH /api/me', { cookie: ann.cookie, body })
      expect([answer.status, answer.json.error.code]).toEqual([400, 'bad-field'])
      expect(answer.json.error.message).toContain(Object.keys(body)[0] ?? '-')
    }
    const body = { doNotDisturb: true, isAdministrator: true, id: 1, name: 'root', __proto__: {} }
    await api.ask('PATCH /api/me', { cookie: ann.cookie, body })
    expect(await meOf(ann)).toEqual({
      id: ann.id,
      name: 'ann',
      displayName: 'ann',
      isAdministrator: false,
      doNotDisturb: true,
    })
  })
})

describe('the password', () => {
  test('changes with the present one only, and ends all other logins', async () => {
    const here = await api.join('bea')
    const [phone, tablet] = [await logIn('bea'), await logIn('bea')]
    const change = (current: string, next: string) =>
      api.ask('POST /api/me/password', { cookie: here.cookie, body: { current, next } })
    const refused = await change('wrong one', 'a new password')
    expect([refused.status, refused.json.error.code]).toEqual([401, 'wrong-credentials'])
    expect((await change(PASSWORD, 'bea')).json.error.code).toBe('weak-password')
    expect(await meOf(phone)).not.toBeNull()
    expect((await change(PASSWORD, 'a new password')).status).toBe(204)
    expect([await meOf(phone), await meOf(tablet)]).toEqual([null, null])
    expect((await meOf(here))?.name).toBe('bea')
    expect(api.signOuts.at(-1)).toEqual({ user: here.id, logins: expect.any(Array) })
    expect(api.signOuts.at(-1)?.logins).toHaveLength(2)
    const again = await api.ask('POST /api/login', { body: { name: 'bea', password: PASSWORD } })
    expect(again.status).toBe(401)
  })
})

describe('logins', () => {
  test('are listed, the present one marked, and end one by one', async () => {
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0'
    await api.join('cal')
    const here = await logIn('cal', { 'user-agent': userAgent })
    const { logins } = (await api.ask('GET /api/me/logins', { cookie: here.cookie })).json
    expect(logins).toHaveLength(2)
    expect(logins.find(({ isCurrent }) => isCurrent)?.label).toBe('Firefox on Linux')
    const other = logins.find(({ isCurrent }) => !isCurrent)
    const path = `DELETE /api/me/logins/${other?.id}`
    expect((await api.ask(path, { cookie: here.cookie })).status).toBe(204)
    expect(api.signOuts.at(-1)).toEqual({ user: here.id, logins: [other?.id ?? 0] })
    expect((await api.ask(path, { cookie: here.cookie })).status).toBe(404)
    for (const id of ['0', '-1', '1.5', '1e3', 'x', '9'.repeat(30), '%00', '1;DROP']) {
      const answer = await api.ask(`DELETE /api/me/logins/${id}`, { cookie: here.cookie })
      expect(answer.status).toBe(404)
    }
  })

  test('the 51st ends the first', async () => {
    const first = await api.join('dan')
    const user = await api.store.accounts.userById(first.id)
    if (!user) throw new Error('dan is gone')
    const client = { address: '192.0.2.1', userAgent: '', deviceMark: undefined }
    for (let count = 0; count < 49; count++) await api.parts.logins.begin(user, client)
    expect(await meOf(first)).not.toBeNull()
    await api.parts.logins.begin(user, client)
    expect(await meOf(first)).toBeNull()
    expect(await api.parts.logins.of(user.id)).toHaveLength(50)
  })
})

describe('deleting an account', () => {
  test('asks for the password, and ends everything of it', async () => {
    const eve = await api.join('eve')
    const wrong = await api.ask('POST /api/me/delete', {
      cookie: eve.cookie,
      body: { password: 'wrong one' },
    })
    expect(wrong.status).toBe(401)
    const answer = await api.ask('POST /api/me/delete', {
      cookie: eve.cookie,
      body: { password: PASSWORD },
    })
    expect(answer.status).toBe(204)
    expect(answer.headers.getSetCookie()[0]).toStartWith('__Host-duet=; Max-Age=0;')
    expect(api.signOuts.at(-1)).toEqual({ user: eve.id })
    expect(await meOf(eve)).toBeNull()
    expect(await api.store.accounts.userById(eve.id)).toBeUndefined()
    const login = await api.ask('POST /api/login', { body: { name: 'eve', password: PASSWORD } })
    expect(login.status).toBe(401)
  })

  test('the last administrator stays', async () => {
    const boss = await api.join('boss')
    await api.makeAdministrator(boss)
    const ask = () =>
      api.ask('POST /api/me/delete', { cookie: boss.cookie, body: { password: PASSWORD } })
    const refused = await ask()
    expect([refused.status, refused.json.error.code]).toEqual([403, 'not-allowed'])
    await api.makeAdministrator(await api.join('deputy'))
    expect((await ask()).status).toBe(204)
  })
})
