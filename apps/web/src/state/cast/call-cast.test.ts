import { FakeClock } from '@duet/base'
import type { CastSenderState, PeerMedia } from '@duet/client'
import { expect, test } from 'bun:test'
import { en } from '../../i18n/en.ts'
import { FakeCastSender } from '../../testing/cast-fakes.ts'
import { FakeCall, FakeTrack } from '../../testing/fakes.ts'
import { CallModel } from '../call-model.ts'
import { Notices } from '../notices.ts'
import { CallCast } from './call-cast.ts'

/** A remote stream with one picture at a time. */
class FakeStream extends EventTarget {
  track: FakeTrack | undefined

  constructor(track?: FakeTrack) {
    super()
    this.track = track
  }

  getVideoTracks() {
    return this.track ? [this.track] : []
  }

  show(track: FakeTrack): void {
    this.track = track
    this.dispatchEvent(new Event('addtrack'))
  }
}

const CAMERA: PeerMedia = { audio: true, video: true, screen: false }

/** In a call with Ben, whose camera is on. */
function setUp() {
  const call = new FakeCall()
  const clock = new FakeClock()
  const notices = new Notices(clock)
  const model = new CallModel(call, clock)
  const senders: FakeCastSender[] = []
  const picture = new FakeTrack('video', 'Ben')
  const stream = new FakeStream(picture)
  const cast = new CallCast({
    model,
    notices,
    name: 'Ann',
    url: 'ws://localhost:8080/ws',
    tvAddress: 'localhost:8080/tv',
    createSender: (options) => {
      const sender = new FakeCastSender(options)
      senders.push(sender)
      return sender
    },
    clock,
  })
  const stand = (next: FakeStream | null) => {
    call.remoteStream = next as unknown as MediaStream
    call.emit('remotestream', call.remoteStream)
  }
  const say = (media: PeerMedia) => {
    call.peer = { name: 'Ben', isAway: false, media }
    call.emit('peer', call.peer)
  }
  const sender = () => senders.at(-1) ?? new FakeCastSender({ url: '', code: 'none' })
  const notice = () => notices.current.value?.(en, 'en')
  const close = () => {
    cast.close()
    model.close()
    notices.dismiss()
  }
  say(CAMERA)
  stand(stream)
  call.go({ name: 'connected' })
  return { call, cast, clock, picture, stream, sender, senders, stand, say, notice, close }
}

/** With the picture on the TV in the den. */
async function setUpShown() {
  const scene = setUp()
  const { cast, sender } = scene
  cast.type('K7PHQX')
  const starting = cast.start()
  sender().answer('Den')
  await starting
  sender().go({ name: 'showing', isConnected: true })
  return scene
}

test('a press enters the code and moves the picture, without the sound, once the TV has it', async () => {
  const { cast, close, picture, sender, senders } = setUp()
  cast.type('k7phqx')
  expect(senders).toEqual([])
  const starting = cast.start()
  expect(sender()).toMatchObject({ code: 'K7PHQX', name: 'Ann', requests: ['open'] })
  expect(cast.isStarting.value).toBe(true)
  sender().answer('Den')
  await starting
  expect(cast.isOn.value).toBe(true)
  expect(sender().requests).toEqual(['open', 'show motion'])
  expect(sender().source).toEqual({ video: picture as never })
  expect(cast.isShown.value).toBe(false)
  sender().go({ name: 'showing', isConnected: true })
  expect(cast.isShown.value).toBe(true)
  close()
})

test.each([
  { name: 'failed', code: 'no-such-cast', message: '' },
  { name: 'busy' },
] as CastSenderState[])('with the answer %p the picture stays', async (answer) => {
  const { cast, close, notice, sender } = setUp()
  cast.type('K7PHQX')
  const starting = cast.start()
  sender().go(answer)
  await starting
  expect(cast.isOn.value).toBe(false)
  expect(cast.codeAsked.value).toBe(1)
  expect(notice()).toBeUndefined()
  close()
})

test('a press without a whole code asks for it', async () => {
  const { cast, close } = setUp()
  cast.type('K7')
  await cast.start()
  expect(cast.isCodeMissed.value).toBe(true)
  cast.type('K7P')
  expect(cast.isCodeMissed.value).toBe(false)
  close()
})

test('a shared screen is text, a camera is motion', async () => {
  const { close, say, sender } = await setUpShown()
  say({ ...CAMERA, screen: true })
  say({ ...CAMERA, screen: true, audio: false })
  say(CAMERA)
  expect(sender().requests.slice(2)).toEqual(['mode text', 'mode motion'])
  close()
})

test('T7 while the camera of the other person is off, the TV rests', async () => {
  const { cast, close, say, sender } = await setUpShown()
  say({ ...CAMERA, video: false })
  expect(sender().requests.at(-1)).toBe('pause')
  expect(cast.isShown.value).toBe(true)
  say(CAMERA)
  expect(sender().requests.at(-1)).toBe('resume')
  expect(cast.isShown.value).toBe(true)
  close()
})

test('another picture of the same stream, and another stream, are shown', async () => {
  const { close, sender, stand, stream } = await setUpShown()
  const screen = new FakeTrack('video', 'screen')
  stream.show(screen)
  expect(sender().source?.video).toBe(screen as never)
  const next = new FakeStream(new FakeTrack('video', 'next'))
  stand(next)
  expect(sender().source?.video).toBe(next.track as never)
  // The former stream says nothing any more.
  stream.show(new FakeTrack('video', 'late'))
  expect(sender().source?.video).toBe(next.track as never)
  close()
})

test('without a picture the TV waits for one', async () => {
  const { cast, close, picture, sender, stand } = setUp()
  stand(null)
  cast.type('K7PHQX')
  const starting = cast.start()
  sender().answer()
  await starting
  expect(sender().requests).toEqual(['open'])
  stand(new FakeStream(picture))
  expect(sender().requests).toEqual(['open', 'show motion'])
  close()
})

test.each([
  { name: 'waiting', reason: 'left' },
  { name: 'reconnecting', reason: 'ice' },
] as CastSenderState[])(
  'T5 in the state %p the picture is here, and goes back by itself',
  async (state) => {
    const { cast, close, notice, sender } = await setUpShown()
    sender().go(state)
    expect(cast.isShown.value).toBe(false)
    expect(cast.isOn.value).toBe(true)
    expect(notice()).toMatch(/^The connection to “Den” broke/)
    sender().go({ name: 'showing', isConnected: false })
    expect(cast.isShown.value).toBe(false)
    sender().go({ name: 'showing', isConnected: true })
    expect(cast.isShown.value).toBe(true)
    close()
  },
)

type Scene = Awaited<ReturnType<typeof setUpShown>>

test.each([
  [/ended at “Den”/, ({ sender }: Scene) => sender().go({ name: 'ended', reason: 'receiver' })],
  [
    /did not come back/,
    ({ sender }: Scene) => sender().go({ name: 'ended', reason: 'receiver-gone' }),
  ],
  [/did not come back/, ({ sender }: Scene) => sender().go(failed('cast-over'))],
  [/was lost/, ({ sender }: Scene) => sender().go(failed('too-slow'))],
  [/is gone/, ({ call }: Scene) => call.go({ name: 'waiting' })],
  [undefined, ({ call }: Scene) => call.go({ name: 'ended', reason: 'left' })],
  [undefined, ({ cast }: Scene) => cast.stop()],
] as const)('the picture comes back, and a notice says %p', async (said, end) => {
  const scene = await setUpShown()
  const { cast, close, notice, picture, sender } = scene
  end(scene)
  expect(cast.isShown.value).toBe(false)
  expect(cast.isOn.value).toBe(false)
  expect(sender().source).toBeUndefined()
  expect(['ended', 'failed']).toContain(sender().state.name)
  // It is the call's, and goes on.
  expect(picture.readyState).toBe('live')
  if (said) expect(notice()).toMatch(said)
  else expect(notice()).toBeUndefined()
  close()
})

test('after an end the same code moves the picture again', async () => {
  const { call, cast, close, sender } = await setUpShown()
  sender().go({ name: 'ended', reason: 'receiver' })
  const again = cast.start()
  sender().answer('Den')
  await again
  sender().go({ name: 'showing', isConnected: true })
  expect(cast.isShown.value).toBe(true)
  expect(call.requests).not.toContain('leave')
  close()
})

test('while the picture is on a TV the code stays', async () => {
  const { cast, close, senders } = await setUpShown()
  cast.type('K7PHQY')
  expect(cast.entry.text.value).toBe('K7PHQX')
  expect(senders.length).toBe(1)
  close()
})

test('closing leaves the TV and leaves no timer and no listener', async () => {
  const { call, clock, close, sender } = await setUpShown()
  close()
  expect(sender().requests.at(-1)).toBe('close')
  expect(sender().listeners.size).toBe(0)
  expect(call.listeners).toBe(0)
  expect(clock.pending).toBe(0)
})

function failed(code: 'cast-over' | 'too-slow'): CastSenderState {
  return { name: 'failed', code, message: '' }
}
