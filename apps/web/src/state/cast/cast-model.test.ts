import type { CastSenderState } from '@duet/client'
import { expect, test } from 'bun:test'
import { openCastPage } from '../../testing/cast-scene.ts'
import { FakeTrack, settled } from '../../testing/fakes.ts'

test('T1 a code is entered as soon as it is complete', () => {
  const { model, sender, senders, urls } = openCastPage()
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
  const { model, senders } = openCastPage()
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
  const { model, senders } = openCastPage()
  model.type('K7PHQX')
  model.type('k7p hqx')
  expect(senders.length).toBe(1)
  model.close()
})

test('P2 with the TV known, a press opens the picker at once and shows what is chosen', async () => {
  const { marks, model, screen, sender } = openCastPage()
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
  const { model, sender } = openCastPage()
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
  const { marks, model, sender } = openCastPage()
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
    const { marks, media, model, sender } = openCastPage()
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
  const { model, senders } = openCastPage()
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
  const { clock, model, sender } = openCastPage()
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
  const { media, model, sender } = openCastPage()
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
  const { media, model, sender } = openCastPage()
  media.screenFault = fault
  model.type('K7PHQX')
  sender().answer()
  await model.start()
  expect(model.notice.value).toBe(notice)
  model.close()
})

test('a server that does not answer is told after a while, and not longer than that', () => {
  const { clock, model, sender } = openCastPage()
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
  const { clock, model, sender } = openCastPage()
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
  const { clock, media, model, sender } = openCastPage()
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
  const { media, model, sender } = openCastPage()
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

test('closing while the browser asks stops what comes late', async () => {
  const { media, model, sender } = openCastPage()
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
  const { model } = openCastPage({ origin: 'http://192.168.1.5:8080' })
  model.type('K7PHQX')
  expect(model.tvAddress).toBe('192.168.1.5:8080/tv')
  expect(model.secureLink).toBe('https://192.168.1.5:8443/cast#K7PHQX')
  model.close()
  const local = openCastPage().model
  expect(local.tvAddress).toBe('https://192.168.1.5:8443/tv')
  local.close()
})
