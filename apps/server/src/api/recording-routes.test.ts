import { afterEach, describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { digestOf } from '../accounts/token.ts'
import { newRecordingKey } from '../captures/recording-key.ts'
import type { Recording } from '../store/recording-store.ts'
import { openTestApi, RECORDINGS_KEEP_MS, type TestApi, type TestUser } from './testing.ts'

let api: TestApi
afterEach(() => api.close())

/** A recording that is made, with two files of which the second one is there no more. */
async function record(users: TestUser[], more: Partial<Recording> = {}) {
  const { id, key } = newRecordingKey()
  await api.recordings.begin(
    {
      id,
      keyDigest: digestOf(key),
      room: '湖 "x"/..',
      startedAt: api.clock.now(),
      endedAt: api.clock.now() + 1000,
      state: 'ready',
      fault: null,
      files: [
        { name: '1.webm', member: 0, bytes: 5, durationMs: 20 },
        { name: '2.mp4', member: 1, bytes: 5, durationMs: 20 },
      ],
      names: ['Ann', ''],
      users: users.map((user) => user.id),
      ...more,
    },
    { bytes: () => 0, end() {} },
  )
  writeFileSync(api.recordings.directory.fileAt(id, '1.webm')!, 'bytes')
  writeFileSync(api.recordings.directory.fileAt(id, 'both.mp4')!, 'unlisted')
  api.clock.advance(10)
  return { id, key, bearer: { authorization: `Bearer ${id}.${key}` } }
}

describe('recordings', () => {
  test('RE4 are listed for who was in them, and for who shows keys', async () => {
    api = await openTestApi()
    const [ann, bob] = [await api.join('ann'), await api.join('bob')]
    const [first, second, third] = [await record([ann]), await record([ann, bob]), await record([])]
    const idsFor = async (asking: object) =>
      (await api.ask('GET /api/recordings', asking)).json.recordings.map(({ id }) => id)
    expect(await idsFor({ cookie: ann.cookie })).toEqual([second.id, first.id])
    expect(await idsFor({ cookie: bob.cookie })).toEqual([second.id])
    expect(await idsFor({})).toEqual([])
    const pairs = [first, third].map(({ id, key }) => `${id}.${key}`)
    const headers = { authorization: `Bearer ${pairs.join(', ')},nonsense,${second.id}.x` }
    expect(await idsFor({ headers })).toEqual([third.id, first.id])
    expect(await idsFor({ headers, cookie: bob.cookie })).toEqual([third.id, second.id, first.id])
    const page = await api.ask('GET /api/recordings?limit=1', { cookie: ann.cookie })
    expect(page.json.recordings).toHaveLength(1)
    expect(page.json.isOffered).toBe(true)
  })

  test('RE4 are none to see where they are switched off, and are not said to be gone', async () => {
    api = await openTestApi({ hasRecordings: false })
    const ann = await api.join('ann')
    const { id, bearer } = await record([ann])
    for (const asking of [{ cookie: ann.cookie }, { headers: bearer }, {}]) {
      const { json, status } = await api.ask('GET /api/recordings', asking)
      expect([status, json] as unknown[]).toEqual([200, { isOffered: false, recordings: [] }])
    }
    expect((await api.ask(`GET /api/recordings/${id}`, { headers: bearer })).status).toBe(404)
    expect((await api.ask(`DELETE /api/recordings/${id}`, { headers: bearer })).status).toBe(404)
    expect(await api.recordings.directory.has(id)).toBe(true)
  })

  test('say what they are', async () => {
    api = await openTestApi()
    const { id, key, bearer } = await record([])
    const answer = await api.ask(`GET /api/recordings/${id}`, { headers: bearer })
    const startedAt = api.clock.now() - 10
    expect(answer.json.recording).toEqual({
      id,
      room: '湖 "x"/..',
      names: ['Ann', ''],
      startedAt,
      endedAt: startedAt + 1000,
      state: 'ready',
      fault: null,
      progress: null,
      expiresAt: startedAt + 1000 + RECORDINGS_KEEP_MS,
      files: [
        { name: '1.webm', member: 0, bytes: 5, durationMs: 20, type: 'video/webm' },
        { name: '2.mp4', member: 1, bytes: 5, durationMs: 20, type: 'video/mp4' },
      ],
    })
    expect(answer.text).not.toContain(digestOf(key))
  })

  test('have files to play and to keep', async () => {
    api = await openTestApi()
    const { id, bearer: headers } = await record([])
    const path = `/api/recordings/${id}/files/1.webm`
    const played = await api.ask(`GET ${path}`, { headers })
    expect([played.status, played.text]).toEqual([200, 'bytes'])
    expect(played.headers.get('content-type')).toBe('video/webm')
    expect(played.headers.get('accept-ranges')).toBe('bytes')
    expect(played.headers.get('cache-control')).toBe('no-store')
    expect(played.headers.get('content-disposition')).toStartWith('inline; ')
    const kept = await api.ask(`GET ${path}?download`, { headers })
    const time = new Date(api.clock.now() - 10).toISOString().slice(0, 16)
    const name = `湖 _x____ ${time.replace('T', ' ').replace(':', '-')} Ann.webm`
    expect(kept.headers.get('content-disposition')).toBe(
      `attachment; filename="${name.replace('湖', '_')}"; ` +
        `filename*=UTF-8''${encodeURIComponent(name)}`,
    )
    const etag = played.headers.get('etag') ?? ''
    const known = await api.ask(`GET ${path}`, {
      headers: { ...headers, 'if-none-match': etag },
    })
    expect(known.status).toBe(304)
    for (const gone of ['2.mp4', 'both.mp4', '3.webm', '..%2F1.webm', '..%2F..%2Fduet.sqlite']) {
      const answer = await api.ask(`GET /api/recordings/${id}/files/${gone}`, { headers })
      expect([gone, answer.status]).toEqual([gone, 404])
    }
  })

  test('RE4 who shows the key gets a cookie that opens the files of this one alone', async () => {
    api = await openTestApi()
    const ann = await api.join('ann')
    const [first, second] = [await record([ann]), await record([])]
    const path = `/api/recordings/${second.id}`
    const answer = await api.ask(`POST ${path}/pass`, { headers: second.bearer })
    expect([answer.status, answer.text]).toEqual([204, ''])
    const [cookie = '', ...about] = answer.headers.get('set-cookie')?.split('; ') ?? []
    expect(about.sort()).toEqual([
      'HttpOnly',
      'Max-Age=43200',
      `Path=${path}/files/`,
      'SameSite=Strict',
      'Secure',
    ])
    expect((await api.ask(`GET ${path}/files/1.webm`, { cookie })).text).toBe('bytes')
    expect((await api.ask(`GET ${path}/files/1.webm`)).status).toBe(404)
    const other = `/api/recordings/${first.id}/files/1.webm`
    expect((await api.ask(`GET ${other}`, { cookie })).status).toBe(404)
    expect((await api.ask(`POST ${path}/pass`, {})).status).toBe(404)
    expect((await api.ask(`POST ${path}/pass`, { headers: first.bearer })).status).toBe(404)
    // A key in an address would stand in the logs of whatever is in between.
    expect((await api.ask(`GET ${path}/files/1.webm?key=${second.key}`)).status).toBe(404)
    const own = await api.ask(`POST /api/recordings/${first.id}/pass`, { cookie: ann.cookie })
    expect([own.status, own.headers.get('set-cookie')]).toEqual([204, null])
  })

  test('RE4 of others answer as those that there are not', async () => {
    api = await openTestApi()
    const [ann, eve] = [await api.join('ann'), await api.join('eve')]
    const { id } = await record([ann])
    const [none, other] = [newRecordingKey(), await record([eve])]
    const wrong = { authorization: `Bearer ${id}.${other.key}` }
    for (const method of ['GET', 'DELETE']) {
      for (const path of [id, none.id, 'x', `${id}/files/1.webm`, `${none.id}/files/1.webm`]) {
        for (const asking of [{}, { cookie: eve.cookie }, { headers: wrong }]) {
          if (method === 'DELETE' && path.includes('files')) continue
          const { status, text } = await api.ask(`${method} /api/recordings/${path}`, asking)
          expect([path, status, text]).toEqual([
            path,
            404,
            '{"error":{"code":"not-found","message":"There is no such thing."}}',
          ])
        }
      }
    }
    expect((await api.ask(`GET /api/recordings/${id}`, { cookie: ann.cookie })).status).toBe(200)
  })

  test('RE4 are deleted by whoever was in them, for both', async () => {
    api = await openTestApi()
    const [ann, bob] = [await api.join('ann'), await api.join('bob')]
    const { id, bearer } = await record([ann, bob])
    const foreign = { headers: bearer, origin: 'https://evil.example' }
    expect((await api.ask(`DELETE /api/recordings/${id}`, foreign)).status).toBe(403)
    expect((await api.ask(`DELETE /api/recordings/${id}`, { cookie: bob.cookie })).status).toBe(204)
    expect(await api.recordings.directory.has(id)).toBe(false)
    expect((await api.ask(`GET /api/recordings/${id}`, { cookie: ann.cookie })).status).toBe(404)
    expect((await api.ask(`DELETE /api/recordings/${id}`, { headers: bearer })).status).toBe(404)
  })

  test('are not deleted while they are made', async () => {
    api = await openTestApi()
    const { id, bearer } = await record([], { state: 'recording', endedAt: null })
    const answer = await api.ask(`DELETE /api/recordings/${id}`, { headers: bearer })
    expect([answer.status, answer.json.error.code]).toEqual([403, 'not-allowed'])
    const { recording } = (await api.ask(`GET /api/recordings/${id}`, { headers: bearer })).json
    expect(recording).toMatchObject({ state: 'recording', expiresAt: null })
  })

  test('are not found by trying keys', async () => {
    api = await openTestApi({ isLimited: true })
    const { id } = await record([])
    const guess = () => {
      const headers = { authorization: `Bearer ${id}.${newRecordingKey().key}` }
      return api.ask(`GET /api/recordings/${id}`, { headers })
    }
    let answer = await guess()
    while (answer.status === 404) answer = await guess()
    expect([answer.status, answer.json.error.code]).toEqual([429, 'rate-limited'])
    expect(answer.headers.get('retry-after')).toBe('2')
  })

  test('stay when the database does not answer', async () => {
    api = await openTestApi()
    const { id, bearer } = await record([])
    await api.store.close()
    const answer = await api.ask(`DELETE /api/recordings/${id}`, { headers: bearer })
    expect(answer.status).toBe(503)
    expect(await api.recordings.directory.has(id)).toBe(true)
  })
})
