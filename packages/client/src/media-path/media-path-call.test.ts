import { afterEach, beforeEach, expect, test } from 'bun:test'
import { bob, expectNoConnection, Stage, until, useBrowser } from '../call-stage.ts'
import { mediaPartsWith, type FakeServerLeg } from './media-path-stage.ts'
import { NO_MEDIA_PATH, type MediaPathInfo } from './media-path.ts'

useBrowser()
let stage: Stage
let legs: FakeServerLeg[]
let infos: MediaPathInfo[]

beforeEach(() => {
  legs = []
  infos = []
  stage = new Stage(undefined, { loadMediaParts: () => Promise.resolve(mediaPartsWith(legs)) })
  stage.call.on('mediapath', (info) => infos.push(info))
})
afterEach(() => {
  stage.call.close()
  expect(stage.clock.pending).toBe(0)
  expect(legs.every(({ isClosed }) => isClosed)).toBe(true)
  expectNoConnection()
})

const bobSays = (turn: number, via: string, plays = 'direct') =>
  stage.ann.channel.hear({ type: 'media-path', turn, via, plays, why: 'pressed' })

/** What Ann said of it last. */
const annSaid = () => stage.ann.channel.sent.findLast(({ type }) => type === 'media-path')

/** The request that Ann made last. */
function requested() {
  return until('a request', () => stage.server.all('request-media').at(-1))
}

const granted = () =>
  stage.server.say({
    type: 'media-granted',
    replyTo: stage.server.received,
    publish: { url: '/whip/lake/a1', token: 'p' },
    play: { url: 'https://media.example/whep/lake/b1', token: 'q' },
  })

test('V3 it is offered when the other side said that it can', async () => {
  await stage.talkAsFirst()
  expect(annSaid()).toMatchObject({ turn: 0, via: 'direct', plays: 'direct' })
  expect(stage.call.mediaPath).toEqual(NO_MEDIA_PATH)
  bobSays(0, 'direct')
  expect(stage.call.mediaPath).toEqual({ ...NO_MEDIA_PATH, isOffered: true })
  expect(infos).toEqual([{ ...NO_MEDIA_PATH, isOffered: true }])
})

test('V2 it is not offered where the server has none', async () => {
  stage.server.hasMedia = false
  stage.server.restart()
  await stage.online()
  await stage.talkAsFirst()
  bobSays(0, 'direct')
  stage.call.moveMedia('server')
  expect([stage.call.mediaPath, infos]).toEqual([NO_MEDIA_PATH, []])
})

test('V1 V4 a press asks for the way, and what comes from there is shown', async () => {
  await stage.talkAsFirst()
  bobSays(0, 'direct')
  stage.call.moveMedia('server')
  expect(stage.call.mediaPath.name).toBe('entering')
  expect(await requested()).toEqual({ type: 'request-media', peer: bob.id })
  expect(annSaid()).toMatchObject({ turn: 1, via: 'server', plays: 'direct' })
  granted()
  const leg = await until('a way', () => legs[0])
  expect(leg.options.grant).toEqual({
    publish: { url: 'https://duet.example/whip/lake/a1', token: 'p' },
    play: { url: 'https://media.example/whep/lake/b1', token: 'q' },
  })
  leg.arrive()
  expect(stage.call.remoteStream).toBe(leg.stream)
  expect((await stage.call.sample())?.mode).toBe('server')
  expect(infos.map(({ name }) => name)).toEqual(['direct', 'entering', 'server'])
})

test('V1 the other side moves it: this one follows', async () => {
  await stage.talkAsSecond()
  bobSays(1, 'server')
  await requested()
  granted()
  await until('a way', () => legs[0])
  expect(stage.call.mediaPath).toMatchObject({ name: 'entering', by: 'peer' })
})

test('V2 the server takes nobody: the call goes on directly, and nothing is refused aloud', async () => {
  await stage.talkAsFirst()
  bobSays(0, 'direct')
  stage.call.moveMedia('server')
  await requested()
  const replyTo = stage.server.received
  stage.server.say({ type: 'error', code: 'media-off', message: '', replyTo })
  await until('the end', () => stage.call.mediaPath.why === 'failed')
  expect(stage.call.mediaPath.name).toBe('direct')
  expect(stage.told.filter((what) => what.startsWith('refused'))).toEqual([])
})

test('an answer to nothing is nothing', async () => {
  await stage.talkAsFirst()
  granted()
  expect(stage.call.state.name).toBe('connected')
  expect(legs).toEqual([])
})

test('V5 a peer that begins anew begins directly', async () => {
  await stage.talkAsFirst()
  bobSays(1, 'server')
  await requested()
  granted()
  const leg = await until('a way', () => legs[0])
  leg.arrive()
  stage.server.say({ type: 'peer-left', peer: bob.id, reason: 'left' })
  expect(leg.isClosed).toBe(true)
  expect([stage.call.mediaPath, infos.at(-1)]).toEqual([NO_MEDIA_PATH, NO_MEDIA_PATH])
})

test('V5 the server forgets the session: what it was asked is not waited for', async () => {
  await stage.talkAsFirst()
  bobSays(0, 'direct')
  stage.call.moveMedia('server')
  await requested()
  stage.server.restart()
  await stage.online()
  await until('the end', () => stage.call.mediaPath.why === 'failed')
  expect(stage.call.mediaPath.name).toBe('direct')
})
