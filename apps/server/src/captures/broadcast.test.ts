import { afterEach, expect, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../testing/until.ts'
import { ARRIVAL_MS, CAPTURE_LIMITS, MAX_CAPTURE_MS } from './limits.ts'
import { CaptureStage } from './testing/capture-stage.ts'

let stage: CaptureStage
afterEach(() => stage.close())

const liveFolders = () => readdirSync(join(stage.data, 'cache/live'))

test('RE10 both members’ frames go into one broadcast, until it is stopped', async () => {
  stage = await CaptureStage.open()
  const push = { url: 'rtmp://example/app', key: 'secret' }
  const start = await stage.begin('live', { live: { layout: 'side-by-side', push } })
  const [live] = stage.tools.lives
  expect(live?.options).toMatchObject({ layout: 'side-by-side', push })
  expect(existsSync(live?.options.hlsDirectory ?? '')).toBe(true)
  stage.streams.send('lake/ben', 'b')
  stage.streams.send('lake/ann', 'a')
  expect(live?.written).toEqual(['1 b', '0 a'])
  expect(stage.progressOf(start)).toEqual({ state: 'starting' })
  live?.go({ state: 'running' })
  expect(stage.progressOf(start)).toEqual({ state: 'running', live: { path: '/live/lake' } })
  live?.options.onKeyFrameNeeded?.(1)
  expect(stage.streams.keyFrameRequests).toEqual(['lake/ben'])
  stage.service.stop('lake', 'live')
  expect(stage.progressOf(start)).toEqual({ state: 'stopped' })
  stage.streams.send('lake/ann', 'late')
  expect(live?.written).toHaveLength(2)
  expect(stage.streams.open).toEqual([])
  await until(() => liveFolders().length === 0)
  expect(live?.isClosed).toBe(true)
  expect(JSON.stringify(stage.logs)).not.toContain('secret')
})

test('RE12 a push that is refused is told, and the broadcast goes on', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('live')
  const [live] = stage.tools.lives
  live?.go({ state: 'running', push: 'refused' })
  const path = '/live/lake'
  expect(stage.progressOf(start)).toEqual({
    state: 'running',
    fault: 'push-refused',
    live: { path },
  })
  const before = stage.told.length
  live?.go({ state: 'running', push: 'refused' })
  expect(stage.told).toHaveLength(before)
  live?.go({ state: 'running', push: 'on' })
  expect(stage.progressOf(start)).toEqual({ state: 'running', live: { path } })
})

test('RE12 nothing is pushed into this server’s own network', async () => {
  stage = await CaptureStage.open()
  const push = { url: 'rtmp://inside/app' }
  const start = await stage.begin('live', { live: { layout: 'inset', push } })
  const [live] = stage.tools.lives
  expect(await live?.options.push?.addresses()).toEqual([])
  expect(start.live?.push).toEqual(push)
})

test.each(['no-ffmpeg', 'ffmpeg-failed'] as const)('RE10 %s ends it with a word', async (fault) => {
  stage = await CaptureStage.open()
  const start = await stage.begin('live')
  stage.tools.lives[0]?.go({ state: 'failed', fault, message: 'it is missing' })
  expect(stage.progressOf(start)).toEqual({ state: 'failed', fault })
  expect(stage.liveRooms.find('lake')?.state).toBe('over')
})

test('RE7 no media ends it; of one member alone it is told', async () => {
  stage = await CaptureStage.open()
  const [none, some] = [await stage.begin('live'), await stage.begin('live', { room: 'sea' })]
  stage.streams.send('sea/ann')
  stage.tools.lives[1]?.go({ state: 'running' })
  stage.clock.advance(ARRIVAL_MS)
  expect(stage.progressOf(none)).toEqual({ state: 'failed', fault: 'no-media' })
  expect(stage.progressOf(some)).toMatchObject({ state: 'running', fault: 'no-media' })
})

test('one that is stopped at once mixes nothing', async () => {
  stage = await CaptureStage.open()
  const start = stage.startOf('live')
  stage.service.start(start)
  stage.service.stop('lake', 'live')
  expect(stage.progressOf(start)).toEqual({ state: 'stopped' })
  await stage.service.close()
  expect(stage.tools.lives).toEqual([])
  expect(liveFolders()).toEqual([])
})

test('RE7 RE9 too many at once are refused, and one ends at last', async () => {
  stage = await CaptureStage.open()
  for (let index = 0; index < CAPTURE_LIMITS.maxBroadcasts; index += 1) {
    await stage.begin('live', { room: `room-${index}` })
    stage.streams.send(`room-${index}/ann`)
  }
  const start = stage.startOf('live')
  stage.service.start(start)
  expect(stage.progressOf(start)).toEqual({ state: 'failed', fault: 'too-many' })
  // A recording is another matter.
  await stage.begin('record')
  stage.clock.advance(MAX_CAPTURE_MS)
  expect(stage.liveRooms.count).toBe(0)
})

test('the close ends it, with all its timers', async () => {
  stage = await CaptureStage.open()
  const start = await stage.begin('live')
  await stage.service.close()
  expect(stage.progressOf(start)).toEqual({ state: 'stopped' })
  expect(stage.tools.lives[0]?.isClosed).toBe(true)
  expect(stage.clock.pending).toBe(0)
})

test('RE10 a start clears away what a run before left', async () => {
  stage = await CaptureStage.open()
  const left = join(stage.data, 'cache/live/left')
  mkdirSync(left)
  writeFileSync(join(left, 'live.m3u8'), 'old')
  stage.openService()
  expect(liveFolders()).toEqual([])
})
