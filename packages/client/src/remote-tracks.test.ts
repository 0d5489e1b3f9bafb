import { afterAll, beforeAll, expect, test } from 'bun:test'
import { FakeMediaStream } from './fake-peer-connection.ts'
import { RemoteTracks } from './remote-tracks.ts'

const browser = globalThis as Record<string, unknown>
beforeAll(() => (browser['MediaStream'] = FakeMediaStream))
afterAll(() => delete browser['MediaStream'])

class FakeTrack {
  readonly kind: string
  readonly name: string
  muted: boolean
  readyState = 'live'
  onmute: (() => void) | null = null
  onunmute: (() => void) | null = null
  onended: (() => void) | null = null
  constructor(kind: string, name: string, muted = false) {
    this.kind = kind
    this.name = name
    this.muted = muted
  }
  mute(muted: boolean) {
    this.muted = muted
    if (muted) this.onmute?.()
    else this.onunmute?.()
  }
  end() {
    this.readyState = 'ended'
    this.onended?.()
  }
}

function setUp() {
  const told: unknown[] = []
  const remote = new RemoteTracks((stream) => told.push(stream))
  const add = (track: FakeTrack) => remote.add(track as unknown as MediaStreamTrack)
  const names = () =>
    (remote.stream as unknown as FakeMediaStream).tracks.map((track) => (track as FakeTrack).name)
  return { remote, told, add, names }
}

test('one sound and one picture are one stream, told once, whatever is muted', () => {
  const { remote, told, add, names } = setUp()
  const camera = new FakeTrack('video', 'camera', true)
  add(new FakeTrack('audio', 'voice'))
  add(camera)
  remote.tell()
  remote.tell()
  expect(told).toEqual([remote.stream])
  for (const muted of [false, true]) {
    camera.mute(muted)
    expect(names()).toEqual(['voice', 'camera'])
  }
})

test('the picture that came last and is running is shown, and the former one after it', () => {
  const { remote, told, add, names } = setUp()
  const camera = new FakeTrack('video', 'camera')
  const screen = new FakeTrack('video', 'screen', true)
  add(camera)
  remote.tell()
  add(screen)
  expect(names()).toEqual(['camera'])
  screen.mute(false)
  expect(names()).toEqual(['screen'])
  screen.end()
  expect(names()).toEqual(['camera'])
  add(camera)
  expect([names(), told.length]).toEqual([['camera'], 1])
})

test('a sound that comes later is told in a new stream', () => {
  const { remote, told, add, names } = setUp()
  add(new FakeTrack('video', 'camera'))
  remote.tell()
  const first = remote.stream
  const voice = new FakeTrack('audio', 'voice')
  add(voice)
  add(voice)
  expect(names()).toEqual(['voice', 'camera'])
  expect(told).toEqual([first, remote.stream])
  expect(remote.stream).not.toBe(first)
})

test('after close no track is listened to', () => {
  const { remote, add } = setUp()
  const camera = new FakeTrack('video', 'camera')
  add(camera)
  remote.close()
  expect([camera.onmute, camera.onunmute, camera.onended]).toEqual([null, null, null])
})

test('another picture is told once it is shown, as browsers tell of tracks', () => {
  const { remote, add, names } = setUp()
  let told = 0
  remote.stream.addEventListener('addtrack', () => (told += 1))
  add(new FakeTrack('video', 'camera'))
  remote.tell()
  expect(told).toBe(0)
  const screen = new FakeTrack('video', 'screen', true)
  add(screen)
  expect(told).toBe(0)
  screen.mute(false)
  expect(names()).toEqual(['screen'])
  expect(told).toBe(1)
})
