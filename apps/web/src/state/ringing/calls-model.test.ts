import { FakeClock } from '@duet/base'
import { expect, test } from 'bun:test'
import type { PathReport } from '@duet/client'
import { LanguageModel } from '../../i18n/language.ts'
import { FakeAttention, FakeCall, FakeMedia, FakeMemory, settled } from '../../testing/fakes.ts'
import { asPhone, CALL_ID, FakePhone, FakeRinging } from '../../testing/ringing-fakes.ts'
import { CallsModel } from './calls-model.ts'

function setUp() {
  const phone = new FakePhone()
  const media = new FakeMedia()
  const memory = new FakeMemory()
  const timers = new FakeClock()
  const ports = new FakeRinging()
  const marks: string[] = []
  const visited: string[] = []
  const calls = new CallsModel({
    phone: asPhone(phone),
    openCallCast: () => Promise.reject(new Error('not loaded')),
    languages: new LanguageModel(memory, ['en']),
    media,
    memory,
    timers,
    attention: new FakeAttention(),
    mark: (name) => marks.push(name),
    go: (url) => visited.push(url),
    ports,
  })
  return { phone, media, timers, ports, marks, visited, calls }
}

const REPORT = {
  at: 1_700_000_000_000,
  mode: 'direct',
  local: null,
  remote: { type: 'host', address: '10.0.0.2:9', protocol: 'udp' },
  roundTripMs: 4,
  pairs: [],
  send: {
    audio: { codec: 'opus', bitsPerSecond: 32_000, lossRatio: 0, picture: null },
    video: { codec: 'VP8', bitsPerSecond: 900_000, lossRatio: 0.01, picture: null },
  },
  receive: {
    audio: { codec: 'opus', bitsPerSecond: 30_000, lossRatio: null, picture: null },
    video: { codec: 'VP8', bitsPerSecond: 800_000, lossRatio: null, picture: null },
  },
} as const satisfies PathReport

test('a press calls with the own picture, and hears ringback only while a device really rings', async () => {
  const { calls, phone, media, marks, ports } = setUp()
  calls.call(2, 'video')
  const [placed] = phone.placed
  if (!placed) throw new Error('nothing was placed')
  expect(marks).toEqual(['duet:call'])
  expect(calls.isCovering.value).toBe(true)
  await settled()
  expect(media.live.map(({ kind }) => kind).sort()).toEqual(['audio', 'video'])
  expect(placed.sent.video).not.toBeNull()
  placed.go({ name: 'ringing', isRinging: false })
  expect([...ports.playing]).toEqual([])
  placed.go({ name: 'ringing', isRinging: true })
  expect([...ports.playing]).toEqual(['ringback'])
  placed.go({ name: 'ringing', isRinging: false })
  placed.go({ name: 'ringing', isRinging: true })
  expect(marks).toEqual(['duet:call', 'duet:ringing'])
  calls.current.value?.end()
  expect([...ports.playing]).toEqual([])
  expect(media.live).toEqual([])
  // Who cancels knows it.
  expect(calls.outcome.value).toBeNull()
  expect(calls.isCovering.value).toBe(false)
})

test('a call without picture opens the microphone alone', async () => {
  const { calls, media } = setUp()
  calls.call(2, 'audio')
  await settled()
  expect(media.live.map(({ kind }) => kind)).toEqual(['audio'])
  calls.close()
})

test('a second press during a call shows the one that goes on', () => {
  const { calls, phone } = setUp()
  calls.call(2, 'audio')
  calls.setSmall(true)
  calls.call(2, 'video')
  expect(phone.placed).toHaveLength(1)
  expect(calls.isSmall.value).toBe(false)
  calls.close()
})

test('a call that comes in is heard, felt and seen, with nothing of this side open', async () => {
  const { phone, media, ports, marks, timers, calls } = setUp()
  const call = phone.ring()
  await settled()
  expect(marks).toEqual(['duet:incoming'])
  expect([...ports.playing]).toEqual(['ring'])
  expect([...ports.titles]).toEqual(['Ben is calling'])
  expect(ports.shakes.length).toBe(1)
  timers.advance(2_200)
  expect(ports.shakes.length).toBe(2)
  expect(call.requests).toEqual(['ringing'])
  expect(media.asked).toEqual([])
  call.go({ name: 'ended', reason: 'answered-elsewhere' })
  expect([...ports.playing, ...ports.titles]).toEqual([])
  expect(ports.shakes.at(-1)).toEqual([])
  expect(calls.outcome.value).toBeNull()
})

test('a page that goes while it rings does not decline', () => {
  const { phone, ports, calls } = setUp()
  const call = phone.ring()
  calls.close()
  expect(call.requests).toEqual(['ringing'])
  expect([...ports.playing, ...ports.titles]).toEqual([])
})

test('it is said to ring only when somebody may hear or see it, and once', () => {
  const { phone, ports } = setUp()
  ports.visible = false
  ports.isUnlocked.value = false
  const call = phone.ring()
  expect(call.requests).toEqual([])
  ports.show()
  expect(call.requests).toEqual(['ringing'])
  ports.isUnlocked.value = true
  ports.show()
  expect(call.requests).toEqual(['ringing'])
  call.go({ name: 'ended', reason: 'cancelled' })

  ports.visible = false
  ports.isUnlocked.value = false
  const other = phone.ring()
  expect(other.requests).toEqual([])
  ports.isUnlocked.value = true
  expect(other.requests).toEqual(['ringing'])
})

test('who does not want to be disturbed is not', () => {
  const { phone, ports } = setUp()
  phone.self.doNotDisturb = true
  const call = phone.ring()
  expect([...ports.playing, ...ports.titles]).toEqual([])
  expect(call.requests).toEqual([])
})

test.each([
  [true, ['audio', 'video']],
  [false, ['audio']],
] as const)('picking up with a picture: %p', async (withPicture, kinds) => {
  const { phone, media, ports, marks, calls } = setUp()
  const call = phone.ring()
  calls.current.value?.accept({ withPicture })
  // In the same turn: the server is asked first, and the devices at once.
  expect(call.requests).toEqual(['ringing', 'accept'])
  expect(Object.keys(media.asked[0] ?? {}).sort()).toEqual([...kinds])
  expect([...ports.playing]).toEqual([])
  await settled()
  const leg = call.talk()
  expect(calls.current.value?.stage.value?.model.peer.value?.name).toBe('Ben')
  expect(leg.requests).toContain('name Ann')
  calls.current.value?.stage.value?.frameSeen()
  calls.current.value?.stage.value?.frameSeen()
  expect(marks).toEqual(['duet:incoming', 'duet:accept', 'duet:first-remote-frame'])
  calls.close()
  expect(call.requests.at(-1)).toBe('end')
})

test.each([
  ['busy', undefined],
  ['no-answer', undefined],
  ['offline', undefined],
  ['do-not-disturb', undefined],
  ['declined', 'Later, please'],
] as const)('a call that ends by %p says so, with what one may do next', (reason, text) => {
  const { phone, calls, visited } = setUp()
  calls.call(2, 'video')
  const [placed] = phone.placed
  placed?.go({ name: 'ended', reason, ...(text && { text }) })
  expect(calls.current.value).toBeNull()
  expect(calls.outcome.value).toMatchObject({ reason, text, peer: 2, isMissed: false })
  calls.write()
  expect(visited).toEqual(['/people/ben'])
  expect(calls.outcome.value).toBeNull()
})

test('a call that the server refuses says why', () => {
  const { phone, calls } = setUp()
  calls.call(2, 'video')
  phone.placed[0]?.go({ name: 'ended', reason: 'refused', code: 'no-such-user' })
  expect(calls.outcome.value).toMatchObject({ reason: 'refused', code: 'no-such-user' })
  calls.callAgain()
  expect(phone.placed).toHaveLength(2)
  expect(calls.outcome.value).toBeNull()
  calls.close()
})

test.each(['cancelled', 'no-answer', 'lost'] as const)(
  'a call that nobody picked up here (%p) was missed',
  (reason) => {
    const { phone, calls } = setUp()
    phone.ring().go({ name: 'ended', reason })
    expect(calls.outcome.value).toMatchObject({ isMissed: true, direction: 'in' })
  },
)

test('both sides keep their figures when it ends, and the length is told', async () => {
  const { phone, calls, timers, ports } = setUp()
  const call = phone.ring()
  calls.current.value?.accept({ withPicture: true })
  call.phrase = { name: 'agreed', indices: [1, 2, 3, 4] }
  call.listeners.emit('phrase', call.phrase)
  const leg = new FakeCall()
  leg.report = REPORT
  call.talk(leg)
  await settled()
  timers.advance(5_000)
  await settled()
  timers.advance(60_000)
  call.go({ name: 'ended', reason: 'hung-up' })
  expect(calls.outcome.value).toMatchObject({ reason: 'hung-up', talkedMs: 65_000 })
  expect(ports.reports).toHaveLength(1)
  const [{ call: id, figures } = { call: '', figures: undefined }] = ports.reports
  expect(id).toBe(CALL_ID)
  expect(figures?.samples[0]).toMatchObject({ mode: 'direct', sentBitsPerSecond: 932_000 })
  expect(figures?.hasPhrase).toBe(true)
  expect(timers.pending).toBe(0)
})

test('a call accepted in a notification is picked up when it rings here', async () => {
  const { phone, calls, ports } = setUp()
  ports.press({ call: CALL_ID, isAccept: true })
  const call = phone.ring('audio')
  expect(call.requests).toContain('accept')
  await settled()
  expect(calls.isTooLate.value).toBe(false)
  calls.close()
})

test('one that is over by then is told, and another call is not picked up for it', () => {
  const { phone, calls, ports, timers } = setUp()
  ports.press({ call: 'f'.repeat(32), isAccept: true })
  const call = phone.ring('audio')
  expect(call.requests).not.toContain('accept')
  timers.advance(6_000)
  expect(calls.isTooLate.value).toBe(true)
  calls.dismiss()
  expect(calls.isTooLate.value).toBe(false)
  calls.close()
})

test('the end of the page ends the call and leaves nothing behind', async () => {
  const { phone, calls, media, timers } = setUp()
  const call = phone.ring()
  calls.current.value?.accept({ withPicture: true })
  await settled()
  call.talk()
  calls.close()
  await settled()
  expect(call.requests.at(-1)).toBe('end')
  expect(media.live).toEqual([])
  expect(phone.listeners.size).toBe(0)
  expect(call.listeners.size).toBe(0)
  expect(timers.pending).toBe(0)
})
