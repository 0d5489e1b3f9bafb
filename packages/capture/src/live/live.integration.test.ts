import { afterAll, beforeAll, describe, expect, setDefaultTimeout } from 'bun:test'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, silentLogger, systemClock } from '@duet/base'
import type { MediaFrame } from '@duet/media'
import type { Ffmpeg } from '../ffmpeg.ts'
import { findFfmpeg } from '../ffmpeg/find-ffmpeg.ts'
import { LIVE_PLAYLIST, type LiveMixer, type LiveOptions, type LiveState } from '../live.ts'
import type { VideoCodec } from '../recording.ts'
import { apart, claps, findClaps, TOGETHER_MS } from '../testing/clap.ts'
import { audioFrames, videoFrames } from '../testing/encoded-frames.ts'
import { Player } from '../testing/player.ts'
import { probe, run } from '../testing/run.ts'
import { until } from '../testing/until.ts'
import { concurrentTest, isMissing, test } from '../testing/with-ffmpeg.ts'
import { startLive } from './start-live.ts'

setDefaultTimeout(120_000)

const pictures = process.env['DUET_PICTURES']
let ffmpeg: Ffmpeg | undefined
let folder = ''
let count = 0
let tones: MediaFrame[][] = []
const videos: Record<string, MediaFrame[]> = {}

beforeAll(async () => {
  if (isMissing) return
  ffmpeg = await findFfmpeg()
  folder = await mkdtemp(join(tmpdir(), 'duet-live-'))
  tones = [await audioFrames(2), await audioFrames(2, 0, { tone: 880 })]
  const make = (codec: VideoCodec, size: string, source?: string) =>
    videoFrames({ codec, seconds: 2, size, rate: 15, ...(source && { source }) })
  videos['wide'] = await make('VP8', '640x360')
  videos['other'] = await make('VP8', '320x240', 'smptebars')
  videos['h264'] = await make('H264', '320x240', 'smptebars')
})

afterAll(() => rm(folder, { recursive: true, force: true }))

interface Running {
  mixer: LiveMixer
  states: LiveState[]
  directory: string
  playlist: string
}

async function start(options: Partial<LiveOptions> = {}): Promise<Running> {
  const directory = join(folder, `live${++count}`)
  await mkdir(directory)
  const states: LiveState[] = []
  const mixer = startLive({
    ffmpeg,
    layout: 'inset',
    hlsDirectory: directory,
    clock: systemClock,
    logger: silentLogger,
    onState: (state) => states.push(state),
    ...options,
  })
  return { mixer, states, directory, playlist: join(directory, LIVE_PLAYLIST) }
}

function isRunning({ mixer }: Running): boolean {
  return mixer.state.state === 'running'
}

async function segmentsOf({ playlist }: Running): Promise<number[]> {
  const text = await readFile(playlist, 'utf8').catch(() => '')
  return [...text.matchAll(/^(\d+)\.ts$/gm)].map(([, number]) => Number(number))
}

/** Waits until so many segments more are there. */
async function more(running: Running, segments: number): Promise<void> {
  const first = (await segmentsOf(running)).at(-1) ?? -1
  await until(async () => ((await segmentsOf(running)).at(-1) ?? -1) >= first + segments)
}

/** The colour in the middle of an area of the newest picture, and the picture for people to look at. */
async function colourAt(
  running: Running,
  place: { x: number; y: number },
  name: string,
): Promise<number[]> {
  const last = (await segmentsOf(running)).at(-1)
  const segment = join(running.directory, `${last}.ts`)
  if (pictures) {
    await run([
      'ffmpeg',
      '-v',
      'error',
      '-y',
      '-i',
      segment,
      '-frames:v',
      '1',
      join(pictures, `${name}.png`),
    ])
  }
  const raw = join(folder, `${name}.rgb`)
  const crop = `crop=2:2:${place.x}:${place.y},format=rgb24`
  await run([
    'ffmpeg',
    '-v',
    'error',
    '-y',
    '-i',
    segment,
    '-frames:v',
    '1',
    '-vf',
    crop,
    '-f',
    'rawvideo',
    raw,
  ])
  return [...(await readFile(raw)).subarray(0, 3)]
}

function isBlack(colour: readonly number[]): boolean {
  return colour.length === 3 && colour.every((value) => value < 45)
}

describe.each(['inset', 'side-by-side'] as const)('%s', (layout) => {
  test('plays within five seconds, with both pictures where they belong', async () => {
    const startedAt = performance.now()
    const running = await start({ layout })
    const players = [
      new Player(running.mixer, 0, [tones[0] ?? [], videos['wide'] ?? []]),
      new Player(running.mixer, 1, [tones[1] ?? [], videos['other'] ?? []]),
    ]
    await until(() => isRunning(running))
    expect(performance.now() - startedAt).toBeLessThan(5000)
    await more(running, 3)
    const found = await probe(running.playlist)
    expect(found.streams.map(({ codec }) => codec).sort()).toEqual(['aac', 'h264'])
    expect(found.streams.find(({ kind }) => kind === 'video')).toMatchObject({
      width: 1280,
      height: 720,
    })
    // The left bar of the second member's colours is grey or white.
    const small = layout === 'inset' ? { x: 1280 - 10 - 140, y: 720 - 10 - 80 } : { x: 660, y: 300 }
    const colour = await colourAt(running, small, layout)
    expect(Math.min(...colour)).toBeGreaterThan(90)
    for (const player of players) player.close()
    await running.mixer.close()
    expect(await readFile(running.playlist, 'utf8')).toEndWith('#EXT-X-ENDLIST\n')
    const { stderr, code } = await run([
      'ffmpeg',
      '-v',
      'error',
      '-i',
      running.playlist,
      '-f',
      'null',
      '-',
    ])
    expect([code, stderr]).toEqual([0, ''])
    expect(running.states).toEqual([{ state: 'running' }, { state: 'stopped' }])
  })
})

// Two of these three wait for something that does nothing.
concurrentTest(
  'goes on without a picture, with one that stops, and with one of another codec',
  async () => {
    const running = await start({ layout: 'side-by-side' })
    const first = new Player(running.mixer, 0, [tones[0] ?? [], videos['wide'] ?? []])
    await until(() => isRunning(running))
    await more(running, 2)
    expect(isBlack(await colourAt(running, { x: 660, y: 300 }, 'one-alone'))).toBe(true)
    let second = new Player(running.mixer, 1, [tones[1] ?? [], videos['other'] ?? []])
    await more(running, 3)
    expect(isBlack(await colourAt(running, { x: 660, y: 300 }, 'both'))).toBe(false)
    second.close()
    await more(running, 5)
    expect(isBlack(await colourAt(running, { x: 660, y: 300 }, 'stopped'))).toBe(true)
    second = new Player(running.mixer, 1, [tones[1] ?? [], videos['h264'] ?? []])
    await more(running, 5)
    expect(isBlack(await colourAt(running, { x: 660, y: 300 }, 'another-codec'))).toBe(false)
    first.close()
    second.close()
    await running.mixer.close()
  },
)

concurrentTest('one that hangs is replaced, and what waits for it is bounded', async () => {
  const pids: number[] = []
  const logger = createLogger('debug', ({ fields }) => {
    if (typeof fields['pid'] === 'number') pids.push(fields['pid'])
  })
  const running = await start({ logger })
  const key = (videos['wide'] ?? [])[0]
  if (!key) throw new Error('no key frame')
  await until(() => isRunning(running))
  process.kill(pids[0] ?? 0, 'SIGSTOP')
  const before = process.memoryUsage.rss()
  const data = new Uint8Array(100_000)
  for (let i = 0; i < 3000; i++)
    running.mixer.write(0, { ...key, data, timeMs: Date.now() + i / 1000 })
  await Bun.sleep(0)
  expect(process.memoryUsage.rss() - before).toBeLessThan(60_000_000)
  await until(() => pids.length === 2)
  await more(running, 2)
  await running.mixer.close()
})

concurrentTest('one that always fails is given up, with what it said', async () => {
  if (!ffmpeg) throw new Error('no ffmpeg')
  const path = join(folder, 'failing')
  await Bun.write(path, '#!/bin/sh\necho "[a @ 0x1] no such thing" >&2\nexit 1\n')
  await run(['chmod', '+x', path])
  const running = await start({ ffmpeg: { ...ffmpeg, path } })
  await until(() => running.states.length > 0)
  expect(running.states).toEqual([
    { state: 'failed', fault: 'ffmpeg-failed', message: 'no such thing' },
  ])
  for (const frame of videos['wide'] ?? []) running.mixer.write(0, frame)
  await running.mixer.close()
})

// What stands alone separates those that run side by side.
test('a picture stays with its sound', async () => {
  const running = await start({ layout: 'side-by-side' })
  const player = new Player(running.mixer, 0, await claps())
  await until(() => isRunning(running))
  await more(running, 6)
  player.close()
  await running.mixer.close()
  const found = await findClaps(running.playlist, 'left')
  expect(found.seen.length).toBeGreaterThan(3)
  expect(Math.max(...apart(found))).toBeLessThan(TOGETHER_MS)
})

concurrentTest('one key frame suffices, as long as nothing is lost', async () => {
  const seconds = 20
  const long = { codec: 'VP8', seconds, size: '320x240', rate: 15, source: 'smptebars' } as const
  const film = await videoFrames({ ...long, keyFrameEvery: 10_000 })
  expect(film.filter(({ isKeyFrame }) => isKeyFrame)).toHaveLength(1)
  let player: Player | undefined
  const begin = () => {
    player?.close()
    player = new Player(running.mixer, 1, [film], seconds * 1000)
  }
  const running = await start({ layout: 'side-by-side', onKeyFrameNeeded: begin })
  begin()
  await until(() => isRunning(running))
  await more(running, 2)
  expect(isBlack(await colourAt(running, { x: 660, y: 300 }, 'one-key-frame'))).toBe(false)
  player?.close()
  await running.mixer.close()
})

concurrentTest('nobody at all is dark and silent, and goes on', async () => {
  const running = await start()
  await until(() => isRunning(running))
  await more(running, 2)
  await running.mixer.close()
  expect(running.states.at(-1)).toEqual({ state: 'stopped' })
})

concurrentTest('an ffmpeg that is killed is started again', async () => {
  const pids: number[] = []
  const logger = createLogger('debug', ({ fields }) => {
    if (typeof fields['pid'] === 'number') pids.push(fields['pid'])
  })
  const running = await start({ logger })
  const player = new Player(running.mixer, 0, [tones[0] ?? [], videos['wide'] ?? []])
  await until(() => isRunning(running))
  process.kill(pids[0] ?? 0, 'SIGKILL')
  await until(() => pids.length === 2)
  await more(running, 2)
  expect(running.mixer.state).toEqual({ state: 'running' })
  player.close()
  await running.mixer.close()
})

concurrentTest('without ffmpeg it says which package has it', async () => {
  expect(await findFfmpeg(join(folder, 'nothing'))).toBeUndefined()
  const running = await start({ ffmpeg: undefined })
  await until(() => running.states.length > 0)
  expect(running.states[0]).toMatchObject({ state: 'failed', fault: 'no-ffmpeg' })
  expect(JSON.stringify(running.states)).toContain('package is called ffmpeg')
  await running.mixer.close()
})

describe('push', () => {
  const key = 'very-secret-key'
  const addresses = () => Promise.resolve(['127.0.0.1'])

  concurrentTest('reaches an RTMP server', async () => {
    const port = await freePort()
    const received = join(folder, 'received.flv')
    const receiver = Bun.spawn(
      [
        'ffmpeg',
        '-v',
        'error',
        '-listen',
        '1',
        '-i',
        `rtmp://127.0.0.1:${port}/live/${key}`,
        '-c',
        'copy',
        received,
      ],
      { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' },
    )
    const running = await start({ push: { url: `rtmp://localhost:${port}/live`, key, addresses } })
    const player = new Player(running.mixer, 0, [tones[0] ?? [], videos['wide'] ?? []])
    await until(() => running.states.some((state) => 'push' in state && state.push === 'on'))
    const { stdout: processes } = await run(['ps', '-eo', 'args'])
    expect(processes).toContain('rtmp://127.0.0.1:')
    const own = processes.split('\n').filter((line) => !line.includes('-listen'))
    expect(own.join('\n')).not.toContain(key)
    await more(running, 3)
    player.close()
    await running.mixer.close()
    await receiver.exited
    const found = await probe(received)
    expect(found.streams.map(({ codec }) => codec).sort()).toEqual(['aac', 'h264'])
    expect(found.durationMs).toBeGreaterThan(2000)
  })

  concurrentTest('that is refused is told, HLS goes on, and nothing names the key', async () => {
    const said: string[] = []
    const logger = createLogger('debug', (record) => said.push(JSON.stringify(record)))
    const url = `rtmp://127.0.0.1:${await freePort()}/live`
    const running = await start({ logger, push: { url, key, addresses } })
    await until(() => running.states.some((state) => 'push' in state && state.push === 'refused'))
    await more(running, 2)
    await running.mixer.close()
    expect(said.some((line) => line.includes('pushing'))).toBe(true)
    expect(said.join('\n') + JSON.stringify(running.states)).not.toContain(key)
  })

  concurrentTest(
    'that may not go there, or whose name is not found, holds nothing up',
    async () => {
      const never = Promise.withResolvers<string[]>()
      const url = 'rtmp://live.example/app'
      const [barred, slow] = [
        await start({ push: { url, key, addresses: () => Promise.resolve([]) } }),
        await start({ push: { url, key, addresses: () => never.promise } }),
      ]
      await until(() => barred.states.some((state) => 'push' in state && state.push === 'refused'))
      await until(() => isRunning(slow))
      await more(slow, 2)
      expect(slow.mixer.state).toEqual({ state: 'running', push: 'connecting' })
      for (const { mixer } of [barred, slow]) await mixer.close()
    },
  )
})

async function freePort(): Promise<number> {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = server
  server.stop(true)
  return port
}
