import {
  afterAll,
  beforeAll,
  describe,
  expect,
  setDefaultTimeout,
  test as testAlways,
} from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeClock } from '@duet/base'
import type { MediaFrame } from '@duet/media'
import type { RecordingFault } from '../recording.ts'
import { audioFrames, inOrder, videoFrames } from '../testing/encoded-frames.ts'
import { apart, claps, findClaps, TOGETHER_MS } from '../testing/clap.ts'
import { complaintsOf, packetTimes } from '../testing/run.ts'
import { until } from '../testing/until.ts'
import { isMissing, test } from '../testing/with-ffmpeg.ts'
import { repairRecording } from './complete-file.ts'
import { openRecording } from './open-recording.ts'

setDefaultTimeout(60_000)

const isRoot = process.getuid?.() === 0
if (!isRoot) process.stderr.write('Skipped on a full disk: only root can mount a small one.\n')

const START = 1_700_000_000_000
const folder = mkdtempSync(join(tmpdir(), 'duet-faults-'))
let frames: Record<'VP8' | 'H264', MediaFrame[]>

beforeAll(async () => {
  if (isMissing) return
  const audio = await audioFrames(6, START)
  const of = async (codec: 'VP8' | 'H264') =>
    inOrder(audio, await videoFrames({ codec, seconds: 6, startMs: START }))
  frames = { VP8: await of('VP8'), H264: await of('H264') }
})

afterAll(() => rmSync(folder, { recursive: true }))

/** What a process has written of these frames when it is killed. */
async function killed(given: MediaFrame[], name: string, ending: string): Promise<string> {
  const [path, list] = [join(folder, name), join(folder, `${name}.json`)]
  await Bun.write(
    list,
    JSON.stringify(
      given.map(({ data, description, ...rest }) => ({
        ...rest,
        data: Buffer.from(data).toString('base64'),
        description: description && Buffer.from(description).toString('base64'),
      })),
    ),
  )
  const program = join(import.meta.dir, '../testing/record-frames.ts')
  const child = Bun.spawn([process.execPath, program, list, path])
  const bytes = given.reduce((sum, { data }) => sum + data.length, 0)
  await until(() => {
    const found = statSync(`${path}.${ending}`, { throwIfNoEntry: false })
    return (found?.size ?? 0) > bytes / 2
  })
  child.kill('SIGKILL')
  await child.exited
  return `${path}.${ending}`
}

test('RE1 after kill -9 sound and picture are together, and end together', async () => {
  const [sound, picture] = await claps(START, 6)
  const file = await killed(inOrder(sound, picture), 'clapping', 'webm')
  const repaired = await repairRecording(file)
  const { seen, heard } = await findClaps(file)
  expect(heard.length).toBeGreaterThan(2)
  for (const ms of apart({ seen, heard })) expect(ms).toBeLessThan(TOGETHER_MS)
  const ends = await Promise.all(
    (['a', 'v'] as const).map(async (track) => (await packetTimes(file, track)).at(-1) ?? NaN),
  )
  expect(Math.abs((ends[0] ?? NaN) - (ends[1] ?? NaN))).toBeLessThan(TOGETHER_MS)
  expect(Math.abs((repaired?.durationMs ?? NaN) - Math.max(...ends))).toBeLessThan(100)
  expect(await complaintsOf(file)).toBe('')
})

describe.each(['VP8', 'H264'] as const)('%s', (codec) => {
  const ending = codec === 'VP8' ? 'webm' : 'mp4'

  testAlways.skipIf(!isRoot || isMissing)(
    'a full disk is told once, and what is there plays',
    async () => {
      const disk = join(folder, `disk-${codec}`)
      mkdirSync(disk)
      await Bun.$`mount -t tmpfs -o size=1m tmpfs ${disk}`
      try {
        writeFileSync(join(disk, 'filling'), new Uint8Array(850_000))
        const faults: RecordingFault[] = []
        const recording = openRecording({
          path: join(disk, 'r'),
          clock: new FakeClock(),
          onFault: (fault) => faults.push(fault),
        })
        let round = 0
        await until(() => {
          const laterMs = 6000 * round++
          for (const frame of frames[codec]) {
            recording.write({ ...frame, timeMs: frame.timeMs + laterMs })
          }
          return faults.length > 0
        })
        for (const frame of frames[codec]) recording.write(frame)
        const [file] = await recording.finish()
        expect(faults).toEqual(['disk-full'])
        expect(file?.durationMs).toBeGreaterThan(900)
        expect(await complaintsOf(join(disk, `r.${ending}`))).toBe('')
        rmSync(join(disk, 'filling'))
        const repaired = await repairRecording(join(disk, `r.${ending}`))
        expect(repaired?.durationMs).toBe(file?.durationMs ?? 0)
        expect(await complaintsOf(join(disk, `r.${ending}`), '-ss', '0.5')).toBe('')
      } finally {
        await Bun.$`umount ${disk}`
      }
    },
  )

  test('after kill -9 the file plays until there, and can be repaired', async () => {
    const file = await killed(frames[codec], `killed-${codec}`, ending)
    const repaired = await repairRecording(file)
    expect(repaired?.durationMs).toBeGreaterThan(1500)
    expect(repaired?.startedMs).toBe(START)
    expect(await complaintsOf(file, '-ss', '0.7')).toBe('')
  })

  test('can be repaired wherever it was cut off, whole or not', async () => {
    const [whole] = await (() => {
      const recording = openRecording({
        path: join(folder, `cut-${codec}`),
        clock: new FakeClock(),
      })
      for (const frame of frames[codec]) recording.write(frame)
      return recording.finish()
    })()
    if (!whole) throw new Error('nothing was recorded')
    const path = join(folder, `piece.${ending}`)
    const { size } = statSync(whole.path)
    let last = 0
    for (let length = 0; length < size; length += 997) {
      await copyFile(whole.path, path)
      truncateSync(path, length)
      const { durationMs = 0 } = (await repairRecording(path)) ?? {}
      expect(durationMs).toBeGreaterThanOrEqual(last)
      last = durationMs
    }
    expect(last).toBeGreaterThan(4800)
    expect(await complaintsOf(path)).toBe('')
  })
})

test('a folder that is not there is told, and nothing throws', async () => {
  const faults: RecordingFault[] = []
  const recording = openRecording({
    path: join(folder, 'nowhere', 'r'),
    clock: new FakeClock(),
    onFault: (fault) => faults.push(fault),
  })
  for (const frame of frames.VP8) recording.write(frame)
  expect(await recording.finish()).toEqual([])
  expect(faults).toEqual(['disk-failed'])
})

test('what a slow disk does not take is bounded, and told', async () => {
  const faults: RecordingFault[] = []
  const clock = new FakeClock()
  const path = join(folder, 'slow')
  const recording = openRecording({ path, clock, onFault: (fault) => faults.push(fault) })
  const key = frames.VP8.find(({ kind }) => kind === 'video')
  if (!key) throw new Error('no key frame')
  // All in one turn: the disk has no time to take any of it.
  for (let i = 0; i < 40; i++) {
    recording.write({ ...key, data: new Uint8Array(1_000_000), timeMs: START + i * 1000 })
  }
  expect(faults).toEqual(['disk-slow'])
  const [file] = await recording.finish()
  expect(file?.durationMs).toBeGreaterThan(5000)
  expect(clock.pending).toBe(0)
})
