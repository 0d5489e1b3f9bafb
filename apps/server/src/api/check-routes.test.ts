import { FakeClock } from '@duet/base'
import { afterEach, expect, test } from 'bun:test'
import { CheckStreams } from '../checks/check-streams.ts'
import { MAX_CHECK_STREAMS } from '../checks/limits.ts'
import { NetworkProbe } from '../checks/network-probe.ts'
import { FakeMediaServer } from '../media/testing/fake-media-server.ts'
import { MediaTokens } from '../media/tokens.ts'
import { openTestApi, type AskOptions, type TestApi } from './testing.ts'

const ADDRESS = '203.0.113.1'
const LOCAL = { lan: ['192.168.0.2'], global: ['198.51.100.1', '198.51.100.2', '2001:db8::1'] }
const AGENT = { ip: ADDRESS, port: 50_000, ufrag: 'abcd', pwd: 'a'.repeat(24) }

let api: TestApi | undefined
afterEach(() => api?.close())

/** An API with a media server that carries nothing. */
async function open(
  options: { openTo?: 'everyone' | 'accounts'; isLimited?: boolean } = {},
  localAddresses = LOCAL,
) {
  const clock = new FakeClock()
  const media = new FakeMediaServer(clock)
  const tokens = new MediaTokens(Buffer.alloc(32), clock)
  const { isLimited = false } = options
  const streams = new CheckStreams(media, { tokens, clock })
  const probe = new NetworkProbe(media, { localAddresses, isLimited, clock })
  api = await openTestApi({ checks: { ...options, media: { port: 8000, streams, probe } } })
  const ask = (request: string, body: object = {}, more: AskOptions = {}) =>
    (api as TestApi).ask(request, { body, ...more })
  return { api, clock, media, streams, tokens, ask }
}

test('it says how a request arrived, and what there is to try', async () => {
  const { api: opened } = await open()
  const { status, text } = await opened.ask('GET /api/check')
  expect([status, JSON.parse(text)]).toEqual([
    200,
    {
      version: '1.2.3',
      now: opened.clock.now(),
      address: ADDRESS,
      host: 'duet.example',
      isSecure: true,
      mediaPort: 8000,
      mayTryMedia: true,
    },
  ])
})

test('a stream to try is anybody’s for a minute, then it ends', async () => {
  const { ask, clock, media, tokens } = await open()
  const { status, text } = await ask('POST /api/check/media')
  expect(status).toBe(201)
  const { publish, play } = JSON.parse(text) as Record<string, { url: string; token: string }>
  const room = /^\/whip\/(check-[0-9a-f]{24})\/check$/.exec(publish?.url ?? '')?.[1]
  expect(play?.url).toBe(`/whep/${room}/check`)
  const stream = `${room}/check`
  expect(tokens.verify(publish?.token, { kind: 'publish', stream })).toBe(true)
  expect(tokens.verify(play?.token, { kind: 'play', stream })).toBe(true)
  expect(tokens.verify(play?.token, { kind: 'publish', stream })).toBe(false)
  media.open({ kind: 'publish', stream, sdp: 'v=0', address: ADDRESS })
  media.open({ kind: 'publish', stream: 'lake/ann', sdp: 'v=0', address: ADDRESS })
  clock.advance(60_000)
  expect(media.sessions().map((session) => session.stream)).toEqual(['lake/ann'])
  expect(clock.pending).toBe(0)
})

test('so many streams are tried at once', async () => {
  const { ask, clock, streams } = await open()
  for (let count = 0; count < MAX_CHECK_STREAMS; count += 1) expect(streams.open()).toBeDefined()
  expect((await ask('POST /api/check/media')).status).toBe(429)
  streams.close()
  expect(clock.pending).toBe(0)
  expect((await ask('POST /api/check/media')).status).toBe(201)
})

test('where only accounts open rooms, only they try the media server', async () => {
  const { api: opened, ask } = await open({ openTo: 'accounts' })
  expect(JSON.parse((await opened.ask('GET /api/check')).text).mayTryMedia).toBe(false)
  expect((await ask('POST /api/check/media')).status).toBe(401)
  const { cookie } = await opened.join('ann')
  expect((await ask('POST /api/check/media', {}, { cookie })).status).toBe(201)
})

test('without a media server there is nothing to try', async () => {
  api = await openTestApi()
  expect(JSON.parse((await api.ask('GET /api/check')).text)).toMatchObject({
    mediaPort: null,
    mayTryMedia: false,
  })
  expect((await api.ask('POST /api/check/media', { body: {} })).status).toBe(404)
  expect((await api.ask('POST /api/check/network', { body: AGENT })).status).toBe(404)
})

test('a page’s own ICE agent is probed from the addresses that others see', async () => {
  const { ask, media } = await open()
  const { status, text } = await ask('POST /api/check/network', AGENT)
  expect([status, JSON.parse(text)]).toEqual([200, { outcome: 'probed', sources: 2, answered: 2 }])
  expect(media.probes).toEqual([{ ...AGENT, from: ['198.51.100.1', '198.51.100.2'] }])
  const six = { ...AGENT, ip: '2001:db8::7' }
  await ask('POST /api/check/network', six, { address: '2001:db8::7' })
  expect(media.probes[1]?.from).toEqual(['2001:db8::1'])
})

test('of several private addresses one is taken: all may look the same from outside', async () => {
  const { ask, media } = await open({}, { lan: ['192.168.0.2', '192.168.0.3'], global: [] })
  await ask('POST /api/check/network', AGENT)
  expect(media.probes[0]?.from).toEqual(['192.168.0.2'])
})

test('nothing is sent to any address but that of the request', async () => {
  const { ask, media } = await open()
  for (const ip of ['203.0.113.2', '198.51.100.1', '127.0.0.1', '::ffff:203.0.113.1']) {
    const { text } = await ask('POST /api/check/network', { ...AGENT, ip })
    expect(JSON.parse(text)).toEqual({ outcome: 'other-address' })
  }
  for (const bad of [{ ip: 'duet.example' }, { port: 53 }, { port: 70_000 }, { ufrag: 7 }]) {
    expect((await ask('POST /api/check/network', { ...AGENT, ...bad })).status).toBe(400)
  }
  expect(media.probes).toEqual([])
})

test('one address may ask for so much, and pages of others may not', async () => {
  const { ask, media } = await open({ isLimited: true })
  for (let count = 0; count < 10; count += 1) {
    expect((await ask('POST /api/check/network', AGENT)).status).toBe(200)
  }
  expect((await ask('POST /api/check/network', AGENT)).status).toBe(429)
  expect((await ask('POST /api/check/media')).status).toBe(429)
  const elsewhere = { address: '203.0.113.9' }
  expect((await ask('POST /api/check/media', {}, elsewhere)).status).toBe(201)
  const foreign = { origin: 'https://evil.example', address: '203.0.113.8' }
  expect((await ask('POST /api/check/network', AGENT, foreign)).status).toBe(403)
  expect(media.probes).toHaveLength(10)
})

test('all addresses together may have so much sent', async () => {
  const { ask, media } = await open({ isLimited: true })
  for (let count = 0; count < 45; count += 1) {
    const ip = `203.0.113.${count}`
    const { text } = await ask('POST /api/check/network', { ...AGENT, ip }, { address: ip })
    expect(JSON.parse(text).outcome).toBe(count < 40 ? 'probed' : 'busy')
  }
  expect(media.probes).toHaveLength(40)
})
