import type { CastSenderState } from '@duet/client'
import { expect, test } from 'bun:test'
import { openCastPage, openShownCast, type CastScene } from '../../testing/cast-scene.ts'
import { FakeMedia, FakeTrack, settled } from '../../testing/fakes.ts'

test('pause, resume and mode reach the TV', async () => {
  const { model, sender } = await openShownCast()
  model.togglePause()
  expect(model.entry.state.value.name).toBe('paused')
  model.togglePause()
  model.setMode('motion')
  expect(model.mode.value).toBe('motion')
  expect(sender().requests.slice(2)).toEqual(['pause', 'resume', 'mode motion'])
  model.close()
})

test('sound goes off and on, and is on with another source', async () => {
  const { media, model, screen } = await openShownCast()
  model.source.toggleSound()
  expect(screen[1]?.enabled).toBe(false)
  model.source.toggleSound()
  expect(screen[1]?.enabled).toBe(true)
  model.source.toggleSound()
  media.screenTracks = [new FakeTrack('video'), new FakeTrack('audio')]
  await model.change('screen')
  expect(model.source.isSoundOn.value).toBe(true)
  model.close()
})

test('another source takes over, and only then the former one stops', async () => {
  const { media, model, screen, sender } = await openShownCast()
  const next = new FakeTrack('video', 'next')
  media.captureScreen = () => {
    expect(screen[0]?.readyState).toBe('live')
    return Promise.resolve([next as unknown as MediaStreamTrack])
  }
  await model.change('screen')
  expect(sender().source?.video).toBe(next as never)
  expect(screen.map(({ readyState }) => readyState)).toEqual(['ended', 'ended'])
  // The former one's end is no news.
  screen[0]?.lose()
  expect(model.phase.value).toBe('show')
  model.close()
})

test('choosing nothing else keeps what is shown', async () => {
  const { media, model, screen, sender } = await openShownCast()
  media.screenFault = 'NotAllowedError'
  await model.change('screen')
  expect(screen[0]?.readyState).toBe('live')
  expect(sender().source?.video).toBe(screen[0] as never)
  expect(model.phase.value).toBe('show')
  model.close()
})

test('the camera can take the place of a screen, each with its own mode', async () => {
  const { media, model, sender } = await openShownCast()
  await model.change('camera')
  expect(media.asked.at(-1)).toMatchObject({ video: { facingMode: { ideal: 'environment' } } })
  expect(sender().requests.at(-1)).toBe('show motion')
  expect(model.mode.value).toBe('motion')
  await model.change('screen')
  expect(sender().requests.at(-1)).toBe('show text')
  model.close()
})

test('a phone shows its camera, and the other one after a press', async () => {
  const media = new FakeMedia()
  Object.assign(media, { captureScreen: undefined })
  media.list = ['back', 'front'].map((deviceId) => ({ kind: 'videoinput', deviceId, label: '' }))
  const { model, sender } = openCastPage({ media })
  expect(model.canShowScreen).toBe(false)
  expect(model.kind.value).toBe('camera')
  expect(model.mode.value).toBe('motion')
  model.type('K7PHQX')
  sender().answer()
  await model.start()
  await settled()
  expect(model.hasTwoCameras.value).toBe(true)
  const [first] = media.tracks
  if (first) first.settings = { facingMode: 'environment' }
  await model.change('camera')
  expect(media.asked.at(-1)).toMatchObject({ video: { facingMode: { ideal: 'user' } } })
  expect(first?.readyState).toBe('ended')
  model.close()
})

test('cameras that do not know where they look are taken in turn', async () => {
  const { media, model } = await openShownCast()
  media.list = ['one', 'two'].map((deviceId) => ({ kind: 'videoinput', deviceId, label: '' }))
  await model.change('camera')
  await settled()
  const [first] = media.tracks
  if (first) first.settings = { deviceId: 'two' }
  await model.change('camera')
  expect(media.asked.at(-1)).toMatchObject({ video: { deviceId: { exact: 'one' } } })
  model.close()
})

test('a camera that goes first for another one which fails ends the cast', async () => {
  const { isReleased, media, model } = await openShownCast()
  await model.change('camera')
  media.faults.set('video', 'NotReadableError')
  await model.change('camera')
  expect(model.phase.value).toBe('end')
  expect(model.outcome.value).toBe('camera-lost')
  expect(isReleased()).toBe(true)
  model.close()
})

test.each([
  ['stopped', (scene: CastScene) => scene.model.stop()],
  ['stopped', ({ screen }: CastScene) => screen[0]?.lose()],
  ['receiver', ({ sender }: CastScene) => sender().go({ name: 'ended', reason: 'receiver' })],
  [
    'receiver-gone',
    ({ sender }: CastScene) => sender().go({ name: 'ended', reason: 'receiver-gone' }),
  ],
  [
    'session-taken',
    ({ sender }: CastScene) => sender().go({ name: 'ended', reason: 'session-taken' }),
  ],
  ['receiver-gone', ({ sender }: CastScene) => sender().go(failed('cast-over'))],
  ['receiver-gone', ({ sender }: CastScene) => sender().go(failed('no-such-cast'))],
  ['lost', ({ sender }: CastScene) => sender().go(failed('too-slow'))],
  ['lost', ({ sender }: CastScene) => sender().go({ name: 'busy' })],
] as const)(
  'the end %s releases what was captured, and can be shown again',
  async (outcome, end) => {
    const scene = await openShownCast()
    const { isReleased, media, model, sender } = scene
    end(scene)
    expect(model.phase.value).toBe('end')
    expect(model.outcome.value).toBe(outcome)
    expect(isReleased()).toBe(true)
    expect(sender().source).toBeUndefined()
    expect(model.entry.tvName.value).toBe('Living room')
    media.screenTracks = [new FakeTrack('video')]
    const again = model.start()
    sender().answer('Living room')
    await again
    expect(model.phase.value).toBe('show')
    model.close()
  },
)

test('from the end to another TV', async () => {
  const { model, senders } = await openShownCast()
  model.stop()
  model.startOver()
  expect(model.phase.value).toBe('choose')
  expect(model.entry.text.value).toBe('')
  expect(model.codeAsked.value).toBe(1)
  expect(model.isCodeMissed.value).toBe(false)
  expect(senders[0]?.requests.at(-1)).toBe('close')
  model.close()
})

test.each([
  { name: 'waiting', reason: 'left' },
  { name: 'waiting', reason: 'lost' },
  { name: 'reconnecting', reason: 'ice' },
] as CastSenderState[])('T5 in the state %p the source stays captured', async (state) => {
  const { isReleased, model, screen, sender } = await openShownCast()
  sender().go(state)
  expect(model.phase.value).toBe('show')
  expect(screen[0]?.readyState).toBe('live')
  model.close()
  expect(isReleased()).toBe(true)
})

test('while something is shown no other code is taken', async () => {
  const { model, senders } = await openShownCast()
  model.type('K7PHQY')
  expect(senders.length).toBe(1)
  expect(model.phase.value).toBe('show')
  model.close()
})

test('no way to the TV is told after a while; a way is told as direct or relayed', async () => {
  const { clock, model, sender } = await openShownCast()
  sender().go({ name: 'showing', isConnected: false })
  clock.advance(15_000)
  expect(model.path.isStuck.value).toBe(true)
  sender().path = 'relay'
  sender().go({ name: 'showing', isConnected: true })
  await settled()
  expect(model.path.isStuck.value).toBe(false)
  expect(model.path.mode.value).toBe('relay')
  sender().path = 'direct'
  clock.advance(2_000)
  await settled()
  expect(model.path.mode.value).toBe('direct')
  model.close()
})

test('closing leaves the TV, lets everything go and leaves no timer', async () => {
  const { clock, isReleased, model, sender } = await openShownCast()
  model.close()
  model.close()
  expect(isReleased()).toBe(true)
  expect(sender().requests.at(-1)).toBe('close')
  expect(sender().listeners.size).toBe(0)
  expect(clock.pending).toBe(0)
})

function failed(code: 'cast-over' | 'no-such-cast' | 'too-slow'): CastSenderState {
  return { name: 'failed', code, message: '' }
}
