import { afterEach, expect, test } from 'bun:test'
import { CaptureStage } from '../captures/testing/capture-stage.ts'
import { openTestApi, type TestApi } from './testing.ts'

let api: TestApi
let stage: CaptureStage
afterEach(async () => {
  await api.close()
  await stage.close()
})

test('RE9 RE11 viewers are told where a call is shown, and when it is over', async () => {
  stage = await CaptureStage.open()
  api = await openTestApi({ liveRooms: stage.liveRooms })
  expect((await api.ask('GET /api/live/lake')).status).toBe(404)
  await stage.begin('live')
  const live = {
    state: 'live',
    room: 'lake',
    startedAt: stage.clock.now(),
    viewers: 0,
    layout: 'inset',
    streams: [
      { name: 'Ann', play: '/whep/lake/ann' },
      { name: 'Ben', play: '/whep/lake/ben' },
    ],
  }
  expect(JSON.parse((await api.ask('GET /api/live/LAKE')).text)).toEqual({ ...live, hls: null })
  stage.tools.lives[0]?.go({ state: 'running' })
  expect(JSON.parse((await api.ask('GET /api/live/lake')).text)).toEqual({
    ...live,
    hls: '/live/lake/hls/live.m3u8',
  })
  stage.service.stop('lake', 'live')
  const endedAt = stage.clock.now()
  expect(JSON.parse((await api.ask('GET /api/live/lake')).text)).toEqual({ state: 'over', endedAt })
})

test('a room of another script has an address as well', async () => {
  stage = await CaptureStage.open()
  api = await openTestApi({ liveRooms: stage.liveRooms })
  await stage.begin('live', { room: '湖' })
  stage.tools.lives[0]?.go({ state: 'running' })
  const { text } = await api.ask('GET /api/live/%E6%B9%96')
  expect(JSON.parse(text)).toMatchObject({
    streams: [{ play: '/whep/%E6%B9%96/ann' }, { play: '/whep/%E6%B9%96/ben' }],
    hls: '/live/%E6%B9%96/hls/live.m3u8',
  })
})
