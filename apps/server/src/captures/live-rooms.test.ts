import { afterEach, expect, test } from 'bun:test'
import { MAX_COUNTED_VIEWERS, OVER_MS, VIEWER_SILENCE_MS } from './limits.ts'
import { CaptureStage } from './testing/capture-stage.ts'

let stage: CaptureStage
afterEach(() => stage.close())

const viewers = () => {
  const found = stage.liveRooms.find('lake')
  return found?.state === 'live' ? found.viewers : undefined
}

test('RE11 a room is live, then over for a while, then nothing', async () => {
  stage = await CaptureStage.open()
  expect(stage.liveRooms.find('lake')).toBeUndefined()
  await stage.begin('live')
  expect(stage.liveRooms.find('lake')).toMatchObject({ state: 'live', viewers: 0 })
  stage.service.stop('lake', 'live')
  const endedAt = stage.clock.now()
  expect(stage.liveRooms.find('lake')).toEqual({ state: 'over', endedAt })
  stage.clock.advance(OVER_MS)
  expect(stage.liveRooms.find('lake')).toBeUndefined()
  expect(stage.clock.pending).toBe(1) // the retention's
})

test('RE9 its streams are everybody’s as long as it is live', async () => {
  stage = await CaptureStage.open()
  const streams = ['lake/ann', 'lake/ben', 'lake/other', 'sea/ann']
  const open = () => streams.filter((stream) => stage.liveRooms.isOpen(stream))
  await stage.begin('record')
  expect(open()).toEqual([])
  await stage.begin('live')
  expect(open()).toEqual(['lake/ann', 'lake/ben'])
  stage.service.stop('lake', 'live')
  expect(open()).toEqual([])
  expect(stage.closedStreams).toEqual(['lake/ann', 'lake/ben'])
})

test('MD26 MD27 what somebody else publishes under a member’s name is not', async () => {
  stage = await CaptureStage.open()
  await stage.begin('live')
  stage.streams.taken.add('lake/ann')
  expect(stage.liveRooms.isOpen('lake/ann')).toBe(false)
  expect(stage.liveRooms.isOpen('lake/ben')).toBe(true)
  stage.streams.taken.clear()
  expect(stage.liveRooms.isOpen('lake/ann')).toBe(true)
})

test('viewers are counted, without the members', async () => {
  stage = await CaptureStage.open()
  await stage.begin('live')
  for (const member of ['ann', 'ben']) stage.streams.send(`lake/${member}`)
  stage.players.set('lake/ann', 4).set('lake/ben', 3)
  expect(viewers()).toBe(3)
  stage.liveRooms.sawViewer('lake', 'one')
  stage.clock.advance(VIEWER_SILENCE_MS - 1)
  stage.liveRooms.sawViewer('lake', 'one')
  stage.liveRooms.sawViewer('lake', 'two')
  expect(viewers()).toBe(5)
  stage.clock.advance(VIEWER_SILENCE_MS)
  expect(viewers()).toBe(3)
  stage.liveRooms.sawViewer('sea', 'nobody')
})

test('more viewers than are counted are forgotten', async () => {
  stage = await CaptureStage.open()
  await stage.begin('live')
  for (let viewer = 0; viewer <= MAX_COUNTED_VIEWERS; viewer += 1) {
    stage.liveRooms.sawViewer('lake', String(viewer))
  }
  expect(viewers()).toBe(MAX_COUNTED_VIEWERS)
})

test('a room that goes live again is not over', async () => {
  stage = await CaptureStage.open()
  await stage.begin('live')
  stage.service.stop('lake', 'live')
  await stage.begin('live')
  expect(stage.liveRooms.find('lake')?.state).toBe('live')
})
