import { beforeEach, expect, test } from 'bun:test'
import { useBrowser } from '../call-stage.ts'
import { MediaStage } from './media-stage.ts'

useBrowser()
let stage: MediaStage
beforeEach(() => {
  stage = new MediaStage()
})

test('the stream is told when the server is connected, once', async () => {
  const playback = stage.play()
  await stage.answered()
  expect(playback.stream).toBeNull()
  stage.connection.connect()
  const { stream } = playback
  expect((stream as unknown as { tracks: unknown[] }).tracks).toEqual([
    { kind: 'audio' },
    expect.objectContaining({ kind: 'video' }),
  ])
  stage.connection.become('disconnected')
  stage.connection.become('connected')
  expect(playback.stream).toBe(stream)
  expect(stage.told.filter((what) => what === 'stream')).toHaveLength(1)
  playback.close()
})

test('another connection has another stream', async () => {
  const playback = stage.play()
  await stage.answered()
  stage.connection.connect()
  const { stream } = playback
  stage.server.answers.restart.status = 404
  stage.connection.become('failed')
  await stage.answered(2)
  stage.connection.connect()
  expect(playback.stream).not.toBe(stream)
  expect(stage.told.filter((what) => what === 'stream')).toHaveLength(2)
  playback.close()
  await stage.settle()
  expect(stage.clock.pending).toBe(0)
})

test('only what is wanted has a place, which only receives', () => {
  const playback = stage.play({ video: false })
  const places = stage.connection.transceivers.map(({ direction, receiver }) => [
    receiver.track.kind,
    direction,
  ])
  expect(places).toEqual([['audio', 'recvonly']])
  playback.close()
})
