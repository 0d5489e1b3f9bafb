import { silentLogger } from '@duet/base'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import type { PeerMedia } from '../call-state.ts'
import { until, useBrowser } from '../call-stage.ts'
import { FakePeerConnection } from '../fake-peer-connection.ts'
import { MediaStage } from '../whip/media-stage.ts'
import { ServerLeg } from './server-leg.ts'

useBrowser()

const GRANT = {
  publish: { url: 'https://media.example/whip/lake/ann', token: 'p' },
  play: { url: 'https://media.example/whep/lake/ben', token: 'q' },
}

let stage: MediaStage
let direct: FakePeerConnection
let leg: ServerLeg
let told: string[]
let expected: PeerMedia

/** The connections to the server: what is published, and what is played. */
const made = () => FakePeerConnection.all as [FakePeerConnection, FakePeerConnection]

beforeEach(() => {
  stage = new MediaStage()
  direct = FakePeerConnection.ofPeer()
  direct.become('connected')
  told = []
  expected = { audio: true, video: true, screen: false }
})

function open(): void {
  leg = new ServerLeg(
    {
      grant: GRANT,
      media: stage.media,
      direct: direct as unknown as RTCPeerConnection,
      expected: () => expected,
      clock: stage.clock,
      logger: silentLogger,
      onArrived: () => told.push('arrived'),
      onLost: () => told.push('lost'),
    },
    { clock: stage.clock, fetch: stage.server.fetch, random: () => 0 },
  )
}

afterEach(async () => {
  leg.close()
  leg.close()
  await stage.settle()
  expect(stage.clock.pending).toBe(0)
  expect(made().map(({ connectionState }) => connectionState)).toEqual(['closed', 'closed'])
})

/** Both are connected. */
async function connect(): Promise<void> {
  open()
  await until('two answers', () => made().every(({ remoteDescription }) => remoteDescription))
  for (const connection of made()) connection.connect()
}

/** Time passes, and something comes from the server meanwhile, or nothing. */
async function pass(ms: number, { isAlive }: { isAlive: boolean }): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    if (isAlive) made()[1].received += 1000
    await stage.pass(250)
  }
}

test('V4 what is sent is published, what the other side publishes is played', async () => {
  await connect()
  const [publish, play] = stage.server.all('POST')
  expect([publish?.path, play?.path]).toEqual(['/whip/lake/ann', '/whep/lake/ben'])
  expect(publish?.headers.get('authorization')).toBe('Bearer p')
  expect(play?.headers.get('authorization')).toBe('Bearer q')
  Object.assign(made()[1], { frames: 2, packets: 5 })
  await stage.pass(250)
  expect(told).toEqual(['arrived'])
  expect(leg.stream).not.toBeNull()
})

test('V4 on the way back the direct connection counts', async () => {
  await connect()
  leg.awaitDirect()
  Object.assign(made()[1], { frames: 10, packets: 50 })
  await pass(250, { isAlive: true })
  expect(told).toEqual([])
  Object.assign(direct, { frames: 2, packets: 5 })
  await pass(250, { isAlive: true })
  expect(told).toEqual(['arrived'])
  leg.awaitServer()
  Object.assign(direct, { frames: 10, packets: 50 })
  await pass(250, { isAlive: true })
  expect(told).toEqual(['arrived'])
  Object.assign(made()[1], { frames: 20, packets: 90 })
  await pass(250, { isAlive: true })
  expect(told).toEqual(['arrived', 'arrived'])
})

test.each([
  [{ audio: true, video: false, screen: false }, 2_000],
  [{ audio: false, video: true, screen: false }, 2_000],
  [{ audio: false, video: true, screen: true }, 6_000],
  [{ audio: false, video: false, screen: false }, 6_000],
])('V5 while the other side sends %p the server is lost after %i ms', async (media, limit) => {
  expected = media
  await connect()
  await pass(limit * 2, { isAlive: true })
  expect(told.filter((what) => what === 'lost')).toEqual([])
  await pass(limit - 500, { isAlive: false })
  expect(told.filter((what) => what === 'lost')).toEqual([])
  await pass(1_000, { isAlive: false })
  expect(told.filter((what) => what === 'lost')).toEqual(['lost'])
})

test.each([0, 1])('V5 connection %i breaks: the way is lost, and not mended', async (index) => {
  await connect()
  made()[index]?.become('disconnected')
  expect(told).toEqual(['lost'])
})

test('V5 the server refuses: the way is lost', async () => {
  stage.server.answers.status = 409
  open()
  await until('the end', () => told.length > 0)
  expect(told[0]).toBe('lost')
})

test('figures are those of what is sent there and of what comes from there', async () => {
  await connect()
  const report = await leg.sample()
  expect(report?.mode).toBe('server')
})
