import { FakeClock } from '@duet/base'
import type { CastReceiverOptions } from '@duet/client'
import { expect, test } from 'bun:test'
import { FakeCastReceiver } from '../../testing/fake-cast-receiver.ts'
import { FakeMemory } from '../../testing/fakes.ts'
import { TvModel } from './tv-model.ts'

const HOUR_MS = 60 * 60 * 1000

interface SetUp {
  origin?: string
  name?: string
  memory?: FakeMemory
  timers?: FakeClock
}

function setUp(given: SetUp = {}) {
  const receiver = new FakeCastReceiver()
  const memory = given.memory ?? new FakeMemory()
  const timers = given.timers ?? new FakeClock()
  const marks: string[] = []
  const asked: CastReceiverOptions[] = []
  const page = new TvModel({
    origin: given.origin ?? 'https://call.example.org',
    addresses: { best: 'https://192.168.1.5:8443', lan: [], public: null },
    name: given.name,
    createReceiver(options) {
      asked.push(options)
      receiver.secret = options.secret ?? receiver.secret
      return receiver
    },
    memory,
    timers,
    mark: (name) => marks.push(name),
  })
  return { page, receiver, memory, timers, marks, asked }
}

/** A TV on which Ann shows something. */
function setUpShowing() {
  const parts = setUp()
  parts.receiver.show('ACDEFG')
  parts.receiver.receive('Ann')
  return parts
}

test('T1 the secret stays with the tab, so that the code outlives a reload', () => {
  const { asked, memory, page } = setUp({ name: ' Living room ' })
  expect(asked[0]).toEqual({
    url: 'wss://call.example.org/ws',
    secret: undefined,
    name: 'Living room',
  })
  page.close()
  const again = setUp({ memory })
  expect(again.asked[0]?.secret).toBe('first secret of this TV')
  again.receiver.listeners.emit('secret', 'the one after')
  again.page.close()
  expect(setUp({ memory }).asked[0]?.secret).toBe('the one after')
})

test.each([
  ['https://call.example.org', 'https://call.example.org/cast#ACDEFG', 'call.example.org/cast'],
  ['https://10.0.0.2:8443', 'https://10.0.0.2:8443/cast#ACDEFG', 'https://10.0.0.2:8443/cast'],
  // Nobody else's phone finds localhost.
  [
    'http://localhost:8080',
    'https://192.168.1.5:8443/cast#ACDEFG',
    'https://192.168.1.5:8443/cast',
  ],
])('at %s the QR code leads to %s, and %s is typed', (origin, link, address) => {
  const { page, receiver } = setUp({ origin })
  expect(page.link.value).toBeNull()
  receiver.show('ACDEFG')
  expect(page.link.value).toBe(link)
  expect(page.address).toBe(address)
  receiver.listeners.emit('code', null)
  expect(page.link.value).toBeNull()
})

test('the picture takes the place of the code when there is one, and as long as somebody sends', () => {
  const { page, receiver } = setUp()
  expect(page.screen.value).toBe('code')
  receiver.show('ACDEFG')
  receiver.senderName = 'Ann'
  const seen = (
    [
      { name: 'connecting' },
      { name: 'reconnecting', reason: 'ice' },
      { name: 'connecting' },
      { name: 'showing' },
      { name: 'paused' },
      { name: 'reconnecting', reason: 'ice' },
      { name: 'showing' },
    ] as const
  ).map((state) => {
    receiver.go(state)
    return page.screen.value
  })
  expect(seen).toEqual(['code', 'code', 'code', 'picture', 'picture', 'picture', 'picture'])
  expect(page.senderName.value).toBe('Ann')
  receiver.lose('left')
  expect(page.screen.value).toBe('code')
  expect(page.senderName.value).toBe('')
  receiver.go({ name: 'failed', code: 'no-webrtc', message: '' })
  expect(page.screen.value).toBe('impossible')
})

test('how a sender went is said for a while, or until the next one comes', () => {
  const { page, receiver, timers } = setUpShowing()
  receiver.lose('lost')
  expect(page.farewell.value).toEqual({ reason: 'lost', name: 'Ann' })
  timers.advance(8_000)
  expect(page.farewell.value).toBeNull()
  receiver.receive('Ben')
  receiver.lose('stopped')
  expect(page.farewell.value).toEqual({ reason: 'stopped', name: 'Ben' })
  receiver.receive('Cleo')
  expect(page.farewell.value).toBeNull()
})

test('P2 the first frame of each sender is marked once', () => {
  const { page, receiver, marks } = setUpShowing()
  page.frameSeen()
  receiver.go({ name: 'paused' })
  receiver.go({ name: 'showing' })
  page.frameSeen()
  expect(marks).toEqual(['duet:first-remote-frame'])
  receiver.lose('left')
  expect(page.hasFrame.value).toBe(false)
  receiver.receive('Ben')
  page.frameSeen()
  expect(marks).toHaveLength(2)
})

test('a code that is a day old gives way, but never while somebody needs it', () => {
  const { page, receiver, timers, memory } = setUpShowing()
  timers.advance(25 * HOUR_MS)
  expect(receiver.requests).toEqual([])
  receiver.lose('left')
  timers.advance(60_000)
  expect(receiver.requests).toEqual(['renew'])
  page.close()
  // A reload makes the code no younger.
  timers.advance(23 * HOUR_MS)
  const again = setUp({ memory, timers })
  again.receiver.show('ACDEFG')
  timers.advance(HOUR_MS - 120_000)
  expect(again.receiver.requests).toEqual([])
  timers.advance(120_000)
  expect(again.receiver.requests).toEqual(['renew'])
})

test('a server that gives no code is late after a while', () => {
  const { page, receiver, timers } = setUp()
  expect(page.isLate.value).toBe(false)
  timers.advance(5_000)
  expect(page.isLate.value).toBe(true)
  receiver.show('ACDEFG')
  expect(page.isLate.value).toBe(false)
  timers.advance(5_000)
  expect(page.isLate.value).toBe(false)
})

test('sound that the browser blocks is heard after a press, or given up with Back', () => {
  const { page, receiver, timers } = setUpShowing()
  page.blockSound()
  timers.advance(60_000)
  expect(page.isQuiet.value).toBe(false)
  page.unblockSound()
  expect(page.sound.value).toBe('on')
  page.blockSound()
  expect(page.back()).toBe(true)
  expect(page.sound.value).toBe('muted')
  // What was muted stays so.
  page.unblockSound()
  page.blockSound()
  expect(page.sound.value).toBe('muted')
  page.toggleSound()
  expect(page.sound.value).toBe('on')
  page.toggleSound()
  receiver.lose('left')
  expect(page.sound.value).toBe('on')
})

test('the controls fade by themselves, and with Back over a picture', () => {
  const { page, receiver, timers } = setUp()
  receiver.show('ACDEFG')
  expect(page.back()).toBe(false)
  timers.advance(7_000)
  expect(page.isQuiet.value).toBe(true)
  receiver.receive('Ann')
  expect(page.isQuiet.value).toBe(false)
  expect(page.back()).toBe(true)
  expect(page.isQuiet.value).toBe(true)
  expect(page.back()).toBe(false)
})

test('nothing is left when it is closed', () => {
  const { page, receiver, timers } = setUpShowing()
  receiver.lose('left')
  page.close()
  expect(receiver.requests).toEqual(['close'])
  expect(receiver.listeners.size).toBe(0)
  expect(timers.pending).toBe(0)
})
