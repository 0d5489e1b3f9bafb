import { FakeClock } from '@duet/base'
import type { MediaSessionState, PlaybackEvents } from '@duet/client'
import { expect, test } from 'bun:test'
import { settled } from '../../testing/fakes.ts'
import { Listeners } from '../../testing/listeners.ts'
import { readLiveAnswer } from './live-answer.ts'
import { LiveModel } from './live-model.ts'
import type { PlaybackPort } from './ports.ts'

/** A playback that comes when the test says so. */
class FakePlayback implements PlaybackPort {
  readonly listeners = new Listeners<PlaybackEvents>()
  state: MediaSessionState = { name: 'connecting' }
  stream: MediaStream | null = null
  isClosed = false

  on: PlaybackPort['on'] = (event, listener) => this.listeners.on(event, listener)

  close(): void {
    this.isClosed = true
  }

  arrive(): void {
    this.stream = {} as MediaStream
    this.listeners.emit('stream', this.stream)
  }

  fail(): void {
    const state = { name: 'ended', reason: 'no-path', message: 'as the test says' } as const
    this.listeners.emit('state', state)
  }
}

const LIVE = {
  state: 'live',
  layout: 'side-by-side',
  streams: [
    { name: 'Ann', play: '/whep/lake/a' },
    { name: '', play: '/whep/lake/b' },
  ],
  hls: '/live/lake/hls/index.m3u8',
}

function setUp(first: unknown = { state: 'idle' }) {
  const clock = new FakeClock()
  const playbacks = new Map<string, FakePlayback>()
  const server = { answer: first, asked: 0, isReachable: true }
  const page = { isHidden: false, show: () => {} }
  const model = new LiveModel({
    room: 'lake',
    ask() {
      server.asked += 1
      return server.isReachable ? Promise.resolve(server.answer) : Promise.reject(new Error('away'))
    },
    openPlayback(url) {
      const playback = new FakePlayback()
      playbacks.set(url, playback)
      return playback
    },
    timers: clock,
    visibility: {
      isHidden: () => page.isHidden,
      onShown(listener) {
        page.show = listener
        return () => (page.show = () => {})
      },
    },
  })
  const hear = async (answer: unknown) => {
    server.answer = answer
    clock.advance(3_000)
    await settled()
  }
  const playback = (url: string): FakePlayback => {
    const found = playbacks.get(url)
    if (!found) throw new Error(`${url} was not played`)
    return found
  }
  return { clock, hear, model, page, playback, playbacks, server }
}

test('before it begins the page waits, and begins by itself', async () => {
  const { hear, model, playback, playbacks } = setUp()
  expect(model.screen.value).toBe('asking')
  await settled()
  expect(model.screen.value).toBe('waiting')
  expect(playbacks.size).toBe(0)
  await hear(LIVE)
  expect(model.screen.value).toBe('arriving')
  expect(model.layout.value).toBe('side-by-side')
  expect(model.names.value).toEqual(['Ann', ''])
  playback('/whep/lake/a').arrive()
  playback('/whep/lake/b').arrive()
  expect(model.pictures.streams.value).toEqual([{}, {}] as MediaStream[])
  model.pictures.frameSeen()
  expect(model.screen.value).toBe('live')
  expect(model.way.value).toBe('whep')
})

test('it says when it is over, and begins again', async () => {
  const { hear, model, playback } = setUp(LIVE)
  await settled()
  const first = playback('/whep/lake/a')
  model.pictures.frameSeen()
  await hear({ state: 'idle' })
  expect(model.screen.value).toBe('over')
  expect(first.isClosed).toBe(true)
  await hear(LIVE)
  expect(model.screen.value).toBe('arriving')
  expect(playback('/whep/lake/a')).not.toBe(first)
})

test('who comes when it is over already is told so', async () => {
  const { model } = setUp({ state: 'over', endedAt: 1 })
  await settled()
  expect(model.screen.value).toBe('over')
})

test('what is shown already is not opened again', async () => {
  const { hear, model, playback } = setUp(LIVE)
  await settled()
  const first = playback('/whep/lake/a')
  model.pictures.frameSeen()
  await hear({ ...LIVE })
  expect(playback('/whep/lake/a')).toBe(first)
  expect(first.isClosed).toBe(false)
})

test('without a direct picture it falls back to pieces, once they are there', async () => {
  const { clock, hear, model, playback } = setUp({ ...LIVE, hls: null })
  await settled()
  expect(model.way.value).toBe('whep')
  clock.advance(5_000)
  await settled()
  expect(model.way.value).toBe('hls')
  expect(playback('/whep/lake/a').isClosed).toBe(true)
  expect(model.pictures.playlist.value).toBe(null)
  await hear(LIVE)
  expect(model.pictures.playlist.value).toBe('/live/lake/hls/index.m3u8')
  model.pictures.frameSeen()
  expect(model.screen.value).toBe('live')
})

test('a direct picture that breaks off gives way to pieces', async () => {
  const { model, playback } = setUp(LIVE)
  await settled()
  model.pictures.frameSeen()
  playback('/whep/lake/b').fail()
  expect(model.way.value).toBe('hls')
  expect(model.screen.value).toBe('arriving')
  expect(playback('/whep/lake/a').isClosed).toBe(true)
})

test('pieces that do not come are asked for again', async () => {
  const { clock, model, playback } = setUp(LIVE)
  await settled()
  playback('/whep/lake/a').fail()
  model.pictures.piecesFailed()
  expect(model.pictures.hasFailed.value).toBe(true)
  expect(model.pictures.playlist.value).toBe(null)
  clock.advance(5_000)
  expect(model.pictures.playlist.value).toBe(LIVE.hls)
})

test('a server that does not answer is asked more and more rarely; the picture goes on', async () => {
  const { clock, model, server } = setUp(LIVE)
  await settled()
  model.pictures.frameSeen()
  server.isReachable = false
  for (let second = 0; second < 120; second += 1) {
    clock.advance(1_000)
    await settled()
  }
  expect(server.asked).toBeLessThan(10)
  expect(model.screen.value).toBe('live')
  model.pictures.hide()
  expect(model.screen.value).toBe('unreachable')
  model.close()
  expect(clock.pending).toBe(0)
})

test('nobody looks: nothing is asked until somebody does', async () => {
  const { clock, page, server } = setUp()
  await settled()
  page.isHidden = true
  clock.advance(60_000)
  await settled()
  expect(server.asked).toBe(1)
  page.isHidden = false
  page.show()
  await settled()
  expect(server.asked).toBe(2)
})

test('the sound is blocked until a press, and a person’s own choice stands', () => {
  const { model } = setUp()
  model.blockSound()
  expect(model.sound.value).toBe('blocked')
  model.toggleSound()
  expect(model.sound.value).toBe('on')
  model.toggleSound()
  model.blockSound()
  expect(model.sound.value).toBe('muted')
  model.close()
})

test.each([
  [null, undefined],
  [{}, undefined],
  [{ state: 'over', endedAt: 5 }, { state: 'over' }],
  [{ state: 'from the future' }, { state: 'idle' }],
  [
    { state: 'live', layout: 'round', streams: [null, {}, { play: '/a' }], hls: 7 },
    { state: 'live', layout: 'inset', streams: [{ name: '', address: '/a' }], hls: null },
  ],
])('%p is read as %p', (value, answer) => {
  expect(readLiveAnswer(value)).toEqual(answer as ReturnType<typeof readLiveAnswer>)
})
