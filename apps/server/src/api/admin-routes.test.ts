import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { RegistrationMode } from '../accounts/registration.ts'
import { openTestApi, ORIGIN, PASSWORD, type TestApi, type TestUser } from './testing.ts'

let api: TestApi
let boss: TestUser

async function open(registration: RegistrationMode = 'open'): Promise<void> {
  api = await openTestApi({ registration })
  boss = await api.join('boss')
  await api.makeAdministrator(boss)
}
afterEach(() => api.close())

const ask = (request: string, body: object = {}) => api.ask(request, { cookie: boss.cookie, body })
const register = (name: string, invitation?: string) =>
  api.ask('POST /api/register', {
    body: { name, password: PASSWORD, ...(invitation !== undefined && { invitation }) },
  })
const tokenIn = (url: string): string => /[\w-]{43}$/.exec(url)?.[0] ?? ''

describe('who may register', () => {
  test('is what the command line says until an administrator chooses', async () => {
    await open('closed')
    expect((await register('ann')).json.error.code).toBe('registration-closed')
    const changed = await ask('PATCH /api/admin', { registration: 'open' })
    expect(changed.json).toMatchObject({ registration: 'open', mayAllWriteToAll: true })
    expect((await register('ann')).status).toBe(201)
    expect((await ask('PATCH /api/admin', { registration: 'sometimes' })).status).toBe(400)
  })

  test('an invitation lets in as many as it says, in time', async () => {
    await open('invitation')
    expect((await register('ann')).json.error.code).toBe('registration-closed')
    const made = await ask('POST /api/admin/invitations', { uses: 2, days: 3 })
    expect(made.status).toBe(201)
    expect(made.json.url).toStartWith(`${ORIGIN}/register?invitation=`)
    const token = tokenIn(made.json.url)
    expect((await api.ask(`GET /api/links/invitation/${token}`)).json.isValid).toBe(true)
    const answers = await Promise.all(['ann', 'ben', 'cal'].map((name) => register(name, token)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
    expect(answers.find(({ status }) => status !== 201)?.json.error.code).toBe('used-up')
    expect((await api.ask(`GET /api/links/invitation/${token}`)).json.isValid).toBe(false)
  })

  test('old, revoked and made-up invitations let nobody in', async () => {
    await open('invitation')
    const invite = async () => tokenIn((await ask('POST /api/admin/invitations')).json.url)
    const revoked = await invite()
    expect((await ask('DELETE /api/admin/invitations')).status).toBe(204)
    const old = await invite()
    api.clock.advance(8 * 24 * 3_600_000)
    for (const token of [revoked, old, 'A'.repeat(43), "' OR 1=1 --", '']) {
      const answer = await register('ann', token)
      expect([answer.status, answer.json.error.code]).toEqual([409, 'used-up'])
    }
    for (const body of [{ uses: 0 }, { uses: 1001 }, { days: 366 }, { uses: '2' }, { days: 1.5 }]) {
      expect((await ask('POST /api/admin/invitations', body)).status).toBe(400)
    }
  })
})

describe('a forgotten password', () => {
  beforeEach(() => open())

  test('is set once with a link, which ends all logins', async () => {
    const ann = await api.join('ann')
    const first = tokenIn((await ask(`POST /api/admin/users/${ann.id}/reset`)).json.url)
    const token = tokenIn((await ask(`POST /api/admin/users/${ann.id}/reset`)).json.url)
    const link = await api.ask(`GET /api/links/reset/${token}`)
    expect(link.json).toMatchObject({ isValid: true, name: 'ann' })
    const reset = (used: string, password: string) =>
      api.ask('POST /api/reset', { body: { token: used, password } })
    expect((await reset(first, 'a new password')).json.error.code).toBe('used-up')
    expect((await reset(token, 'short')).json.error.code).toBe('weak-password')
    const both = await Promise.all([reset(token, 'a new password'), reset(token, 'another one!')])
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      204, 409,
    ])
    expect((await api.ask('GET /api/me', { cookie: ann.cookie })).json.user).toBeNull()
    expect(api.signOuts.at(-1)?.user).toBe(ann.id)
    expect((await reset(token, 'a third one')).json.error.code).toBe('used-up')
    expect((await api.ask(`GET /api/links/reset/${token}`)).json.isValid).toBe(false)
  })

  test('a link of a deleted account sets nothing', async () => {
    const ann = await api.join('ann')
    const token = tokenIn((await ask(`POST /api/admin/users/${ann.id}/reset`)).json.url)
    expect((await ask(`DELETE /api/admin/users/${ann.id}`)).status).toBe(204)
    const answer = await api.ask('POST /api/reset', { body: { token, password: 'a new password' } })
    expect([answer.status, answer.json.error.code]).toEqual([409, 'used-up'])
  })
})

describe('accounts', () => {
  beforeEach(() => open())

  test('are listed without anything secret', async () => {
    const { users } = (await ask('GET /api/admin')).json
    expect(users).toEqual([
      {
        id: boss.id,
        name: 'boss',
        displayName: 'boss',
        isAdministrator: true,
        doNotDisturb: false,
        createdAt: expect.any(Number),
        lastSeenAt: null,
      },
    ])
  })

  test('the last administrator can be neither demoted nor deleted, also by two at once', async () => {
    const demote = (user: TestUser) =>
      ask(`PATCH /api/admin/users/${user.id}`, { isAdministrator: false })
    expect((await demote(boss)).json.error.code).toBe('not-allowed')
    expect((await ask(`DELETE /api/admin/users/${boss.id}`)).json.error.code).toBe('not-allowed')
    const ann = await api.join('ann')
    expect(
      (await ask(`PATCH /api/admin/users/${ann.id}`, { isAdministrator: true })).json.user
        .isAdministrator,
    ).toBe(true)
    const answers = await Promise.all([demote(ann), demote(boss)])
    expect(answers.map(({ status }) => status)).toEqual([200, 403])
    expect(await api.store.accounts.hasAdministrator()).toBe(true)
  })

  test('unknown ones are not there', async () => {
    const requests = ['POST /api/admin/users/777/reset', 'DELETE /api/admin/users/777']
    for (const request of requests) expect((await ask(request)).status).toBe(404)
    const body = { isAdministrator: true }
    expect((await ask('PATCH /api/admin/users/777', body)).status).toBe(404)
  })
})

describe('the first administrator', () => {
  test('is made by the link, which then works no more, like all others of its kind', async () => {
    api = await openTestApi({ registration: 'closed' })
    const [older, token] = [
      tokenIn(await api.parts.links.administrator()),
      tokenIn(await api.parts.links.administrator()),
    ]
    const make = (used: string, name: string) =>
      api.ask('POST /api/administrator', { body: { token: used, name, password: PASSWORD } })
    const answers = await Promise.all([make(token, 'ann'), make(token, 'ben')])
    const made = answers.find(({ status }) => status === 201)
    expect(made?.json.user.isAdministrator).toBe(true)
    expect((await api.ask('GET /api/admin', { cookie: made?.cookie ?? '' })).status).toBe(200)
    expect(answers.find(({ status }) => status !== 201)?.json.error.code).toBe('used-up')
    expect((await make(older, 'cal')).json.error.code).toBe('used-up')
    expect((await api.ask('GET /api/me')).json.hasAdministrator).toBe(true)
  })

  test('may be somebody who has an account', async () => {
    api = await openTestApi()
    const [ann, ben] = [await api.join('ann'), await api.join('ben')]
    const token = tokenIn(await api.parts.links.administrator())
    const claim = ({ cookie }: TestUser) =>
      api.ask('POST /api/administrator', { cookie, body: { token } })
    const answers = await Promise.all([claim(ann), claim(ben)])
    expect(answers.map(({ status }) => status)).toEqual([200, 409])
    expect(answers[0]?.json.user.isAdministrator).toBe(true)
  })

  test('a link of a week ago works no more', async () => {
    api = await openTestApi()
    const token = tokenIn(await api.parts.links.administrator())
    api.clock.advance(7 * 24 * 3_600_000 + 1)
    expect((await api.ask(`GET /api/links/administrator/${token}`)).json.isValid).toBe(false)
  })
})
