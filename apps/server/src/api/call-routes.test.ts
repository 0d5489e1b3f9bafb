import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { CallRecord } from '../store/call-store.ts'
import { openTestApi, type TestApi, type TestUser } from './testing.ts'

let api: TestApi
let ann: TestUser
let ben: TestUser
let count = 0

beforeAll(async () => {
  api = await openTestApi()
  ann = await api.join('ann')
  ben = await api.join('ben')
})
afterAll(() => api.close())

const ask = (user: TestUser, request: string, body: object = {}) =>
  api.ask(request, { cookie: user.cookie, body })

/** A call of Ann to Ben that lasted for a minute. */
async function addCall(changes: Partial<CallRecord> = {}): Promise<CallRecord> {
  api.clock.advance(120_000)
  const startedAt = api.clock.now()
  const call: CallRecord = {
    id: (++count).toString(16).padStart(32, '0'),
    caller: ann.id,
    callee: ben.id,
    media: 'video',
    startedAt,
    answeredAt: startedAt + 5000,
    endedAt: startedAt + 65_000,
    reason: 'hung-up',
    text: null,
    endedBy: ann.id,
    ...changes,
  }
  await api.store.calls.begin({
    ...call,
    answeredAt: null,
    endedAt: null,
    reason: null,
    text: null,
  })
  if (call.answeredAt !== null) await api.store.calls.answer(call.id, call.answeredAt)
  if (call.endedAt !== null && call.reason !== null) {
    await api.store.calls.end(call.id, {
      endedAt: call.endedAt,
      reason: call.reason,
      ...(call.text !== null && { text: call.text }),
    })
  }
  return call
}

describe('the history', () => {
  test('shows a call to both, each with the other one', async () => {
    const call = await addCall()
    const shown = {
      id: call.id,
      caller: ann.id,
      callee: ben.id,
      media: 'video',
      startedAt: call.startedAt,
      answeredAt: call.answeredAt,
      endedAt: call.endedAt,
      reason: 'hung-up',
      text: null,
      isMissed: false,
    }
    const latestOf = async (user: TestUser) => (await ask(user, 'GET /api/calls')).json.calls[0]
    const ofBen = { id: ben.id, name: 'ben', displayName: 'ben' }
    expect(await latestOf(ann)).toEqual({
      ...shown,
      reason: 'hung-up',
      media: 'video',
      with: ofBen,
    })
    expect((await latestOf(ben))?.with.name).toBe('ann')
  })

  test('a call that was not answered is missed by the callee alone, unless declined', async () => {
    for (const reason of ['no-answer', 'cancelled', 'busy', 'offline', 'do-not-disturb'] as const) {
      const { id } = await addCall({ answeredAt: null, reason })
      const shown = await Promise.all([ann, ben].map((user) => ask(user, `GET /api/calls/${id}`)))
      expect(shown.map(({ json }) => json.call.isMissed)).toEqual([false, true])
    }
    const { id } = await addCall({ answeredAt: null, reason: 'declined', text: 'later' })
    const { call } = (await ask(ben, `GET /api/calls/${id}`)).json
    expect([call.isMissed, call.text]).toEqual([false, 'later'])
  })

  test('comes in pages, latest first', async () => {
    for (let index = 0; index < 5; index++) await addCall()
    const first = (await ask(ann, 'GET /api/calls?limit=2')).json.calls
    const before = first.at(-1)?.startedAt ?? 0
    const second = (await ask(ann, `GET /api/calls?limit=2&before=${before}`)).json.calls
    const times = [...first, ...second].map(({ startedAt }) => startedAt)
    expect(times).toEqual(times.toSorted((one, other) => other - one))
    expect(new Set(times).size).toBe(4)
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'before=-1', 'limit=1.5', 'before=']) {
      expect((await ask(ann, `GET /api/calls?${query}`)).status).toBe(400)
    }
  })

  test('is deleted for one side only', async () => {
    const { id } = await addCall()
    expect((await ask(ann, `DELETE /api/calls/${id}`)).status).toBe(204)
    expect((await ask(ann, `GET /api/calls/${id}`)).status).toBe(404)
    expect((await ask(ben, `GET /api/calls/${id}`)).status).toBe(200)
    expect((await ask(ann, 'DELETE /api/calls')).status).toBe(204)
    expect((await ask(ann, 'GET /api/calls')).json.calls).toEqual([])
    expect((await ask(ben, 'GET /api/calls')).json.calls).not.toEqual([])
  })

  test('that was looked at holds no missed calls', async () => {
    await addCall({ answeredAt: null, reason: 'no-answer' })
    expect(await api.store.calls.missedCount(ben.id)).toBeGreaterThan(0)
    api.clock.advance(120_000)
    expect((await ask(ben, 'POST /api/calls/seen')).status).toBe(204)
    expect(await api.store.calls.missedCount(ben.id)).toBe(0)
  })
})

describe('figures', () => {
  test('of both sides stand beside the call, the latest of each', async () => {
    const { id } = await addCall()
    const report = (user: TestUser, body: object) => ask(user, `PUT /api/calls/${id}/report`, body)
    await report(ann, { rtt: 5 })
    await report(ann, { rtt: 7, note: '</script>\u2028' })
    await report(ben, { rtt: 9 })
    const { reports } = (await ask(ben, `GET /api/calls/${id}`)).json
    const byUser = new Map(reports.map(({ userId, figures }) => [userId, figures]))
    expect(byUser.get(ann.id)).toEqual({ rtt: 7, note: '</script>\u2028' })
    expect(byUser.get(ben.id)).toEqual({ rtt: 9 })
  })

  test('have a bound of their own', async () => {
    const { id } = await addCall()
    const path = `PUT /api/calls/${id}/report`
    expect((await ask(ann, path, { samples: 'x'.repeat(60 * 1024) })).status).toBe(204)
    expect((await ask(ann, path, { samples: 'x'.repeat(65 * 1024) })).status).toBe(413)
    const deep = `{"a":${'['.repeat(15_000)}${']'.repeat(15_000)}}`
    const answer = await api.ask(path, { cookie: ann.cookie, raw: deep })
    expect([204, 400]).toContain(answer.status)
  })
})

describe('the export', () => {
  test('holds all calls, in JSON and as CSV that no spreadsheet runs', async () => {
    const [gus, hal] = [await api.join('gus'), await api.join('hal')]
    const evil = '=HYPERLINK("http://evil.example","x")'
    await api.store.accounts.updateUser(hal.id, { displayName: '＋cmd|calc' })
    for (let index = 0; index < 203; index++) {
      await addCall({
        caller: hal.id,
        callee: gus.id,
        answeredAt: null,
        reason: 'declined',
        text: evil,
      })
    }
    const json = await ask(gus, 'GET /api/calls/export')
    expect(json.headers.get('content-disposition')).toBe('attachment; filename="duet-calls.json"')
    expect(json.json.calls).toHaveLength(203)
    const csv = await ask(gus, 'GET /api/calls/export?format=csv')
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const lines = csv.text.trimEnd().split('\r\n')
    expect(lines).toHaveLength(204)
    expect(lines[1]).toContain(`"in","hal","'＋cmd|calc","video",`)
    expect(lines[1]).toEndWith(`"'=HYPERLINK(""http://evil.example"",""x"")"`)
  })

  test('misses none of many that began in the same millisecond', async () => {
    const [ian, joe] = [await api.join('ian'), await api.join('joe')]
    const startedAt = api.clock.now()
    for (let index = 0; index < 150; index++) {
      await addCall({ caller: ian.id, callee: joe.id, startedAt })
      await addCall({ caller: ian.id, callee: joe.id })
    }
    const { calls } = (await ask(ian, 'GET /api/calls/export')).json
    expect(new Set(calls.map(({ id }) => id)).size).toBe(300)
  })
})

describe('declining', () => {
  test('a call that is over, or another’s, is not there; the words are bounded', async () => {
    const { id } = await addCall()
    for (const wrong of [id, 'x', 'C'.repeat(32), '%2e%2e', `${'0'.repeat(31)}%00`]) {
      expect((await ask(ben, `POST /api/calls/${wrong}/decline`)).status).toBe(404)
    }
    const long = { text: 'x'.repeat(201) }
    expect((await ask(ben, `POST /api/calls/${id}/decline`, long)).status).toBe(400)
  })
})

describe('messages', () => {
  test('stand between the two, oldest first, and are nobody else’s', async () => {
    const eve = await api.join('eve')
    const texts = [
      'hello',
      "'; DROP TABLE messages;--",
      '<script>alert(1)</script>',
      'مرحبا \u202E',
    ]
    for (const [index, body] of texts.entries()) {
      const sentAt = api.clock.now()
      await api.store.messages.add({ from: ann.id, to: ben.id, body, sentAt, clientId: `${index}` })
    }
    const read = async (user: TestUser, request: string) =>
      (await ask(user, `GET /api/messages/${request}`)).json.messages.map(({ body }) => body)
    expect(await read(ann, String(ben.id))).toEqual(texts)
    expect(await read(ben, String(ann.id))).toEqual(texts)
    expect(await read(eve, String(ann.id))).toEqual([])
    expect(await read(eve, 'all')).toEqual([])
    const latest = (await ask(ben, `GET /api/messages/${ann.id}?limit=2`)).json.messages
    expect(latest.map(({ body }) => body)).toEqual(texts.slice(2))
    const before = latest[0]?.id
    expect(await read(ben, `${ann.id}?before=${before}`)).toEqual(texts.slice(0, 2))
    const { conversations } = (await ask(ben, 'GET /api/conversations')).json
    expect(conversations).toEqual([
      { with: ann.id, last: expect.objectContaining({ body: texts[3] }), unread: 4 },
    ])
    expect((await ask(ann, 'GET /api/messages/everyone')).status).toBe(404)
  })
})
