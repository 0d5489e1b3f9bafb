import { FakeClock } from '@duet/base'
import type { CastSenderState } from '@duet/client'
import { expect, test } from 'bun:test'
import { FakeCastSender } from '../../testing/cast-fakes.ts'
import { FakeMedia, FakeTrack, settled } from '../../testing/fakes.ts'
import { CastModel, type CastModelOptions } from './cast-model.ts'

function setUp(options: Partial<CastModelOptions> = {}) {
  const senders: FakeCastSender[] = []
  const media = new FakeMedia()
  const screen = [new FakeTrack('video', 'screen'), new FakeTrack('audio', 'sound')]
  media.screenTracks = screen
  const clock = new FakeClock()
  const marks: string[] = []
  const urls: string[] = []
  const model = new CastModel({
    origin: 'http://localhost:8080',
    addresses: {
      best: 'https://192.168.1.5:8443',
      lan: ['https://192.168.1.5:8443'],
      public: null,
    },
    obstacle: null,
    name: 'Ann',
    createSender: (senderOptions) => {
      urls.push(senderOptions.url)
      const sender = new FakeCastSender(senderOptions)
      senders.push(sender)
      return sender
    },
    media,
    clock,
    mark: (name) => marks.push(name),
    ...options,
  })
  const sender = () => senders.at(-1) ?? new FakeCastSender({ url: '', code: 'none' })
  const isReleased = () => [...screen, ...media.tracks].every((t) => t.readyState === 'ended')
  return { senders, sender, media, screen, clock, marks, urls, model, isReleased }
}

/** Shown on the TV in the living room. */
async function setUpShown(options: Partial<CastModelOptions> = {}) {
  const scene = setUp(options)
  scene.model.type('K7PHQX')
  scene.sender().answer('Living room')
  await scene.model.start()
  scene.sender().go({ name: 'showing', isConnected: true })
  return scene
}

test('T1 a code is entered as soon as it is complete', () => {
  const { model, sender, senders, urls } = setUp()
  model.type('k7p-hq')
  expect(senders).toEqual([])
  model.type('k7p-hqx')
  expect(model.entry.text.value).toBe('K7PHQX')
  expect(urls).toEqual(['ws://localhost:8080/ws'])
  expect(sender()).toMatchObject({ code: 'K7PHQX', name: 'Ann', requests: ['open'] })
  expect(model.entry.state.value.name).toBe('entering')
  sender().answer('Living room')
  expect(model.entry.state.value.name).toBe('ready')
  expect(model.entry.tvName.value).toBe('Living room')
  model.close()
})

test('another code leaves the former TV', () => {
  const { model, senders } = setUp()
  model.type('K7PHQX')
  senders[0]?.answer('Living room')
  model.type('K7PHQ')
  expect(senders[0]?.requests).toEqual(['open', 'close'])
  expect(senders[0]?.listeners.size).toBe(0)
  expect(model.entry.state.value.name).toBe('idle')
  expect(model.entry.tvName.value).toBe('')
  model.type('K7PHQY')
  expect(senders.map(({ code }) => code)).toEqual(['K7PHQX', 'K7PHQY'])
  model.close()
})

test('what is typed without a difference leaves the TV alone', () => {
  const { model, senders } = setUp()
  model.type('K7PHQX')
  model.type('k7p hqx')
  expect(senders.length).toBe(1)
  model.close()
})

test('P2 with the TV known, a press opens the picker at once and shows what is chosen', async () => {
  const { marks, model, screen, sender } = setUp()
  model.type('K7PHQX')
  sender().answer()
  const starting = model.start()
  // Within the press, as browsers want it.
  expect(model.source.isChoosing.value).toBe(true)
  expect(marks).toEqual([])
  await starting
  expect(marks).toEqual(['duet:cast'])
  expect(sender().requests).toEqual(['open', 'show text'])
  expect(sender().source).toMatchObject({ video: screen[0], audio: screen[1] })
  expect(model.phase.value).toBe('show')
  model.close()
})

test('a press before the answer waits for it, and opens the picker then', async () => {
  const { model, sender } = setUp()
  model.type('K7PHQX')
  const starting = model.start()
  await settled()
  expect(model.isStarting.value).toBe(true)
  expect(model.source.isChoosing.value).toBe(false)
  sender().answer()
  await starting
  expect(model.isStarting.value).toBe(false)
  expect(model.phase.value).toBe('show')
  model.close()
})

test('a second press while the first one waits does nothing', async () => {
  const { marks, model, sender } = setUp()
  model.type('K7PHQX')
  const both = [model.start(), model.start()]
  sender().answer()
  await Promise.all(both)
  expect(marks).toEqual(['duet:cast'])
  model.close()
})

test.each([
  { name: 'failed', code: 'no-such-cast', message: '' },
  { name: 'failed', code: 'cast-over', message: '' },
  { name: 'failed', code: 'rate-limited', message: '' },
  { name: 'busy' },
] as CastSenderState[])(
  'with the answer %p no picker opens, and the code is asked for',
  async (answer) => {
    const { marks, media, model, sender } = setUp()
    media.captureScreen = () => Promise.reject(new Error('asked'))
    model.type('K7PHQX')
    const starting = model.start()
    sender().go(answer)
    await starting
    expect(model.codeAsked.value).toBe(1)
    expect(model.notice.value).toBeNull()
    expect(model.phase.value).toBe('choose')
    expect(marks).toEqual([])
    // One more press enters it again.
    model.retry()
    expect(model.entry.state.value.name).toBe('entering')
    model.close()
  },
)

test('a press without a whole code asks for it', async () => {
  const { model, senders } = setUp()
  model.type('K7P')
  await model.start()
  expect(model.codeAsked.value).toBe(1)
  expect(model.isCodeMissed.value).toBe(true)
  model.type('K7PH')
  expect(model.isCodeMissed.value).toBe(false)
  expect(senders).toEqual([])
  model.close()
})

test('an answer that comes too late for a picker wants another press', async () => {
  const { clock, model, sender } = setUp()
  model.type('K7PHQX')
  const starting = model.start()
  clock.advance(4_000)
  await starting
  expect(model.notice.value).toBe('no-answer')
  expect(model.isStarting.value).toBe(false)
  sender().answer()
  await model.start()
  expect(model.notice.value).toBeNull()
  expect(model.phase.value).toBe('show')
  model.close()
})

test('T4 choosing nothing shows nothing, and the TV waits', async () => {
  const { media, model, sender } = setUp()
  media.screenFault = 'NotAllowedError'
  model.type('K7PHQX')
  sender().answer()
  await model.start()
  expect(model.phase.value).toBe('choose')
  expect(model.notice.value).toBe('nothing')
  expect(sender().requests).toEqual(['open'])
  model.close()
})

test.each([
  ['InvalidStateError', 'press'],
  ['InvalidAccessError', 'press'],
  ['NotReadableError', 'in-use'],
  ['AbortError', 'failed'],
] as const)('a picker that fails with %s is told as %s', async (fault, notice) => {
  const { media, model, sender } = setUp()
  media.screenFault = fault
  model.type('K7PHQX')
  sender().answer()
  await model.start()
  expect(model.notice.value).toBe(notice)
  model.close()
})

test('a server that does not answer is told after a while, and not longer than that', () => {
  const { clock, model, sender } = setUp()
  model.type('K7PHQX')
  sender().signaling = 'connecting'
  sender().listeners.emit('signaling', 'connecting')
  clock.advance(2_999)
  expect(model.entry.isUnreachable.value).toBe(false)
  clock.advance(1)
  expect(model.entry.isUnreachable.value).toBe(true)
  sender().signaling = 'online'
  sender().listeners.emit('signaling', 'online')
  expect(model.entry.isUnreachable.value).toBe(false)
  model.close()
})

test('two minutes without a picture take somebody off the TV; one press goes on', async () => {
  const { clock, model, sender } = setUp()
  model.type('K7PHQX')
  sender().answer()
  clock.advance(119_999)
  expect(model.isIdledOut.value).toBe(false)
  clock.advance(1)
  expect(model.isIdledOut.value).toBe(true)
  expect(sender().requests).toEqual(['open', 'stop'])
  const starting = model.start()
  expect(model.isIdledOut.value).toBe(false)
  sender().answer()
  await starting
  expect(model.phase.value).toBe('show')
  clock.advance(600_000)
  expect(model.phase.value).toBe('show')
  model.close()
})

test('while the browser asks, the two minutes do not pass', async () => {
  const { clock, media, model, sender } = setUp()
  const { promise, resolve } = Promise.withResolvers<MediaStreamTrack[]>()
  media.captureScreen = () => promise
  model.type('K7PHQX')
  sender().answer()
  const starting = model.start()
  clock.advance(600_000)
  resolve([new FakeTrack('video') as unknown as MediaStreamTrack])
  await starting
  expect(model.phase.value).toBe('show')
  model.close()
})

test('a sender whose TV is gone while the browser asks shows nothing, and lets go', async () => {
  const { media, model, sender } = setUp()
  const { promise, resolve } = Promise.withResolvers<MediaStreamTrack[]>()
  media.captureScreen = () => promise
  model.type('K7PHQX')
  sender().answer()
  const starting = model.start()
  sender().go({ name: 'ended', reason: 'receiver' })
  const late = new FakeTrack('video')
  resolve([late as unknown as MediaStreamTrack])
  await starting
  expect(late.readyState).toBe('ended')
  expect(model.phase.value).toBe('end')
  expect(model.outcome.value).toBe('receiver')
  model.close()
})

test('pause, resume and mode reach the TV', async () => {
  const { model, sender } = await setUpShown()
  model.togglePause()
  expect(model.entry.state.value.name).toBe('paused')
  model.togglePause()
  model.setMode('motion')
  expect(model.mode.value).toBe('motion')
  expect(sender().requests.slice(2)).toEqual(['pause', 'resume', 'mode motion'])
  model.close()
})

test('sound goes off and on, and is on with another source', async () => {
  const { media, model, screen } = await setUpShown()
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
  const { media, model, screen, sender } = await setUpShown()
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
  const { media, model, screen, sender } = await setUpShown()
  media.screenFault = 'NotAllowedError'
  await model.change('screen')
  expect(screen[0]?.readyState).toBe('live')
  expect(sender().source?.video).toBe(screen[0] as never)
  expect(model.phase.value).toBe('show')
  model.close()
})

test('the camera can take the place of a screen, each with its own mode', async () => {
  const { media, model, sender } = await setUpShown()
  await model.change('camera')
  expect(media.asked.at(-1)).toMatchObject({ video: { facingMode: { ideal: 'environment' } } })
  expect(sender().requests.at(-1)).toBe('show motion')
  expect(model.mode.value).toBe('motion')
  await model.change('screen')
  expect(sender().requests.at(-1)).toBe('show text')
  model.close()
})

test('a phone shows its camera, and the other one after a press', async () => {
  const { media, model, sender } = setUp()
  Object.assign(media, { captureScreen: undefined })
  media.list = [
    { kind: 'videoinput', deviceId: 'back', label: '' },
    { kind: 'videoinput', deviceId: 'front', label: '' },
  ]
  const phone = setUp({ media })
  expect(phone.model.canShowScreen).toBe(false)
  expect(phone.model.kind.value).toBe('camera')
  expect(phone.model.mode.value).toBe('motion')
  phone.model.type('K7PHQX')
  phone.sender().answer()
  await phone.model.start()
  await settled()
  expect(phone.model.hasTwoCameras.value).toBe(true)
  const [first] = media.tracks
  if (first) first.settings = { facingMode: 'environment' }
  await phone.model.change('camera')
  expect(media.asked.at(-1)).toMatchObject({ video: { facingMode: { ideal: 'user' } } })
  expect(first?.readyState).toBe('ended')
  model.close()
  phone.model.close()
  expect(sender().requests).toEqual([])
})

test('cameras that do not know where they look are taken in turn', async () => {
  const { media, model } = await setUpShown()
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
  const { isReleased, media, model } = await setUpShown()
  await model.change('camera')
  media.faults.set('video', 'NotReadableError')
  await model.change('camera')
  expect(model.phase.value).toBe('end')
  expect(model.outcome.value).toBe('camera-lost')
  expect(isReleased()).toBe(true)
  model.close()
})

test.each([
  ['stopped', (scene: Scene) => scene.model.stop()],
  ['stopped', ({ screen }: Scene) => screen[0]?.lose()],
  ['receiver', ({ sender }: Scene) => sender().go({ name: 'ended', reason: 'receiver' })],
  ['receiver-gone', ({ sender }: Scene) => sender().go({ name: 'ended', reason: 'receiver-gone' })],
  ['session-taken', ({ sender }: Scene) => sender().go({ name: 'ended', reason: 'session-taken' })],
  ['receiver-gone', ({ sender }: Scene) => sender().go(failed('cast-over'))],
  ['receiver-gone', ({ sender }: Scene) => sender().go(failed('no-such-cast'))],
  ['lost', ({ sender }: Scene) => sender().go(failed('too-slow'))],
  ['lost', ({ sender }: Scene) => sender().go({ name: 'busy' })],
] as const)(
  'the end %s releases what was captured, and can be shown again',
  async (outcome, end) => {
    const scene = await setUpShown()
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
  const { model, senders } = await setUpShown()
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
  const { isReleased, model, screen, sender } = await setUpShown()
  sender().go(state)
  expect(model.phase.value).toBe('show')
  expect(screen[0]?.readyState).toBe('live')
  model.close()
  expect(isReleased()).toBe(true)
})

test('while something is shown no other code is taken', async () => {
  const { model, senders } = await setUpShown()
  model.type('K7PHQY')
  expect(senders.length).toBe(1)
  expect(model.phase.value).toBe('show')
  model.close()
})

test('no way to the TV is told after a while; a way is told as direct or relayed', async () => {
  const { clock, model, sender } = await setUpShown()
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
  const { clock, isReleased, model, sender } = await setUpShown()
  model.close()
  model.close()
  expect(isReleased()).toBe(true)
  expect(sender().requests.at(-1)).toBe('close')
  expect(sender().listeners.size).toBe(0)
  expect(clock.pending).toBe(0)
})

test('closing while the browser asks stops what comes late', async () => {
  const { media, model, sender } = setUp()
  const { promise, resolve } = Promise.withResolvers<MediaStreamTrack[]>()
  media.captureScreen = () => promise
  model.type('K7PHQX')
  sender().answer()
  const starting = model.start()
  model.close()
  const late = new FakeTrack('video')
  resolve([late as unknown as MediaStreamTrack])
  await starting
  expect(late.readyState).toBe('ended')
})

test('the addresses to tell: of the TV page, and of this one on HTTPS with the code', () => {
  const { model } = setUp({ origin: 'http://192.168.1.5:8080' })
  model.type('K7PHQX')
  expect(model.tvAddress).toBe('192.168.1.5:8080/tv')
  expect(model.secureLink).toBe('https://192.168.1.5:8443/cast#K7PHQX')
  model.close()
  const local = setUp().model
  expect(local.tvAddress).toBe('https://192.168.1.5:8443/tv')
  local.close()
})

type Scene = Awaited<ReturnType<typeof setUpShown>>

function failed(code: 'cast-over' | 'no-such-cast' | 'too-slow'): CastSenderState {
  return { name: 'failed', code, message: '' }
}
