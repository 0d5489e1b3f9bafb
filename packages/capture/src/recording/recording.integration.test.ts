import { afterAll, beforeAll, describe, expect, setDefaultTimeout } from 'bun:test'
import { mkdtemp, readdir, rm, stat, truncate, copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeClock } from '@duet/base'
import type { MediaFrame } from '@duet/media'
import type { RecordedFile, VideoCodec } from '../recording.ts'
import { audioFrames, inOrder, videoFrames } from '../testing/encoded-frames.ts'
import { complaintsOf, packetTimes, probe } from '../testing/run.ts'
import { isMissing, test } from '../testing/with-ffmpeg.ts'
import { repairRecording } from './complete-file.ts'
import { openRecording } from './open-recording.ts'

setDefaultTimeout(60_000)

const START = 1_700_000_000_000.25
const SECONDS = 4
const CODECS = ['VP8', 'VP9', 'AV1', 'H264'] as const

let folder = ''
let audio: MediaFrame[] = []
const videos = new Map<VideoCodec, MediaFrame[]>()
let files = 0

beforeAll(async () => {
  if (isMissing) return
  folder = await mkdtemp(join(tmpdir(), 'duet-recording-'))
  audio = await audioFrames(SECONDS, START)
  for (const codec of CODECS) {
    videos.set(codec, await videoFrames({ codec, seconds: SECONDS, startMs: START + 12.5 }))
  }
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function record(frames: readonly MediaFrame[]): Promise<readonly RecordedFile[]> {
  const recording = openRecording({ path: join(folder, `r${++files}`), clock: new FakeClock() })
  for (const frame of frames) recording.write(frame)
  return recording.finish()
}

async function recordOne(frames: readonly MediaFrame[]): Promise<RecordedFile> {
  const [file, ...others] = await record(frames)
  expect(others).toEqual([])
  if (!file) throw new Error('nothing was recorded')
  return file
}

function videoOf(codec: VideoCodec): MediaFrame[] {
  return videos.get(codec) ?? []
}

function later(frames: readonly MediaFrame[], ms: number): MediaFrame[] {
  return frames.map((frame) => ({ ...frame, timeMs: frame.timeMs + ms }))
}

describe.each(CODECS)('%s', (codec) => {
  test('pictures that were taken at one time come one after the other', async () => {
    const crowded = videoOf(codec).map((frame, index) =>
      index > 0 && index < 5 ? { ...frame, timeMs: START + 12.5 } : frame,
    )
    const file = await recordOne(inOrder(audio, crowded))
    expect(await complaintsOf(file.path)).toBe('')
    const times = await packetTimes(file.path, 'v')
    expect(new Set(times).size).toBe(crowded.length)
  })

  test('decodes without a complaint, and is as long as the frames', async () => {
    const file = await recordOne(inOrder(audio, videoOf(codec)))
    expect(await complaintsOf(file.path)).toBe('')
    const found = await probe(file.path)
    expect(found.streams.map(({ kind }) => kind)).toEqual(['video', 'audio'])
    expect(found.streams[0]).toMatchObject({ codec: codec.toLowerCase(), width: 320, height: 240 })
    expect(Math.abs(found.durationMs - file.durationMs)).toBeLessThan(2)
    expect(Math.abs(file.durationMs - SECONDS * 1000)).toBeLessThan(100)
    expect(file).toMatchObject({
      startedMs: START,
      hasAudio: true,
      video: { codec, width: 320, height: 240 },
    })
  })

  test('keeps the time of every frame', async () => {
    const file = await recordOne(inOrder(audio, videoOf(codec)))
    for (const [track, frames] of [
      ['a', audio],
      ['v', videoOf(codec)],
    ] as const) {
      const times = await packetTimes(file.path, track)
      expect(times.length).toBe(frames.length)
      times.forEach((time, index) => {
        expect(Math.abs(time - ((frames[index]?.timeMs ?? 0) - START))).toBeLessThan(1)
      })
    }
  })

  test('keeps a picture that begins later where it belongs', async () => {
    const file = await recordOne(inOrder(audio, later(videoOf(codec), 1500)))
    expect(await complaintsOf(file.path)).toBe('')
    const [first = 0] = await packetTimes(file.path, 'v')
    expect(Math.abs(first - 1512.5)).toBeLessThan(1)
    const { streams } = await probe(file.path)
    expect(Math.abs((streams[0]?.startMs ?? 0) - 1512.5)).toBeLessThan(40)
  })

  test('can be sought in', async () => {
    const file = await recordOne(inOrder(audio, videoOf(codec)))
    expect(await complaintsOf(file.path, '-ss', '2.5')).toBe('')
  })

  test('is whole and seekable again, wherever it was cut off', async () => {
    const frames = inOrder(audio, videoOf(codec))
    const whole = await recordOne(frames)
    const { size } = await stat(whole.path)
    const path = join(folder, `cut.${whole.container}`)
    let last = 0
    for (const share of [0.97, 0.5, 0.71, 0.83, 0.999, 0.9999]) {
      await copyFile(whole.path, path)
      await truncate(path, Math.floor(size * share))
      const file = await repairRecording(path)
      expect(await complaintsOf(path)).toBe('')
      expect(await complaintsOf(path, '-ss', '1')).toBe('')
      expect(file?.startedMs).toBe(START)
      expect(Math.abs((await probe(path)).durationMs - (file?.durationMs ?? 0))).toBeLessThan(50)
      last = file?.durationMs ?? 0
    }
    expect(last).toBeGreaterThan((SECONDS - 1.2) * 1000)
    expect(await repairRecording(path)).toEqual({
      ...(await repairRecording(path))!,
      durationMs: last,
    })
  })
})

test('a size that changes stays in the file', async () => {
  for (const codec of CODECS) {
    const small = await videoFrames({ codec, seconds: 2, size: '160x120', startMs: START + 4000 })
    const file = await recordOne(inOrder(videoOf(codec), small))
    expect(await complaintsOf(file.path)).toBe('')
    expect((await packetTimes(file.path, 'v')).length).toBe(6 * 25)
  }
})

test('sound alone, and a picture alone', async () => {
  const sound = await recordOne(audio)
  expect(sound).toMatchObject({ container: 'webm', hasAudio: true })
  expect(sound.video).toBeUndefined()
  expect(await complaintsOf(sound.path, '-ss', '1')).toBe('')
  expect(Math.abs((await probe(sound.path)).durationMs - SECONDS * 1000)).toBeLessThan(100)
  for (const codec of CODECS) {
    const picture = await recordOne(videoOf(codec))
    expect(picture.hasAudio).toBe(false)
    expect(await complaintsOf(picture.path, '-ss', '1')).toBe('')
    expect(Math.abs((await probe(picture.path)).durationMs - SECONDS * 1000)).toBeLessThan(100)
  }
})

test('a camera that is switched on late joins the sound in its file, or begins another', async () => {
  const late = later(videoOf('VP8'), 2800)
  const file = await recordOne(inOrder(audio, late))
  expect(file.video?.codec).toBe('VP8')
  expect(await complaintsOf(file.path)).toBe('')
  const parts = await record(inOrder(audio, later(videoOf('H264'), 2800)))
  expect(parts.map(({ container, video }) => [container, video?.codec])).toEqual([
    ['webm', undefined],
    ['mp4', 'H264'],
  ])
  for (const part of parts) expect(await complaintsOf(part.path)).toBe('')
})

test('another codec begins another file, and nothing is lost', async () => {
  const sound = await audioFrames(8, START)
  const parts = await record(inOrder(sound, videoOf('VP8'), later(videoOf('H264'), 4000)))
  const names = parts.map(({ path }) => path.slice(folder.length + 1))
  expect(names).toEqual([`r${files}.webm`, `r${files}-2.mp4`])
  expect(parts[1]?.startedMs).toBe(START + 4012.5)
  let packets = 0
  for (const part of parts) {
    expect(await complaintsOf(part.path)).toBe('')
    expect((await packetTimes(part.path, 'v')).length).toBe(SECONDS * 25)
    packets += (await packetTimes(part.path, 'a')).length
  }
  expect(packets).toBe(sound.length)
})

test('a pause stays as long as it was', async () => {
  for (const codec of ['VP8', 'H264'] as const) {
    const file = await recordOne(
      inOrder(audio, later(audio, 44_000), videoOf(codec), later(videoOf(codec), 44_000)),
    )
    expect(await complaintsOf(file.path)).toBe('')
    expect(Math.abs((await probe(file.path)).durationMs - 48_000)).toBeLessThan(100)
    const times = await packetTimes(file.path, 'v')
    expect(Math.abs((times[100] ?? 0) - 44_012.5)).toBeLessThan(1)
  }
})

test('what is not ours, or has no frames, is not repaired', async () => {
  for (const name of ['empty.webm', 'other.mp4', 'short.webm']) {
    const path = join(folder, name)
    await Bun.write(path, name === 'empty.webm' ? '' : 'x'.repeat(name === 'other.mp4' ? 9000 : 3))
    expect(await repairRecording(path)).toBeUndefined()
  }
  expect(await record([])).toEqual([])
  expect((await readdir(folder)).includes(`r${files}.webm`)).toBe(false)
})
