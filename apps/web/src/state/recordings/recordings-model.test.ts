import { FakeClock } from '@duet/base'
import { expect, test } from 'bun:test'
import { FakeMemory, settled } from '../../testing/fakes.ts'
import { RecordingKeys } from './recording-keys.ts'
import { fileAddress, RecordingsApi } from './recordings-api.ts'
import { RecordingsModel } from './recordings-model.ts'

/** What the server keeps: by id, with its key. */
interface Kept {
  id: string
  key: string
  startedAt: number
  state: string
}

/** A server that gives what a key opens, and what the login opens. */
class FakeRecordings {
  kept: Kept[] = []
  /** Ids that the login opens. */
  own: string[] = []
  isReachable = true
  /** False: with `--recordings off`. */
  isOffered = true
  status = 200
  readonly requests: string[] = []

  readonly fetch = (path: string, { method, headers }: RequestInit): Promise<Response> => {
    if (!this.isReachable) return Promise.reject(new TypeError('fetch failed'))
    const authorization = new Headers(headers).get('authorization')
    this.requests.push([method, path, authorization].filter(Boolean).join(' '))
    return Promise.resolve(this.#answer(method ?? 'GET', path, authorization))
  }

  #answer(method: string, path: string, authorization: string | null): Response {
    if (!this.isOffered) {
      return method === 'GET'
        ? Response.json({ isOffered: false, recordings: [] })
        : Response.json({ error: { code: 'not-found' } }, { status: 404 })
    }
    if (this.status !== 200) return new Response('{}', { status: this.status })
    const shown = authorization?.replace('Bearer ', '').split(',') ?? []
    if (method === 'POST') return new Response(null, { status: 204 })
    if (method === 'DELETE') {
      const found = this.kept.find(
        ({ id, key }) => path.endsWith(id) && shown[0] === `${id}.${key}`,
      )
      if (!found) return Response.json({ error: { code: 'not-found' } }, { status: 404 })
      this.kept = this.kept.filter((each) => each !== found)
      return new Response(null, { status: 204 })
    }
    const recordings = this.kept.filter(
      ({ id, key }) => this.own.includes(id) || shown.includes(`${id}.${key}`),
    )
    return Response.json({ recordings: recordings.map((each) => ({ ...each, key: undefined })) })
  }
}

function setUp() {
  const server = new FakeRecordings()
  const clock = new FakeClock()
  const keys = new RecordingKeys(new FakeMemory())
  const page = { isHidden: false }
  const open = () =>
    new RecordingsModel({
      api: new RecordingsApi(server.fetch),
      keys,
      timers: clock,
      isHidden: () => page.isHidden,
    })
  const keep = (id: string, state = 'ready') => {
    server.kept.push({ id, key: `k${id}`, startedAt: server.kept.length + 1, state })
  }
  return { server, clock, keys, page, open, keep }
}

async function listed(model: RecordingsModel): Promise<string[]> {
  await settled()
  const state = model.state.value
  return state.name === 'ready' ? state.recordings.map(({ id }) => id) : [state.name]
}

test('nobody is logged in, nothing is kept: there are none', async () => {
  const { open } = setUp()
  expect(await listed(open())).toEqual([])
})

test('those of the login and those of the keys are one list, the latest first', async () => {
  const { keep, keys, open, server } = setUp()
  for (const id of ['a', 'b', 'c']) keep(id)
  server.own = ['a', 'b']
  keys.keep({ id: 'a', key: 'ka' })
  keys.keep({ id: 'c', key: 'kc' })
  expect(await listed(open())).toEqual(['c', 'b', 'a'])
  expect(server.requests).toEqual(['GET /api/recordings Bearer c.kc,a.ka'])
})

test('more keys than one request shows are shown in several', async () => {
  const { keep, keys, open, server } = setUp()
  for (let number = 0; number < 60; number += 1) {
    keep(`${number}`)
    keys.keep({ id: `${number}`, key: `k${number}` })
  }
  expect(await listed(open())).toHaveLength(60)
  expect(server.requests).toHaveLength(2)
})

test('a key that opens nothing any more is forgotten', async () => {
  const { keep, keys, open } = setUp()
  keep('a')
  keys.keep({ id: 'a', key: 'ka' })
  keys.keep({ id: 'gone', key: 'k' })
  expect(await listed(open())).toEqual(['a'])
  expect(keys.all).toEqual([{ id: 'a', key: 'ka' }])
})

test('a server that shows none now: that is said, and keys stay until it shows them again', async () => {
  const { clock, keep, keys, open, server } = setUp()
  keep('a', 'merging')
  keys.keep({ id: 'a', key: 'ka' })
  server.isOffered = false
  const model = open()
  expect(await listed(model)).toEqual(['off'])
  expect(keys.all).toEqual([{ id: 'a', key: 'ka' }])
  expect(clock.pending).toBe(0)
  server.isOffered = true
  void model.load()
  expect(await listed(model)).toEqual(['a'])
  model.close()
})

test('what is deleted while the server shows none is not gone: its key stays', async () => {
  const { keep, keys, open, server } = setUp()
  keep('a')
  keys.keep({ id: 'a', key: 'ka' })
  const model = open()
  await settled()
  const state = model.state.value
  const [recording] = state.name === 'ready' ? state.recordings : []
  if (!recording) throw new Error('nothing was listed')
  server.isOffered = false
  await model.delete(recording)
  expect(await listed(model)).toEqual(['off'])
  expect(keys.all).toEqual([{ id: 'a', key: 'ka' }])
})

test('a server that does not answer is said, and asked again on a press; keys stay', async () => {
  const { keep, keys, open, server } = setUp()
  keep('a')
  keys.keep({ id: 'a', key: 'ka' })
  server.isReachable = false
  const model = open()
  await settled()
  expect(model.state.value).toEqual({ name: 'failed', fault: { code: 'network' } })
  server.isReachable = true
  void model.load()
  expect(model.state.value.name).toBe('loading')
  expect(await listed(model)).toEqual(['a'])
})

test('while something is made it is looked at again, but not where nobody sees it', async () => {
  const { clock, keep, keys, open, page, server } = setUp()
  keep('a', 'merging')
  keys.keep({ id: 'a', key: 'ka' })
  const model = open()
  await listed(model)
  const asked = server.requests.length
  page.isHidden = true
  clock.advance(10_000)
  await settled()
  expect(server.requests).toHaveLength(asked)
  page.isHidden = false
  for (const kept of server.kept) kept.state = 'ready'
  clock.advance(2_000)
  await settled()
  expect(server.requests.length).toBeGreaterThan(asked)
  expect(clock.pending).toBe(0)
  model.close()
})

test('a page that closes asks no more', async () => {
  const { clock, keep, keys, open } = setUp()
  keep('a', 'recording')
  keys.keep({ id: 'a', key: 'ka' })
  const model = open()
  await listed(model)
  model.close()
  expect(clock.pending).toBe(0)
})

test('what is deleted is gone here and there, its key too', async () => {
  const { keep, keys, open, server } = setUp()
  keep('a')
  keep('b')
  for (const id of ['a', 'b']) keys.keep({ id, key: `k${id}` })
  const model = open()
  await settled()
  const state = model.state.value
  const [, older] = state.name === 'ready' ? state.recordings : []
  if (!older) throw new Error('nothing was listed')
  expect(await model.delete(older)).toBe(true)
  expect(await listed(model)).toEqual(['b'])
  expect(server.kept.map(({ id }) => id)).toEqual(['b'])
  expect(keys.all).toEqual([{ id: 'b', key: 'kb' }])
  // The other person was faster: that is no fault.
  keys.keep({ id: 'a', key: 'ka' })
  expect(await model.delete(older)).toBe(true)
  await settled()
  expect(keys.all).toEqual([{ id: 'b', key: 'kb' }])
})

test('its key is shown once before its files are fetched, and never in an address', async () => {
  const { clock, keep, keys, open, server } = setUp()
  keep('a')
  keep('b')
  server.own = ['b']
  keys.keep({ id: 'a', key: 'ka' })
  const model = open()
  await settled()
  const state = model.state.value
  const [own, shown] = state.name === 'ready' ? state.recordings : []
  if (!shown || !own) throw new Error('nothing was listed')
  expect([model.isEntered(own), model.isEntered(shown)]).toEqual([true, false])
  const before = server.requests.length
  for (const recording of [own, shown, shown]) await model.enter(recording)
  expect(server.requests.slice(before)).toEqual(['POST /api/recordings/a/pass Bearer a.ka'])
  expect(model.isEntered(shown)).toBe(true)
  clock.advance(3_600_000)
  server.status = 503
  await model.enter(shown)
  expect(model.isEntered(shown)).toBe(false)
})

test('what can not be deleted stays, and says why', async () => {
  const { keep, keys, open, server } = setUp()
  keep('a')
  keys.keep({ id: 'a', key: 'ka' })
  const model = open()
  await settled()
  const state = model.state.value
  const [recording] = state.name === 'ready' ? state.recordings : []
  if (!recording) throw new Error('nothing was listed')
  server.status = 503
  expect(await model.delete(recording)).toBe(false)
  expect(model.deletion.fault.value).toEqual({ code: 'unavailable' })
  expect(await listed(model)).toEqual(['a'])
  expect(fileAddress(recording, { ...FILE, name: 'a b.mp4' }, { isDownload: true })).toBe(
    '/api/recordings/a/files/a%20b.mp4?download=1',
  )
  expect(fileAddress(recording, FILE)).toBe('/api/recordings/a/files/a.mp4')
})

const FILE = { name: 'a.mp4', member: 0, bytes: 0, durationMs: 0 }
