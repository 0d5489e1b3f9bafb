import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { PASSWORD, openTestApi, type Answer, type TestApi, type TestUser } from './testing.ts'

const CALL = 'c'.repeat(32)
const LARGE = JSON.stringify({ name: 'x'.repeat(10 * 1024 * 1024) })

/** What nobody, a second user and a foreign page get; `own`: what the one concerned gets. */
interface Expected {
  body?: object
  own: number
  nobody: number
  /** A second user, who names what belongs to the first one. */
  other: number
}

/** Every endpoint; `{}` in a path is filled in by `pathFor`. */
const MATRIX: Record<string, Expected> = {
  'POST /api/register': { body: { name: '', password: '' }, own: 400, nobody: 400, other: 400 },
  'POST /api/login': { body: { name: 'x' }, own: 400, nobody: 400, other: 400 },
  'POST /api/logout': { own: 204, nobody: 204, other: 204 },
  'GET /api/me': { own: 200, nobody: 200, other: 200 },
  'PATCH /api/me': { body: {}, own: 200, nobody: 401, other: 200 },
  'POST /api/me/password': {
    body: { current: 'wrong', next: 'new password' },
    own: 401,
    nobody: 401,
    other: 401,
  },
  'POST /api/me/delete': { body: { password: 'wrong' }, own: 401, nobody: 401, other: 401 },
  'GET /api/me/logins': { own: 200, nobody: 401, other: 200 },
  'DELETE /api/me/logins/:id': { own: 204, nobody: 401, other: 404 },
  'GET /api/people': { own: 200, nobody: 401, other: 200 },
  'POST /api/contacts': { body: { name: 'bystander' }, own: 200, nobody: 401, other: 200 },
  'PUT /api/contacts/:id': { own: 200, nobody: 401, other: 404 },
  'DELETE /api/contacts/:id': { own: 204, nobody: 401, other: 404 },
  'PUT /api/blocks/:id': { own: 204, nobody: 401, other: 404 },
  'DELETE /api/blocks/:id': { own: 204, nobody: 401, other: 404 },
  'GET /api/conversations': { own: 200, nobody: 401, other: 200 },
  'GET /api/messages/:with': { own: 200, nobody: 401, other: 200 },
  'GET /api/calls': { own: 200, nobody: 401, other: 200 },
  'DELETE /api/calls': { own: 204, nobody: 401, other: 204 },
  'POST /api/calls/seen': { own: 204, nobody: 401, other: 204 },
  'GET /api/calls/export': { own: 200, nobody: 401, other: 200 },
  'GET /api/calls/:id': { own: 200, nobody: 401, other: 404 },
  'DELETE /api/calls/:id': { own: 204, nobody: 401, other: 404 },
  'PUT /api/calls/:id/report': { body: { rtt: 1 }, own: 204, nobody: 401, other: 404 },
  'POST /api/calls/:id/decline': { own: 404, nobody: 401, other: 404 },
  'GET /api/rooms': { own: 200, nobody: 401, other: 200 },
  'POST /api/rooms': { body: { hasWaitingRoom: true }, own: 201, nobody: 401, other: 201 },
  'DELETE /api/rooms/:name': { own: 204, nobody: 401, other: 404 },
  'GET /api/push': { own: 200, nobody: 401, other: 200 },
  'PUT /api/push/subscription': { body: { endpoint: 'x' }, own: 400, nobody: 401, other: 400 },
  'DELETE /api/push/subscription': { body: { endpoint: 'x' }, own: 204, nobody: 401, other: 204 },
  'GET /api/recordings': { own: 200, nobody: 200, other: 200 },
  'GET /api/recordings/:id': { own: 200, nobody: 404, other: 404 },
  'GET /api/recordings/:id/files/:name': { own: 200, nobody: 404, other: 404 },
  'POST /api/recordings/:id/pass': { own: 204, nobody: 404, other: 404 },
  'DELETE /api/recordings/:id': { own: 204, nobody: 404, other: 404 },
  'GET /api/live/:room': { own: 404, nobody: 404, other: 404 },
  'GET /api/check': { own: 200, nobody: 200, other: 200 },
  // There is no media server here.
  'POST /api/check/media': { own: 404, nobody: 404, other: 404 },
  'POST /api/check/network': { body: {}, own: 404, nobody: 404, other: 404 },
  'GET /api/relay': { own: 403, nobody: 401, other: 403 },
  'GET /api/links/:kind/:token': { own: 200, nobody: 200, other: 200 },
  'POST /api/reset': {
    body: { token: 'x', password: PASSWORD },
    own: 409,
    nobody: 409,
    other: 409,
  },
  'POST /api/administrator': { body: { token: 'x' }, own: 409, nobody: 400, other: 409 },
  'GET /api/admin': { own: 403, nobody: 401, other: 403 },
  'PATCH /api/admin': { body: {}, own: 403, nobody: 401, other: 403 },
  'POST /api/admin/invitations': { own: 403, nobody: 401, other: 403 },
  'DELETE /api/admin/invitations': { own: 403, nobody: 401, other: 403 },
  'POST /api/admin/users/:id/reset': { own: 403, nobody: 401, other: 403 },
  'PATCH /api/admin/users/:id': {
    body: { isAdministrator: true },
    own: 403,
    nobody: 401,
    other: 403,
  },
  'DELETE /api/admin/users/:id': { own: 403, nobody: 401, other: 403 },
}

/** Users see only those with whom they agreed: ids of others are secrets. */
let api: TestApi
let owner: TestUser
let other: TestUser
let friend: TestUser
let loginId = 0

beforeAll(async () => {
  api = await openTestApi({ peopleMode: 'contacts' })
  friend = await api.join('friend')
  other = await api.join('mallory')
  await api.join('bystander')
})
afterAll(() => api.close())

/** Somebody new with a friend, a call and a login: the last test may have ended them. */
async function prepare(): Promise<void> {
  owner = await api.join(`owner${++count}`)
  loginId = (await api.ask('GET /api/me/logins', { cookie: owner.cookie })).json.logins[0]?.id ?? 0
  await api.store.people.askContact(owner.id, friend.id)
  await api.store.rooms.open({
    name: `room${count}`,
    owner: owner.id,
    hasWaitingRoom: false,
    validFrom: null,
    validUntil: null,
    createdAt: api.clock.now(),
  })
  await api.store.calls.begin({
    id: callId(),
    caller: friend.id,
    callee: owner.id,
    media: 'audio',
    startedAt: api.clock.now(),
    answeredAt: null,
    endedAt: null,
    reason: null,
    text: null,
    endedBy: null,
  })
  await api.recordings.begin(
    {
      id: callId(),
      keyDigest: 'd'.repeat(64),
      room: 'lake',
      startedAt: api.clock.now(),
      endedAt: api.clock.now(),
      state: 'ready',
      fault: null,
      files: [{ name: '1.webm', member: 0, bytes: 1, durationMs: 1 }],
      names: ['Owner', 'Friend'],
      users: [owner.id, friend.id],
    },
    { bytes: () => 0, end() {} },
  )
  writeFileSync(api.recordings.directory.fileAt(callId(), '1.webm')!, 'x')
}
let count = 0
/** Of a recording as well. */
const callId = () => `${CALL}${String(count)}`.slice(-32)

function pathFor(path: string): string {
  const isCalls = /\/(?:calls|recordings)\//.test(path)
  const id = path.includes('/logins/') ? loginId : isCalls ? callId() : friend.id
  return path
    .replace(':kind/:token', 'reset/x')
    .replace(':id', String(id))
    .replace('files/:name', 'files/1.webm')
    .replace(':name', `room${count}`)
    .replace(':with', String(friend.id))
}

test('the matrix holds every endpoint', () => {
  const endpoints = api.routes.map(({ method, path }) => `${method} ${path}`)
  expect(endpoints.toSorted()).toEqual(Object.keys(MATRIX).toSorted())
})

describe.each(Object.entries(MATRIX))('%s', (endpoint, { body, own, nobody, other: others }) => {
  const ask = (more: { cookie?: string; origin?: string | null }): Promise<Answer> => {
    const [method = '', path = ''] = endpoint.split(' ')
    return api.ask(`${method} ${pathFor(path)}`, { body: body ?? {}, ...more })
  }
  const isRead = endpoint.startsWith('GET')

  test(`${own} for the one concerned, ${nobody} for nobody, ${others} for another user`, async () => {
    await prepare()
    const strangers = [
      await ask({}),
      await ask({ cookie: '__Host-duet=stolen' }),
      await ask({ cookie: `__Host-duet=${'A'.repeat(43)}` }),
    ]
    expect(strangers.map(({ status }) => status)).toEqual([nobody, nobody, nobody])
    expect((await ask({ cookie: other.cookie })).status).toBe(others)
    if (endpoint === 'POST /api/logout') other = { ...other, cookie: await logIn('mallory') }
    expect((await ask({ cookie: owner.cookie })).status).toBe(own)
  })

  test('a page of another origin can’t use the login', async () => {
    await prepare()
    for (const origin of ['https://evil.example', 'null']) {
      const answer = await ask({ cookie: owner.cookie, origin })
      expect(answer.status).toBe(isRead ? nobody : 403)
      if (!isRead) expect(answer.json.error.code).toBe('foreign-origin')
      expect(answer.headers.has('access-control-allow-origin')).toBe(false)
    }
    if (!isRead) expect((await ask({ cookie: owner.cookie, origin: null })).status).toBe(403)
  })

  test('a form of another site can’t be its body', async () => {
    if (isRead) return
    const [method = '', path = ''] = endpoint.split(' ')
    await prepare()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
      const answer = await api.ask(`${method} ${pathFor(path)}`, {
        cookie: owner.cookie,
        raw: '{}',
        headers: { 'content-type': type },
      })
      expect([401, 403, 415]).toContain(answer.status)
      if (own < 300) expect(answer.status).toBe(415)
    }
  })

  test('what is no object, or too large, is refused', async () => {
    if (isRead || own === 403) return
    const [method = '', path = ''] = endpoint.split(' ')
    await prepare()
    const statusOf = async (raw: string) =>
      (await api.ask(`${method} ${pathFor(path)}`, { cookie: owner.cookie, raw })).status
    for (const raw of ['[]', '1', '"x"', 'null', '{', '{"a":1}x', '\ud800'.repeat(5)]) {
      expect(await statusOf(raw)).toBe(400)
    }
    expect(await statusOf(LARGE)).toBe(413)
  })
})

async function logIn(name: string): Promise<string> {
  return (await api.ask('POST /api/login', { body: { name, password: PASSWORD } })).cookie
}
