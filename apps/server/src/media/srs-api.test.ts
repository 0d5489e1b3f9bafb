import { describe, expect, test } from 'bun:test'
import type { Identity } from '../accounts/identity.ts'
import type { Listener } from '../front/listen.ts'
import { MEDIA_LIMITS } from './limits.ts'
import { OFFER, Stage, type Asking } from './testing/stage.ts'

const LOOPBACK: Listener = { scheme: 'http', host: '127.0.0.1', port: 1985, name: 'srs-api' }
const HERE: Asking = { address: '127.0.0.1', listener: LOOPBACK }
const API = 'http://127.0.0.1:1985/api/v1'

function admin(stage: Stage): { authorization: string } {
  return { authorization: `Bearer ${stage.tokens.issue({ kind: 'admin', ttlMs: 60_000 })}` }
}

async function get(stage: Stage, path: string): Promise<Record<string, unknown>> {
  const answer = await stage.ask('GET', `/api/v1${path}`, { headers: admin(stage) })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown>
}

/** One publisher and two players of a stream, and one who waits for another. */
async function busyStage(): Promise<Stage> {
  const stage = new Stage()
  await stage.openSrs('publish', 'webrtc://h/lake/ann', { headers: { referer: 'http://p/' } })
  await stage.openSrs('play', 'webrtc://h/lake/ann', { address: '192.0.2.2' })
  await stage.openSrs('play', 'webrtc://h/lake/ann', { address: '192.0.2.3' })
  await stage.openSrs('play', 'webrtc://h/sea/ben')
  return stage
}

describe('MD17 what is told', () => {
  test('MD17 versions', async () => {
    const answer = await get(new Stage(), '/versions')
    expect(answer).toEqual({
      code: 0,
      server: expect.stringMatching(/^vid-/) as string,
      pid: String(process.pid),
      data: {
        major: 4,
        minor: 0,
        revision: 271,
        version: '4.0.271',
        duet: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      },
    })
  })

  test('MD17 summaries, without what may be secret', async () => {
    const stage = await busyStage()
    stage.media.flow(stage.media.sessions()[0]?.id ?? '', { receivedBytes: 1000 })
    stage.clock.advance(90_000)
    const { data } = await get(stage, '/summaries')
    expect(data).toMatchObject({
      ok: true,
      now_ms: stage.clock.now(),
      self: { pid: process.pid, srs_uptime: 90, argv: 'duet', cwd: '' },
      system: { conn_srs: 4, srs_recv_bytes: 1000, srs_send_bytes: 0 },
    })
  })

  test('MD17 streams, with who publishes and how much flows', async () => {
    const stage = await busyStage()
    const since = stage.clock.now()
    const [publisher] = stage.media.sessions()
    stage.clock.advance(10_000)
    stage.media.flow(publisher?.id ?? '', { receivedBytes: 30_000 })
    stage.clock.advance(20_000)
    stage.media.flow(publisher?.id ?? '', { receivedBytes: 80_000 })
    const { streams } = (await get(stage, '/streams/')) as { streams: { id: string }[] }
    const { clients } = (await get(stage, '/clients/')) as { clients: { id: string }[] }
    expect(streams).toHaveLength(2)
    expect(streams[0]).toEqual({
      id: expect.stringMatching(/^vid-[0-9a-f]{10}$/) as string,
      name: 'ann',
      vhost: expect.stringMatching(/^vid-/) as string,
      app: 'lake',
      tcUrl: 'webrtc://__defaultVhost__/lake',
      url: '/lake/ann',
      live_ms: stage.clock.now(),
      since_ms: since,
      clients: 3,
      send_bytes: 0,
      recv_bytes: 80_000,
      // 80 000 bytes after the first reading, 20 s ago.
      kbps: { recv_30s: 32, send_30s: 0 },
      publish: { active: true, cid: clients[0]?.id ?? '' },
      video: { codec: 'H264', profile: 'Baseline', level: '3.1', width: 640, height: 480 },
      audio: { codec: 'Opus', sample_rate: 48_000, channel: 2 },
    } as unknown as (typeof streams)[0])
    expect(streams[1]).toMatchObject({
      name: 'ben',
      clients: 1,
      since_ms: 0,
      publish: { active: false, cid: '' },
      video: null,
      audio: null,
    })
    expect(await get(stage, `/streams/${streams[1]?.id}`)).toMatchObject({
      stream: { name: 'ben' },
    })
    expect(await get(stage, '/streams/vid-none')).toMatchObject({ code: 2048 })
  })

  test('MD17 clients, without what ends their sessions', async () => {
    const stage = await busyStage()
    stage.clock.advance(2500)
    const { clients } = (await get(stage, '/clients')) as { clients: { id: string }[] }
    expect(clients).toHaveLength(4)
    expect(clients[0]).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      ip: '192.0.2.1',
      pageUrl: 'http://p/',
      url: '/lake/ann',
      name: 'ann',
      type: 'rtc-publish',
      publish: true,
      alive: 2.5,
      kbps: { recv_30s: 0, send_30s: 0 },
    })
    expect(clients[1]).toMatchObject({
      ip: '192.0.2.2',
      type: 'rtc-play',
      publish: false,
    })
    for (const { id } of stage.media.sessions()) expect(JSON.stringify(clients)).not.toContain(id)
    const one = await get(stage, `/clients/${clients[1]?.id}`)
    expect(one).toMatchObject({ client: { ip: '192.0.2.2' } })
    expect(await get(stage, '/clients/none')).toMatchObject({ code: 2049 })
  })

  test('MD17 a session of the server’s own is listed as well', async () => {
    const stage = new Stage()
    await stage.opening
    const { id } = stage.media.open({ kind: 'play', stream: 'a/b', sdp: OFFER, address: '' })
    const { clients } = (await get(stage, '/clients')) as { clients: { id: string }[] }
    expect(clients).toHaveLength(1)
    expect(clients[0]?.id).not.toBe(id)
  })

  test.each([
    ['', 10],
    ['?count=3', 3],
    ['?start=10&count=10', 2],
    ['?start=50', 0],
    ['?count=0', 0],
    ['?count=-1', 10],
    ['?count=x&start=y', 10],
    ['?count=99999999999', 10],
  ])('MD17 /clients/%s: %i', async (query, count) => {
    const stage = new Stage()
    for (let number = 0; number < 12; number += 1) {
      await stage.openSrs('play', `webrtc://h/lake/${number}`)
    }
    const { clients } = (await get(stage, `/clients/${query}`)) as { clients: unknown[] }
    expect(clients).toHaveLength(count)
  })

  test.each([
    ['GET', '/', 404],
    ['GET', '', 404],
    ['GET', '/vhosts', 404],
    ['GET', '/versions/x', 404],
    ['GET', '/streams/x/y', 404],
    ['POST', '/streams/', 405],
    ['DELETE', '/streams/x', 405],
    ['DELETE', '/clients/', 405],
    ['PUT', '/clients/x', 405],
  ])('MD17 %s %s: %i', async (method, path, status) => {
    const stage = new Stage()
    const answer = await stage.ask(method, `/api/v1${path}`, { headers: admin(stage) })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ code: status })
  })
})

test('MD18 DELETE of a client ends its session, and it may come back', async () => {
  const stage = await busyStage()
  const { clients } = (await get(stage, '/clients/')) as { clients: { id: string }[] }
  const ends: unknown[] = []
  stage.media.on('ended', ({ kind }, reason) => ends.push([kind, reason]))
  const kick = () =>
    stage.ask('DELETE', `/api/v1/clients/${clients[0]?.id}`, { headers: admin(stage) })
  expect(await (await kick()).json()).toMatchObject({ code: 0 })
  expect(ends).toEqual([['publish', 'kicked']])
  expect(await (await kick()).json()).toMatchObject({ code: 2049 })
  expect((await stage.openSrs('publish', 'webrtc://h/lake/ann')).code).toBe(0)
})

describe('MD16 who may ask', () => {
  const someone = (isAdministrator: boolean): Promise<Identity> =>
    Promise.resolve({ user: { isAdministrator }, loginId: 1 } as Identity)
  const basic = (stage: Stage) => {
    const token = stage.tokens.issue({ kind: 'admin', ttlMs: 1000 })
    return { authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}` }
  }
  const own = { origin: 'https://duet.example' }

  test.each([
    ['nobody', 401, {}, undefined],
    ['a bearer token', 200, admin, undefined],
    ['the token as a password', 200, basic, undefined],
    ['a token to publish', 401, (stage: Stage) => stage.bearer('publish', 'a/b'), undefined],
    ['nonsense', 401, { authorization: 'Bearer x' }, undefined],
    ['nonsense as a password', 401, { authorization: 'Basic %%%' }, undefined],
    ['an administrator’s login', 200, own, () => someone(true)],
    ['another login', 401, own, () => someone(false)],
    ['no login', 401, own, () => Promise.resolve(undefined)],
    ['a wrong token of an administrator', 401, { authorization: 'Bearer x' }, () => someone(true)],
    ['a login that can’t be judged', 503, own, () => Promise.reject(new Error('lost'))],
  ] as const)('MD16 %s: %i', async (_name, status, headers, identify) => {
    const stage = new Stage(identify ? { identify } : {})
    const sent = typeof headers === 'function' ? headers(stage) : headers
    for (const [method, path] of [
      ['GET', '/api/v1/clients/'],
      ['DELETE', '/api/v1/clients/none'],
    ] as const) {
      const answer = await stage.ask(method, path, { headers: sent })
      expect([method, answer.status]).toEqual([method, status])
      const asksForPassword = answer.headers.get('www-authenticate')?.startsWith('Basic') ?? false
      expect(asksForPassword).toBe(status === 401)
    }
  })

  test('MD16 a login of a foreign page ends nothing, for a cookie comes along by itself', async () => {
    const stage = new Stage({ identify: () => someone(true) })
    const foreign = { origin: 'https://evil.example' }
    const answer = await stage.ask('DELETE', '/api/v1/clients/x', { headers: foreign })
    expect(answer.status).toBe(401)
  })

  test.each([
    ['SRS’s port on loopback', 200, `${API}/clients/`, HERE],
    ['by name', 200, 'http://localhost:1985/api/v1/clients/', HERE],
    ['over IPv6', 200, 'http://[::1]:1985/api/v1/clients/', { ...HERE, address: '::1' }],
    ['a web port on loopback', 401, `${API}/clients/`, { ...HERE, listener: without('name') }],
    ['SRS’s port on all addresses', 401, `${API}/clients/`, { ...HERE, listener: without('host') }],
    [
      'SRS’s port on another address',
      401,
      `${API}/clients/`,
      { ...HERE, listener: { ...LOOPBACK, host: '192.168.1.5' } },
    ],
    ['another machine', 401, `${API}/clients/`, { ...HERE, address: '192.168.1.9' }],
    ['a name that leads here', 401, 'http://evil.example:1985/api/v1/clients/', HERE],
    ['a proxy', 401, `${API}/clients/`, { ...HERE, headers: { 'x-forwarded-for': '127.0.0.1' } }],
    ['another proxy', 401, `${API}/clients/`, { ...HERE, headers: { forwarded: 'for=x' } }],
    ['a foreign page', 401, `${API}/clients/`, { ...HERE, headers: { origin: 'http://evil' } }],
    [
      'a page’s script tag',
      401,
      `${API}/clients/`,
      { ...HERE, headers: { 'sec-fetch-site': 'cross-site' } },
    ],
    ['a typed address', 200, `${API}/clients/`, { ...HERE, headers: { 'sec-fetch-site': 'none' } }],
  ] satisfies [string, number, string, Asking][])(
    'MD16 %s: %i',
    async (_name, status, url, asking) => {
      expect((await new Stage().ask('GET', url, asking)).status).toBe(status)
    },
  )
})

/** That listener without its name, or on all addresses. */
function without(what: 'name' | 'host'): Listener {
  const { name: _, ...unnamed } = LOOPBACK
  return what === 'name' ? unnamed : { ...LOOPBACK, host: undefined }
}

test('MD24 an address reads so often, with and without a token', async () => {
  const stage = new Stage()
  const { burst, perSecond } = MEDIA_LIMITS.readRate
  for (let count = 0; count < burst; count += 1) await stage.ask('GET', '/api/v1/versions')
  const ask = () => stage.ask('GET', '/api/v1/versions', { headers: admin(stage) })
  expect((await ask()).status).toBe(429)
  stage.clock.advance(1000 / perSecond)
  expect((await ask()).status).toBe(200)
})
