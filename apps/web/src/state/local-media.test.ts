import { expect, test } from 'bun:test'
import { FakeMedia, FakeMemory, FakeTrack, settled } from '../testing/fakes.ts'
import { LocalMedia } from './local-media.ts'
import type { CaptureKind } from './ports.ts'

function setUp() {
  const media = new FakeMedia()
  const memory = new FakeMemory()
  const losses: [CaptureKind, string | undefined][] = []
  const local = new LocalMedia(media, memory, (kind, label) => losses.push([kind, label]))
  const states = () => [local.microphone.state.value.name, local.camera.state.value.name]
  return { media, memory, losses, local, states }
}

test('both devices are asked for in one question', async () => {
  const { media, local, states } = setUp()
  const started = local.start()
  expect(states()).toEqual(['asking', 'asking'])
  await started
  expect(states()).toEqual(['on', 'on'])
  expect(media.asked).toHaveLength(1)
  expect(media.asked[0]?.audio).toMatchObject({
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
  })
})

test.each([
  ['NotAllowedError', 'NotAllowedError', 'denied-both'],
  ['NotFoundError', 'NotFoundError', 'none-both'],
  ['NotReadableError', 'NotReadableError', 'in-use-both'],
  [undefined, 'NotFoundError', 'none-camera'],
  [undefined, 'NotReadableError', 'in-use-camera'],
  ['NotFoundError', undefined, 'none-microphone'],
  ['NotReadableError', 'NotFoundError', 'in-use-microphone'],
  ['AbortError', undefined, 'failed-microphone'],
  [undefined, undefined, null],
] as const)('microphone %p and camera %p are told as %p', async (audio, video, notice) => {
  const { media, local } = setUp()
  if (audio) media.faults.set('audio', audio)
  if (video) media.faults.set('video', video)
  await local.start()
  expect(local.notice.value).toBe(notice)
})

test('a refused question does not come again', async () => {
  const { media, local } = setUp()
  media.faults.set('video', 'NotAllowedError')
  await local.start()
  expect(local.notice.value).toBe('denied-both')
  expect(media.asked).toHaveLength(1)
})

test('a camera refused for good leaves the microphone to be asked for', async () => {
  const { media, local, states } = setUp()
  media.faults.set('video', 'NotAllowedError')
  media.permissions.set('video', 'denied')
  await local.start()
  expect(states()).toEqual(['on', 'failed'])
  expect(local.notice.value).toBe('denied-camera')
})

test('retry opens what failed and nothing else', async () => {
  const { media, local, states } = setUp()
  media.faults.set('video', 'NotReadableError')
  await local.start()
  media.faults.clear()
  media.asked.length = 0
  await local.retry()
  expect(states()).toEqual(['on', 'on'])
  expect(media.asked.map(({ audio }) => audio)).toEqual([undefined])
})

test('muting sends silence and keeps the device', async () => {
  const { media, local } = setUp()
  await local.start()
  await local.toggleMicrophone()
  const track = media.tracks.find(({ kind }) => kind === 'audio')
  expect([local.isMuted.value, track?.enabled, track?.readyState]).toEqual([true, false, 'live'])
  await local.toggleMicrophone()
  expect([local.isMuted.value, track?.enabled]).toEqual([false, true])
})

test('a camera that is off is stopped, and on again is another capture', async () => {
  const { media, local, states } = setUp()
  await local.start()
  await local.toggleCamera()
  expect(states()).toEqual(['on', 'off'])
  expect(media.live.map(({ kind }) => kind)).toEqual(['audio'])
  await local.toggleCamera()
  expect(states()).toEqual(['on', 'on'])
})

test('an answer that comes after the change of mind is let go', async () => {
  const { media, local, states } = setUp()
  const started = local.start()
  local.release()
  await started
  expect(states()).toEqual(['off', 'off'])
  expect(media.live).toEqual([])
})

test('another camera takes over without a gap', async () => {
  const { media, local } = setUp()
  await local.start()
  const names: string[] = []
  const stop = local.camera.state.subscribe(({ name }) => names.push(name))
  await local.choose('videoinput', 'second')
  stop()
  expect(names).toEqual(['on', 'on'])
  expect(media.live).toHaveLength(2)
  expect(media.asked.at(-1)?.video).toMatchObject({ deviceId: { ideal: 'second' } })
})

test('a phone that can open one camera at a time lets the first go', async () => {
  const { media, local, states } = setUp()
  await local.start()
  const [, camera] = media.tracks
  const capture = media.capture.bind(media)
  media.capture = (constraints) =>
    camera?.readyState === 'live'
      ? Promise.reject(new DOMException('busy', 'NotReadableError'))
      : capture(constraints)
  await local.choose('videoinput', 'back')
  expect(states()).toEqual(['on', 'on'])
  expect(camera?.readyState).toBe('ended')
})

test('a choice is remembered for the next visit', async () => {
  const { media, memory, local } = setUp()
  await local.choose('audioinput', 'headset')
  await local.choose('audiooutput', 'loud')
  const next = new LocalMedia(media, memory, () => {})
  await next.start()
  expect(media.asked.at(-1)?.audio).toMatchObject({ deviceId: { ideal: 'headset' } })
  expect(next.speakerId.value).toBe('loud')
})

test('a lost microphone is replaced, and it is said by what', async () => {
  const { media, local, losses, states } = setUp()
  await local.start()
  media.tracks.find(({ kind }) => kind === 'audio')?.lose()
  await settled()
  expect(states()).toEqual(['on', 'on'])
  expect(losses).toEqual([['audio', 'audio']])
})

test('a lost camera without another one is said to be gone', async () => {
  const { media, local, losses, states } = setUp()
  await local.start()
  media.faults.set('video', 'NotFoundError')
  media.tracks.find(({ kind }) => kind === 'video')?.lose()
  await settled()
  expect(states()).toEqual(['on', 'failed'])
  expect(losses).toEqual([['video', undefined]])
})

test('after a release the same devices come back', async () => {
  const { media, local, states } = setUp()
  await local.start()
  await local.toggleCamera()
  local.release()
  expect(media.live).toEqual([])
  local.release()
  await local.resume()
  expect(states()).toEqual(['on', 'off'])
})

test('a camera that rests behind a shared screen counts as open', async () => {
  const { local, states } = setUp()
  await local.start()
  local.restCamera()
  expect(states()).toEqual(['on', 'off'])
  local.release()
  await local.resume()
  expect(states()).toEqual(['on', 'on'])
})

test('a track of another kind in the answer counts as a missing device', async () => {
  const { media, local } = setUp()
  media.capture = () => Promise.resolve([new FakeTrack('audio') as unknown as MediaStreamTrack])
  await local.start()
  expect(local.notice.value).toBe('none-camera')
})
