import { afterEach, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RequestContext } from '../front/socket.ts'
import { LIVE_FILE_RATE } from './limits.ts'
import { createLiveFiles, type LiveFiles } from './live-files.ts'
import { CaptureStage } from './testing/capture-stage.ts'

let stage: CaptureStage
let files: LiveFiles
afterEach(() => stage.close())

async function open(): Promise<void> {
  stage = await CaptureStage.open()
  files = createLiveFiles(stage.liveRooms, stage.clock, true)
  await stage.begin('live')
  const directory = stage.tools.lives[0]!.options.hlsDirectory
  writeFileSync(join(directory, 'live.m3u8'), '#EXTM3U')
  writeFileSync(join(directory, 'live-1.ts'), 'segment')
  writeFileSync(join(stage.data, 'cache/live/secret.ts'), 'secret')
}

function ask(path: string, address = '192.0.2.1') {
  const url = new URL(path, 'https://duet.example')
  const headers = new Headers({ 'user-agent': 'Firefox' })
  const context: RequestContext = { url, headers, address, isSecure: true, host: url.host }
  return files(context)
}

test('RE10 the playlist is asked for each time, so are segments, whose names come again', async () => {
  await open()
  const playlist = await ask('/live/LAKE/hls/live.m3u8')
  expect(await playlist?.text()).toBe('#EXTM3U')
  expect(playlist?.headers.get('content-type')).toBe('application/vnd.apple.mpegurl')
  expect(playlist?.headers.get('cache-control')).toBe('no-store')
  const segment = await ask('/live/lake/hls/live-1.ts')
  expect(await segment?.text()).toBe('segment')
  expect(segment?.headers.get('content-type')).toBe('video/mp2t')
  expect(segment?.headers.get('cache-control')).toBe('no-store')
  const found = stage.liveRooms.find('lake')
  expect(found).toMatchObject({ viewers: 1 })
})

test('RE11 nothing else is there, and nothing once it is over', async () => {
  await open()
  const paths = [
    '/live/lake/hls/other.ts',
    '/live/lake/hls/..%2Fsecret.ts',
    '/live/lake/hls/%2e%2e%2fsecret.ts',
    '/live/lake/hls/live.txt',
    '/live/sea/hls/live.m3u8',
    '/live/%E0%A4%A/hls/live.m3u8',
  ]
  for (const path of paths) expect([path, (await ask(path))?.status]).toEqual([path, 404])
  stage.service.stop('lake', 'live')
  expect((await ask('/live/lake/hls/live.m3u8'))?.status).toBe(404)
})

test('other addresses are others’', async () => {
  await open()
  for (const path of ['/live/lake', '/live/lake/hls', '/live/lake/hls/a/b.ts', '/live', '/']) {
    expect([path, ask(path)]).toEqual([path, undefined])
  }
})

test('an address that asks too often is told', async () => {
  await open()
  for (let count = 0; count < LIVE_FILE_RATE.burst; count += 1) {
    await ask('/live/lake/hls/live.m3u8')
  }
  expect((await ask('/live/lake/hls/live.m3u8'))?.status).toBe(429)
  expect((await ask('/live/lake/hls/live.m3u8', '192.0.2.2'))?.status).toBe(200)
})
