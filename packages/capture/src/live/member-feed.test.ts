import { expect, test } from 'bun:test'
import { PassThrough } from 'node:stream'
import type { MediaFrame } from '@duet/media'
import { ID, readElement, readNumber } from '../webm/ebml.ts'
import { DARK_FRAMES, SILENCE } from './dark-frames.ts'
import { MAX_PIPE_BYTES } from './limits.ts'
import { MemberFeed } from './member-feed.ts'

const ZERO = 1_000_000

function setUp() {
  const pipe = new PassThrough({ highWaterMark: 1 })
  const asked: number[] = []
  const feed = new MemberFeed({
    pipe,
    video: { codec: 'VP8', width: 640, height: 480 },
    zeroMs: ZERO,
    nowMs: ZERO + 500,
    onKeyFrameNeeded: () => asked.push(1),
  })
  return { pipe, feed, asked }
}

function picture(atMs: number, isKeyFrame: boolean, bytes = 10): MediaFrame {
  const data = new Uint8Array(bytes).fill(7)
  return { kind: 'video', codec: 'VP8', data, isKeyFrame, timeMs: ZERO + atMs }
}

function sound(atMs: number): MediaFrame {
  const data = Uint8Array.of(0xfc, 1)
  return { kind: 'audio', codec: 'Opus', data, isKeyFrame: true, timeMs: ZERO + atMs }
}

/** What went into the pipe: what each frame is, and when. */
function written(pipe: PassThrough): [what: string, atMs: number][] {
  const bytes = Buffer.concat(
    Array.from({ length: pipe.readableLength ? 1 : 0 }, () => drain(pipe)),
  )
  const found: [string, number][] = []
  for (let at = bytes.indexOf(Buffer.of(0x1f, 0x43, 0xb6, 0x75)); at >= 0 && at < bytes.length;) {
    const cluster = readElement(bytes, at)
    if (cluster?.id !== ID.cluster) break
    const end = at + cluster.headBytes + (cluster.size ?? 0)
    const data = bytes.subarray(at + 25, end)
    found.push([nameOf(data), readNumber(bytes, at + 10, 6)])
    at = end
  }
  return found
}

function drain(pipe: PassThrough): Buffer {
  const chunks: Buffer[] = []
  for (;;) {
    const chunk: Buffer | null = pipe.read()
    if (!chunk) return Buffer.concat(chunks)
    chunks.push(chunk)
  }
}

function nameOf(data: Buffer): string {
  if (data.equals(Buffer.from(DARK_FRAMES.VP8))) return 'dark'
  if (data.equals(Buffer.from(SILENCE))) return 'silence'
  return data[0] === 7 ? 'picture' : 'sound'
}

test('begins dark and silent, and asks for a key frame', () => {
  const { feed, pipe, asked } = setUp()
  feed.write(picture(400, false), ZERO + 500)
  expect(asked.length).toBe(1)
  feed.write(picture(440, true), ZERO + 540)
  feed.write(picture(480, false), ZERO + 580)
  feed.write(sound(470), ZERO + 580)
  expect(written(pipe)).toEqual([
    ['dark', 0],
    ['silence', 0],
    ['picture', 440],
    ['picture', 480],
    ['sound', 470],
  ])
})

test('fills in what stops, and goes on with a key frame', () => {
  const { feed, pipe } = setUp()
  feed.write(picture(400, true), ZERO + 500)
  feed.write(sound(400), ZERO + 500)
  written(pipe)
  for (let nowMs = 600; nowMs <= 3000; nowMs += 100) feed.tick(ZERO + nowMs)
  const filled = written(pipe)
  const darkAt = filled.filter(([what]) => what === 'dark').map(([, atMs]) => atMs)
  expect(darkAt).toEqual([2000, 2200, 2400])
  const silences = filled.filter(([what]) => what === 'silence').map(([, atMs]) => atMs)
  expect(silences.length).toBeGreaterThan(10)
  expect(silences).toEqual([...silences].sort((a, b) => a - b))
  feed.write(picture(2390, false), ZERO + 3010)
  feed.write(picture(2395, true), ZERO + 3020)
  // It must not go back behind the dark one.
  expect(written(pipe)).toEqual([['picture', 2401]])
})

test('drops what is not taken, until a key frame', () => {
  const { feed, pipe, asked } = setUp()
  const count = 100
  for (let i = 0; i < count; i++) feed.write(picture(i, true, MAX_PIPE_BYTES / 20), ZERO + i)
  expect(pipe.writableLength + pipe.readableLength).toBeLessThan(MAX_PIPE_BYTES * 1.2)
  expect(asked.length).toBeGreaterThan(0)
  while (pipe.readableLength + pipe.writableLength > 0) drain(pipe)
  feed.write(picture(200, false), ZERO + 700)
  feed.write(picture(210, true), ZERO + 700)
  expect(written(pipe).map(([what]) => what)).toEqual(['picture'])
})
