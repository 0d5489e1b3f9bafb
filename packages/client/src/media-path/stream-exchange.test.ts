import { silentLogger } from '@duet/base'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { until, useBrowser } from '../call-stage.ts'
import { FakePeerConnection } from '../fake-peer-connection.ts'
import { MediaStage } from '../whip/media-stage.ts'
import type { MediaGrant } from './server-leg.ts'
import { StreamExchange } from './stream-exchange.ts'

useBrowser()

const GRANT: MediaGrant = {
  publish: { url: 'https://media.example/whip/lake/ann', token: 'p' },
  play: { url: 'https://media.example/whep/lake/ben', token: 'q' },
}

let stage: MediaStage
let exchange: StreamExchange
let told: string[]
let grant: MediaGrant | null
let asked: number

beforeEach(() => {
  stage = new MediaStage()
  told = []
  grant = GRANT
  asked = 0
  exchange = new StreamExchange(
    {
      media: stage.media,
      clock: stage.clock,
      logger: silentLogger,
      requestMedia: () => {
        asked += 1
        return Promise.resolve(grant)
      },
      onStream: () => told.push(exchange.stream ? 'stream' : 'no stream'),
      onUp: () => told.push('up'),
      onDown: () => told.push('down'),
    },
    { clock: stage.clock, fetch: stage.server.fetch, random: () => 0 },
  )
})
afterEach(async () => {
  exchange.close()
  exchange.close()
  await stage.settle()
  expect(stage.clock.pending).toBe(0)
  const states = FakePeerConnection.all.map(({ connectionState }) => connectionState)
  expect(states.every((state) => state === 'closed')).toBe(true)
})

const answered = (count: number) =>
  until(`${count} answers`, () => {
    const { all } = FakePeerConnection
    return all.length === count && all.every(({ remoteDescription }) => remoteDescription)
  })

test('V6 what is sent is published at once, and nothing played that nobody publishes', async () => {
  await answered(1)
  stage.connection.connect()
  expect(stage.server.requests).toEqual(['POST /whip/lake/ann'])
  expect(told).toEqual(['up'])
  await exchange.mediaChanged('video')
})

test('V6 the peer publishes: it is played for as long as it does', async () => {
  exchange.setPeerPublishing(true)
  await answered(2)
  stage.connection.connect()
  expect(told).toEqual(['stream', 'up'])
  exchange.setPeerPublishing(false)
  expect(told).toEqual(['stream', 'up', 'no stream', 'down'])
  expect(stage.server.requests).toContain('DELETE /session/2')
  exchange.setPeerPublishing(true)
  await until('another one', () => stage.server.all('POST').length === 3)
})

test('V6 what ends is begun again, with a new token', async () => {
  await answered(1)
  stage.connection.connect()
  stage.server.answers.restart.status = 404
  stage.server.answers.status = 401
  stage.connection.become('failed')
  await stage.pass(250)
  expect(told).toEqual(['up', 'down'])
  stage.server.answers.status = 201
  await stage.pass(2_000)
  expect(asked).toBe(2)
  stage.connection.connect()
  expect(told).toEqual(['up', 'down', 'up'])
})

test('V2 a server that takes nobody is asked again', async () => {
  exchange.close()
  await stage.settle()
  grant = null
  const other = new StreamExchange(
    {
      media: stage.media,
      clock: stage.clock,
      logger: silentLogger,
      requestMedia: () => {
        asked += 1
        return Promise.resolve(grant)
      },
      onStream: () => {},
      onUp: () => {},
      onDown: () => {},
    },
    { clock: stage.clock, fetch: stage.server.fetch, random: () => 0 },
  )
  const before = asked
  await stage.pass(2_000)
  expect(asked).toBe(before + 1)
  grant = GRANT
  const posts = stage.server.all('POST').length
  await stage.pass(2_000)
  expect(stage.server.all('POST').length).toBe(posts + 1)
  other.close()
})

test('figures are the server’s', async () => {
  await answered(1)
  stage.connection.connect()
  expect((await exchange.sample())?.mode).toBe('server')
})
