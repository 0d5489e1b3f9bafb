import { beforeEach, expect, test } from 'bun:test'
import { useBrowser } from '../call-stage.ts'
import type { FakePeerConnection } from '../fake-peer-connection.ts'
import { MediaStage } from './media-stage.ts'
import { publish } from './publication.ts'

useBrowser()
let stage: MediaStage
beforeEach(() => {
  stage = new MediaStage()
})

const camera = { kind: 'video' } as MediaStreamTrack
const screen = { kind: 'video' } as MediaStreamTrack
const voice = { kind: 'audio' } as MediaStreamTrack

const sent = (connection: FakePeerConnection) =>
  connection.transceivers.map(({ sender }) => sender.track)

test('sound and picture have a place each that only sends', () => {
  stage.media.setTrack('audio', voice)
  const publication = stage.publish()
  const { transceivers } = stage.connection
  expect(transceivers.map(({ direction }) => direction)).toEqual(['sendonly', 'sendonly'])
  expect(transceivers.map(({ receiver }) => receiver.track.kind)).toEqual(['audio', 'video'])
  expect(sent(stage.connection)).toEqual([voice, null])
  publication.close()
})

test('another track takes the place of the first one, on later connections too', async () => {
  stage.media.setTrack('video', camera)
  const publication = stage.publish()
  await stage.answered()
  stage.connection.connect()
  await publication.replaceTrack('video', screen)
  expect(sent(stage.connection)[1]).toBe(screen)
  stage.server.answers.restart.status = 404
  stage.connection.become('failed')
  await stage.answered(2)
  expect(sent(stage.connection)[1]).toBe(screen)
  publication.close()
  await stage.settle()
  expect(stage.clock.pending).toBe(0)
})

test('publish() takes the first track of each kind', () => {
  const stream = { getTracks: () => [camera, voice, screen] } as unknown as MediaStream
  const publication = publish('https://media.invalid/whip/a/b', { stream })
  expect(sent(stage.connection)).toEqual([voice, camera])
  publication.close()
  expect(publication.state.name).toBe('ended')
})
