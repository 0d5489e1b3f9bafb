import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ChromiumPerson } from './chromium.ts'
import { selectorOf } from './person.ts'
import type { RunningServer } from './server.ts'
import { waitUntil } from './wait.ts'

/** Merging takes a while beside other tests. */
const MERGE_TIMEOUT_MS = 60_000

/** One asks, the other one agrees, and both are told that it runs. */
export async function record(asking: ChromiumPerson, agreeing: ChromiumPerson): Promise<void> {
  await asking.press('more')
  await asking.press('record')
  await agreeing.press('consent-yes')
  for (const person of [asking, agreeing]) {
    await person.page.waitForSelector(`${selectorOf('record-mark')}[data-state="running"]`)
  }
}

/** Ends the recording, for both. */
export async function stopRecording(person: ChromiumPerson): Promise<void> {
  await person.press('record-mark')
  await person.press('stop-capture')
}

/** What the server keeps of its latest recording, when that is whole and merged. */
export function recordedFiles(server: RunningServer): Promise<string[]> {
  return waitUntil('the recording is merged', () => keptFiles(server), {
    isGood: (paths) => paths.some((path) => path.endsWith('both.mp4')),
    timeoutMs: MERGE_TIMEOUT_MS,
  })
}

/** What the server has of its latest recording so far. */
export function keptFiles(server: RunningServer): string[] {
  const folder = join(server.data, 'recordings')
  const all = readdirSync(folder).map((name) => join(folder, name))
  const bornAt = (path: string): number => statSync(path).birthtimeMs
  const [latest = folder] = all.toSorted((a, b) => bornAt(b) - bornAt(a))
  const names = readdirSync(latest)
  return names.filter((name) => /\.(webm|mp4)$/.test(name)).map((name) => join(latest, name))
}

/** Each frame at its own time, in milliseconds as WebM has it, not in steps of a frame rate. */
const EVERY_FRAME = ['-fps_mode', 'passthrough', '-enc_time_base:v', '1:1000']

/** A film as ffprobe and ffmpeg see it. */
export interface Film {
  /** Of the whole film, of its sound and of its picture, in milliseconds from its beginning. */
  durationMs: number
  /** When it ended by the server's clock, where it says when it began. */
  endedAtMs: number
  sound: { startMs: number; endMs: number; longestGapMs: number }
  picture: { startMs: number; endMs: number; longestGapMs: number; sizes: string[] }
  /** What a decoder says against it; empty: every frame can be decoded. */
  complaints: string
}

export async function readFilm(path: string): Promise<Film> {
  const [format, began, sound, picture, sizes, complaints] = await Promise.all([
    run('ffprobe', '-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', path),
    run(
      'ffprobe',
      ...'-v error -show_entries format_tags=creation_time -of csv=p=0'.split(' '),
      path,
    ),
    readTrack(path, 'a'),
    readTrack(path, 'v'),
    readSizes(path),
    run('ffmpeg', '-v', 'error', '-i', path, ...EVERY_FRAME, '-f', 'null', '-'),
  ])
  return {
    durationMs: Number(format) * 1000,
    endedAtMs: Date.parse(began.trim()) + Number(format) * 1000,
    sound,
    picture: { ...picture, sizes },
    complaints: complaints.trim(),
  }
}

async function readTrack(path: string, track: 'a' | 'v'): Promise<Film['sound']> {
  const show = ['-select_streams', track, '-show_entries', 'packet=pts_time', '-of', 'csv=p=0']
  const lines = (await run('ffprobe', '-v', 'error', ...show, path)).split('\n').filter(Boolean)
  const times = lines.map((line) => parseFloat(line) * 1000).toSorted((a, b) => a - b)
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time))
  return {
    startMs: times[0] ?? NaN,
    endMs: times.at(-1) ?? NaN,
    longestGapMs: Math.max(0, ...gaps),
  }
}

/** How far what is seen and heard at once may be apart in a film: a frame, in milliseconds. */
export const TOGETHER_MS = 40

/** When it begins to be bright and to sound in a film of somebody who claps, in milliseconds. */
export interface Claps {
  seen: number[]
  heard: number[]
}

/** `side`: of a film of both. */
export async function findClaps(path: string, side?: 'left' | 'right'): Promise<Claps> {
  const half = side ? `crop=iw/2:ih:${side === 'left' ? 0 : 'iw/2'}:0,` : ''
  const picture = `${half}crop=iw/4:ih/8,blackdetect=d=0.1:pix_th=0.4`
  const sound = 'silencedetect=noise=-30dB:d=0.1'
  const input = ['-hide_banner', '-nostats', '-copyts', '-i', path]
  const output = ['-fps_mode', 'passthrough', '-f', 'null', '-']
  const said = await run('ffmpeg', ...input, '-vf', picture, '-af', sound, ...output)
  const timesOf = (pattern: RegExp) =>
    [...said.matchAll(pattern)].map(([, seconds]) => Number(seconds) * 1000)
  // The darkness, and the silence, that a film ends with are no claps.
  return {
    seen: timesOf(/black_end:([\d.]+)/g).slice(0, -1),
    heard: timesOf(/silence_end: ([\d.]+)/g).slice(0, -1),
  }
}

/** How far each clap that is seen is from the nearest one that is heard, in order of that. */
export function distancesOf({ seen, heard }: Claps): number[] {
  return seen
    .map((at) => Math.min(...heard.map((other) => Math.abs(other - at))))
    .toSorted((a, b) => a - b)
}

/** Each size of a picture once, in the order in which they came. */
async function readSizes(path: string): Promise<string[]> {
  const show = ['-select_streams', 'v', '-show_entries', 'frame=width,height', '-of', 'csv=p=0']
  const lines = (await run('ffprobe', '-v', 'error', ...show, path)).split('\n').filter(Boolean)
  return [...new Set(lines.map((line) => line.replace(/,$/, '').replace(',', 'x')))]
}

/** What a program prints, of its complaints as well. */
async function run(...command: string[]): Promise<string> {
  const child = Bun.spawn(command, { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()]
  const [said, complained] = await Promise.all(texts)
  return `${said}${complained}`
}
