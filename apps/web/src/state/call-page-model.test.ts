import { FakeClock } from '@duet/base'
import { expect, test } from 'bun:test'
import type { PathReport } from '@duet/client'
import { en } from '../i18n/en.ts'
import { LanguageModel } from '../i18n/language.ts'
import {
  FakeAttention,
  FakeCall,
  FakeMedia,
  FakeMemory,
  FakeTrack,
  settled,
} from '../testing/fakes.ts'
import { CallPageModel, type CallAddress } from './call-page-model.ts'

function setUp(address: Partial<CallAddress> = {}) {
  const call = new FakeCall()
  const media = new FakeMedia()
  const memory = new FakeMemory()
  const timers = new FakeClock()
  const attention = new FakeAttention()
  const marks: string[] = []
  const visited: string[] = []
  const urls: string[] = []
  const page = new CallPageModel({
    address: {
      origin: 'http://localhost:8080',
      room: 'lake',
      key: '0123456789abcdef',
      isAutostart: false,
      name: undefined,
      ...address,
    },
    addresses: {
      best: 'https://192.168.1.5:8443',
      lan: ['https://192.168.1.5:8443'],
      public: null,
    },
    obstacle: null,
    openCallCast: () => Promise.reject(new Error('not loaded')),
    createCall: ({ url }) => {
      urls.push(url)
      return call
    },
    languages: new LanguageModel(memory, ['en']),
    media,
    memory,
    timers,
    attention,
    mark: (name) => marks.push(name),
    go: (url) => visited.push(url),
  })
  return { call, media, memory, timers, attention, marks, visited, urls, page }
}

/** Joined, with somebody there. */
function connect(call: FakeCall, name = 'Ben'): void {
  call.go({ name: 'connecting' })
  call.peer = { name, isAway: false, media: { audio: true, video: true, screen: false } }
  call.emit('peer', call.peer)
  call.go({ name: 'connected' })
}

test('the socket opens before anything else, and devices are there before the press', async () => {
  const { call, media, page, urls } = setUp()
  expect(urls).toEqual(['ws://localhost:8080/ws'])
  await page.open()
  expect(page.phase.value).toBe('preview')
  expect(call.sent.audio).toBe(media.tracks[0] as never)
  expect(call.sent.video).toBe(media.tracks[1] as never)
  expect(call.requests).toEqual([])
})

test('a press joins at once, even while the browser still asks', () => {
  const { call, marks, page } = setUp()
  void page.open()
  page.join()
  expect(call.requests).toEqual(['join'])
  expect(marks).toEqual(['duet:join'])
})

test('the preview stays until the answer is on its way', () => {
  const { call, page } = setUp()
  page.join()
  call.go({ name: 'connecting' })
  expect([page.phase.value, page.model.isHeld]).toEqual(['preview', true])
  call.emit('remotestream', {} as MediaStream)
  expect([page.phase.value, page.model.isHeld]).toEqual(['stage', false])
})

test('the preview gives way when nobody answers, or nobody is there', () => {
  const { call, page, timers } = setUp()
  page.join()
  call.go({ name: 'connecting' })
  timers.advance(250)
  expect(page.phase.value).toBe('stage')
  const alone = setUp()
  alone.page.join()
  alone.call.go({ name: 'waiting' })
  expect(alone.page.phase.value).toBe('stage')
})

test('autostart joins when the devices are there, without a preview', async () => {
  const { call, page } = setUp({ isAutostart: true, name: 'Ann' })
  expect(page.phase.value).toBe('stage')
  expect(page.name.value).toBe('Ann')
  const opened = page.open()
  expect(call.requests).toEqual([])
  await opened
  expect(call.requests).toEqual(['join'])
})

test('autostart joins without devices after a refusal', async () => {
  const { call, media, page } = setUp({ isAutostart: true })
  media.faults.set('audio', 'NotAllowedError')
  await page.open()
  expect(call.requests).toEqual(['join'])
  expect(call.sent.video).toBeNull()
})

test('the first remote frame of each call is marked once', async () => {
  const { call, marks, page } = setUp()
  await page.open()
  page.join()
  page.frameSeen()
  page.frameSeen()
  call.leave()
  await page.callAgain()
  page.frameSeen()
  const pair = ['duet:join', 'duet:first-remote-frame']
  expect(marks).toEqual([...pair, ...pair])
})

test('a full room releases the devices, and a seat from the line brings them back', async () => {
  const { call, media, page } = setUp()
  await page.open()
  page.join()
  call.go({ name: 'full', waiting: false })
  expect(page.phase.value).toBe('full')
  expect(media.live).toEqual([])
  page.waitInLine()
  expect(page.phase.value).toBe('full')
  expect(call.requests).toEqual(['join', 'join and wait'])
  call.go({ name: 'full', waiting: true })
  await settled()
  expect(media.live).toEqual([])
  call.go({ name: 'connecting' })
  await settled()
  expect(media.live.map(({ kind }) => kind)).toEqual(['audio', 'video'])
})

test('leaving releases the devices, says how long it was, and calls work again', async () => {
  const { call, media, timers, page } = setUp()
  await page.open()
  page.join()
  connect(call)
  timers.advance(60_000)
  call.go({ name: 'reconnecting', reason: 'ice' })
  timers.advance(5_000)
  call.go({ name: 'waiting' })
  timers.advance(100_000)
  page.leave()
  expect(page.phase.value).toBe('end')
  expect(page.model.talkedMs.value).toBe(65_000)
  expect(media.live).toEqual([])
  await page.callAgain()
  expect(call.requests.filter((request) => request === 'join')).toHaveLength(2)
  expect(media.live).toHaveLength(2)
  call.go({ name: 'waiting' })
  expect(page.model.talkedMs.value).toBe(0)
})

test('the one who stays reads how the other went, until somebody comes', () => {
  const { call, page } = setUp()
  page.join()
  connect(call)
  call.go({ name: 'waiting' })
  call.emit('peergone', 'lost', 'Ben')
  expect(page.model.farewell.value).toEqual({ reason: 'lost', name: 'Ben' })
  call.go({ name: 'connecting' })
  expect(page.model.farewell.value).toBeNull()
})

test('a shared screen takes the place of the camera, which comes back afterwards', async () => {
  const { call, media, page } = setUp()
  await page.open()
  const [, camera] = media.tracks
  await page.screen.toggle()
  expect(call.sent.video).toBe(media.screenTracks[0] as never)
  expect(call.sent.isScreen).toBe(true)
  expect(camera?.readyState).toBe('ended')
  media.screenTracks[0]?.lose()
  await settled()
  expect(page.screen.state.value.name).toBe('off')
  expect(call.sent.isScreen).toBe(false)
  expect((call.sent.video as FakeTrack).readyState).toBe('live')
})

test('the sound of a screen goes out mixed with the voice', async () => {
  const { call, media, page } = setUp()
  await page.open()
  media.screenTracks = [new FakeTrack('video', 'screen'), new FakeTrack('audio', 'music')]
  await page.screen.toggle()
  expect((call.sent.audio as FakeTrack).label).toBe('mix')
  page.screen.stop()
  expect(call.sent.audio).toBe(media.tracks[0] as never)
})

test('choosing no screen is no fault, a failure is said', async () => {
  const { media, page } = setUp()
  media.screenFault = 'NotAllowedError'
  await page.screen.toggle()
  expect([page.screen.state.value.name, page.notices.current.value]).toEqual(['off', null])
  media.screenFault = 'NotReadableError'
  await page.screen.toggle()
  expect(page.notices.current.value?.(en, 'en')).toBe(en.screenFailed)
})

test('leaving while a screen is shared leaves no camera on', async () => {
  const { media, page } = setUp()
  await page.open()
  page.join()
  await page.screen.toggle()
  page.leave()
  await settled()
  expect(media.live).toEqual([])
  expect(media.screenTracks[0]?.readyState).toBe('ended')
})

test('muting is told to the other side', async () => {
  const { call, page } = setUp()
  await page.open()
  page.toggleMicrophone()
  expect(call.isMuted).toBe(true)
  page.toggleMicrophone()
  expect(call.isMuted).toBe(false)
})

test('lines that nobody saw are counted until the chat is opened', () => {
  const { call, page } = setUp()
  const line = { from: 'peer', name: 'Ben', text: 'hello', at: 0, isSealed: true } as const
  call.emit('chat', line)
  call.emit('chat', line)
  expect(page.chat.unread.value).toBe(2)
  expect(page.notices.current.value?.(en, 'en')).toBe('Ben: hello')
  page.toggle('chat')
  expect(page.chat.unread.value).toBe(0)
  call.emit('chat', line)
  page.chat.draft.value = '  and back '
  page.chat.send()
  expect(page.chat.unread.value).toBe(0)
  expect(page.chat.lines.value.map(({ text }) => text)).toEqual([
    'hello',
    'hello',
    'hello',
    'and back',
  ])
  expect(page.chat.draft.value).toBe('')
})

test('a refused request is said in words', () => {
  const { call, page, timers } = setUp()
  call.emit('refused', 'rate-limited')
  expect(page.notices.current.value?.(en, 'en')).toContain('Wait a moment')
  timers.advance(10_000)
  expect(page.notices.current.value).toBeNull()
})

test('an arrival is announced to somebody who looks elsewhere, and only then', async () => {
  const { call, attention, page } = setUp()
  await page.arrival.toggle()
  call.emit('peerarrived', 'Ben')
  expect([attention.chimes, page.arrival.title.value]).toEqual([0, null])
  attention.away = true
  call.emit('peerarrived', 'Ben')
  expect(attention.chimes).toBe(1)
  expect(attention.notifications).toEqual(['Ben is here'])
  expect(page.arrival.title.value).toBe('Ben is here')
  attention.comeBack()
  expect(page.arrival.title.value).toBeNull()
})

test('without leave to notify there is still the sound', async () => {
  const { call, attention, page } = setUp()
  attention.mayNotify = false
  await page.arrival.toggle()
  expect(page.arrival.wish.value).toBe('blocked')
  attention.away = true
  call.emit('peerarrived', '')
  expect([attention.chimes, attention.notifications.length]).toEqual([1, 0])
  expect(page.arrival.title.value).toBe('The other person is here')
})

test('the path is sampled every five seconds, and every second while it is looked at', async () => {
  const { call, timers, page } = setUp()
  call.report = { at: timers.now(), mode: 'direct' } as PathReport
  const samples = () => call.requests.filter((request) => request === 'sample').length
  page.join()
  expect(samples()).toBe(0)
  connect(call)
  await settled()
  expect(samples()).toBe(1)
  timers.advance(5_000)
  await settled()
  expect(samples()).toBe(2)
  page.toggle('details')
  for (let second = 0; second < 3; second += 1) {
    timers.advance(1_000)
    await settled()
  }
  expect(samples()).toBe(5)
  expect(page.details.report.value?.mode).toBe('direct')
  call.go({ name: 'waiting' })
  expect(page.details.report.value).toBeNull()
})

test('the link to send is never localhost when there is another address', () => {
  const { page } = setUp()
  expect(page.link).toBe('https://192.168.1.5:8443/r/lake#k=0123456789abcdef')
  expect(page.reach).toBe('own-network')
})

test('a name is remembered for the next visit', () => {
  const { call, memory, page } = setUp()
  page.setName('Ann')
  expect(call.requests).toEqual(['name Ann'])
  expect(memory.get('duet.name')).toBe('Ann')
})

test('closing leaves no timer, no listener and no device behind', async () => {
  const { call, media, timers, page } = setUp()
  await page.open()
  page.join()
  connect(call)
  await page.screen.toggle()
  page.toggle('details')
  page.close()
  page.close()
  await settled()
  expect([timers.pending, call.listeners, media.live.length]).toEqual([0, 0, 0])
  expect(call.requests).toContain('close')
})
