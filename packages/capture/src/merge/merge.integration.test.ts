import { afterAll, beforeAll, expect, setDefaultTimeout } from 'bun:test'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeClock } from '@duet/base'
import type { MediaFrame } from '@duet/media'
import type { Ffmpeg } from '../ffmpeg.ts'
import { findFfmpeg } from '../ffmpeg/find-ffmpeg.ts'
import type { MergeInput, MergeOptions } from '../merging.ts'
import type { RecordedFile } from '../recording.ts'
import { openRecording } from '../recording/open-recording.ts'
import { apart, claps, findClaps, TOGETHER_MS } from '../testing/clap.ts'
import { audioFrames, inOrder, videoFrames } from '../testing/encoded-frames.ts'
import { complaintsOf, probe, run } from '../testing/run.ts'
import { until } from '../testing/until.ts'
import { isMissing, test } from '../testing/with-ffmpeg.ts'
import { mergeRecordings } from './merge-recordings.ts'

// With nice, it waits for all other tests.
setDefaultTimeout(240_000)

const START = 1_700_000_000_000
const pictures = process.env['DUET_PICTURES']
let folder = ''
let ffmpeg: Ffmpeg
let count = 0

beforeAll(async () => {
  if (isMissing) return
  folder = await mkdtemp(join(tmpdir(), 'duet-merge-'))
  const found = await findFfmpeg()
  if (!found) throw new Error('these tests need ffmpeg')
  ffmpeg = found
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function record(...tracks: MediaFrame[][]): Promise<MergeInput> {
  const recording = openRecording({ path: join(folder, `r${++count}`), clock: new FakeClock() })
  for (const frame of inOrder(...tracks)) recording.write(frame)
  return { parts: await recording.finish() }
}

function optionsOf(inputs: MergeOptions['inputs']): MergeOptions {
  return { ffmpeg, inputs, output: join(folder, `merged${++count}.mp4`) }
}

async function colourAt(
  path: string,
  seconds: number,
  place: { x: number; y: number },
): Promise<number[]> {
  const raw = join(folder, 'pixel.rgb')
  const crop = `crop=2:2:${place.x}:${place.y},format=rgb24`
  const input = [
    'ffmpeg',
    '-v',
    'error',
    '-y',
    '-ss',
    String(seconds),
    '-i',
    path,
    '-frames:v',
    '1',
  ]
  await run([...input, '-vf', crop, '-f', 'rawvideo', raw])
  if (pictures) await run([...input, join(pictures, `merged-${count}-${seconds}.png`)])
  return [...(await readFile(raw)).subarray(0, 3)]
}

/** How loud one tone is between two times, in decibels. */
async function loudnessOf(
  path: string,
  tone: number,
  [from, to]: [number, number],
): Promise<number> {
  const filter = `atrim=${from}:${to},bandpass=f=${tone}:width_type=h:w=40,volumedetect`
  const { stderr } = await run([
    'ffmpeg',
    '-hide_banner',
    '-i',
    path,
    '-vn',
    '-af',
    filter,
    '-f',
    'null',
    '-',
  ])
  return Number(/mean_volume: (\S+) dB/.exec(stderr)?.[1])
}

const isDark = (colour: number[]) => colour.length === 3 && colour.every((value) => value < 50)
const LEFT = { x: 320, y: 360 }
const RIGHT = { x: 960, y: 360 }

test('puts both side by side from when each began, over changes of size and codec', async () => {
  const one = await record(
    await audioFrames(6, START, { tone: 440 }),
    await videoFrames({ codec: 'VP8', seconds: 2, startMs: START, source: 'color=red' }),
    await videoFrames({
      codec: 'VP8',
      seconds: 2,
      startMs: START + 2000,
      size: '640x360',
      source: 'color=lime',
    }),
    await videoFrames({ codec: 'H264', seconds: 2, startMs: START + 4000, source: 'color=blue' }),
  )
  const two = await record(
    await audioFrames(3, START + 2500, { tone: 2000 }),
    await videoFrames({ codec: 'VP8', seconds: 3, startMs: START + 2500, source: 'color=white' }),
  )
  expect(one.parts.length).toBe(2)
  const progress: number[] = []
  const options = { ...optionsOf([one, two]), onProgress: (done: number) => progress.push(done) }
  const merged = await mergeRecordings(options).done
  expect(merged.path).toBe(options.output)
  expect(await complaintsOf(merged.path)).toBe('')
  const found = await probe(merged.path)
  expect(found.streams.map(({ codec }) => codec)).toEqual(['h264', 'aac'])
  expect(Math.abs(found.durationMs - 6000)).toBeLessThan(100)
  expect(Math.abs(merged.durationMs - 6000)).toBeLessThan(100)
  expect(progress.at(-1)).toBeGreaterThan(0.9)

  const red = await colourAt(merged.path, 1, LEFT)
  const lime = await colourAt(merged.path, 3, LEFT)
  const blue = await colourAt(merged.path, 5, LEFT)
  expect(red.map((value) => value > 128)).toEqual([true, false, false])
  expect(lime.map((value) => value > 128)).toEqual([false, true, false])
  expect(blue.map((value) => value > 128)).toEqual([false, false, true])
  expect(isDark(await colourAt(merged.path, 2.3, RIGHT))).toBe(true)
  expect(isDark(await colourAt(merged.path, 2.7, RIGHT))).toBe(false)
  expect(isDark(await colourAt(merged.path, 5.7, RIGHT))).toBe(true)

  expect(await loudnessOf(merged.path, 440, [0.2, 5.8])).toBeGreaterThan(-35)
  expect(await loudnessOf(merged.path, 2000, [2.6, 5.4])).toBeGreaterThan(-35)
  expect(await loudnessOf(merged.path, 2000, [0.2, 2.4])).toBeLessThan(-50)
})

test('a picture stays with its sound, and the members with each other', async () => {
  const one = await record(...(await claps(START, 5)))
  const two = await record(...(await claps(START + 2000.5, 3)))
  const { path } = await mergeRecordings(optionsOf([one, two])).done
  const [left, right] = [await findClaps(path, 'left'), await findClaps(path, 'right')]
  expect([left.seen.length, right.seen.length]).toEqual([5, 3])
  expect(Math.max(...apart(left), ...apart(right))).toBeLessThan(TOGETHER_MS)
})

test('one who only spoke has a dark half', async () => {
  const one = await record(await audioFrames(2, START))
  const two = await record(
    await videoFrames({ codec: 'VP8', seconds: 2, startMs: START, source: 'color=white' }),
  )
  const { path } = await mergeRecordings(optionsOf([one, two])).done
  expect(await complaintsOf(path)).toBe('')
  expect(isDark(await colourAt(path, 1, LEFT))).toBe(true)
  expect(isDark(await colourAt(path, 1, RIGHT))).toBe(false)
  expect(await loudnessOf(path, 440, [0.2, 1.8])).toBeGreaterThan(-35)
})

test('one of whom there is nothing', async () => {
  const two = await record(await audioFrames(2, START))
  const { path } = await mergeRecordings(optionsOf([{ parts: [] }, two])).done
  expect(Math.abs((await probe(path)).durationMs - 2000)).toBeLessThan(100)
})

test('nothing at all, and what is no recording', async () => {
  const nothing = mergeRecordings(optionsOf([{ parts: [] }, { parts: [] }]))
  expect(nothing.done).rejects.toMatchObject({ code: 'no-media' })
  const path = join(folder, 'broken.webm')
  await Bun.write(path, 'no recording')
  const part: RecordedFile = {
    path,
    container: 'webm',
    bytes: 12,
    startedMs: START,
    durationMs: 1000,
    hasAudio: true,
  }
  const broken = mergeRecordings(optionsOf([{ parts: [part] }, { parts: [] }]))
  const error: unknown = await broken.done.catch((cause: unknown) => cause)
  expect(error).toMatchObject({ code: 'ffmpeg-failed' })
  expect(String(error)).toContain('broken.webm')
})

test('is ended on close, and leaves nothing', async () => {
  const one = await record(await videoFrames({ codec: 'VP8', seconds: 6, startMs: START }))
  let hasBegun = false
  const options = { ...optionsOf([one, one]), onProgress: () => (hasBegun = true) }
  const merge = mergeRecordings(options)
  const outcome = merge.done.catch((cause: unknown) => cause)
  await until(() => hasBegun)
  merge.close()
  expect(await outcome).toMatchObject({ code: 'closed' })
  expect(
    (await readdir(folder)).filter((name) => options.output.endsWith(name.replace('.part', ''))),
  ).toEqual([])
})
