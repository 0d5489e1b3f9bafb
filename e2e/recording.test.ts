import { expect } from 'bun:test'
import { basename } from 'node:path'
import type { Response } from 'playwright-core'
import type { ChromiumPerson } from './harness/chromium.ts'
import { selectorOf } from './harness/person.ts'
import {
  distancesOf,
  findClaps,
  keptFiles,
  readFilm,
  record,
  recordedFiles,
  stopRecording,
  TOGETHER_MS,
  type Film,
} from './harness/recordings.ts'
import { autostart } from './harness/room.ts'
import { useStage } from './harness/stage.ts'
import { talk } from './harness/talk.ts'
import { waitUntil } from './harness/wait.ts'

/** Sound and picture of one member end together, but for the last frames of either, in milliseconds. */
const END_MS = 100
/** In the merged film each picture is seen from the next of its frames on. */
const MERGED_FRAME_MS = 40
const RECORDED_MS = 6_000
/** A clap a second, of which a few may be those of a busy page. */
const CLAPPED_MS = 10_000

const missing = Bun.which('ffprobe') ? undefined : 'ffmpeg is missing (apt-get install ffmpeg).'
/** So that a page that claps is heard without a press. */
const FLAGS = ['--autoplay-policy=no-user-gesture-required']
const stage = useStage({ chromium: { flags: FLAGS } }, missing)

function expectWhole(film: Film, leastMs: number): void {
  expect(film.complaints).toBe('')
  expect(film.durationMs).toBeGreaterThan(leastMs)
  expect(Math.abs(film.sound.endMs - film.picture.endMs)).toBeLessThan(END_MS)
}

/** Ends what was published last, as whoever published it; resolves with the answer's status. */
async function endLatest(publications: readonly Response[]): Promise<number> {
  const published = publications.at(-1)
  if (!published) return 0
  const location = (await published.headerValue('location')) ?? ''
  const authorization = (await published.request().headerValue('authorization')) ?? ''
  const place = new URL(location, published.url())
  return (await fetch(place, { method: 'DELETE', headers: { authorization } })).status
}

/** The rows of a person's recordings, when they are ready. */
async function openRecordings(person: ChromiumPerson, origin: string): Promise<number> {
  await person.goto(`${origin}/recordings`)
  const rows = person.page.locator(`${selectorOf('recording-row')}[data-state="ready"]`)
  await rows.first().waitFor()
  return rows.count()
}

stage.test(
  'what two agreed to record is a film of each and one of both, for these two',
  async (scene) => {
    const equipment = { hasDrawnScreen: true, hasSmallCamera: false }
    const { ann, ben } = await talk(scene, { person: equipment })
    await record(ann, ben)
    await Bun.sleep(RECORDED_MS / 2)
    // Another size of the picture, in the same film.
    await ann.press('share-screen')
    await ben.waitForText(/sharing a screen/)
    await Bun.sleep(RECORDED_MS / 2)
    await Promise.all([ann.hasCall(), ben.hasCall()])
    await stopRecording(ben)
    for (const person of [ann, ben]) {
      await person.page.waitForSelector(selectorOf('record-mark'), { state: 'detached' })
      await person.waitFor('toast-action')
    }
    const paths = await recordedFiles(scene.server)
    const films = new Map<string, Film>()
    for (const path of paths) films.set(basename(path), await readFilm(path))
    expect(films.size).toBe(3)
    for (const film of films.values()) expectWhole(film, RECORDED_MS - 1_000)
    const own = [...films].filter(([name]) => name !== 'both.mp4').map(([, film]) => film)
    expect(Math.max(...own.map(({ picture }) => picture.sizes.length))).toBeGreaterThan(1)

    for (const person of [ann, ben]) {
      expect(await openRecordings(person, scene.server.http)).toBe(1)
    }
    await ann.page.locator(selectorOf('play-recording')).first().click()
    await ann.seesMovement('recording-player')
    const stranger = await scene.newPerson({ name: 'a stranger' })
    await stranger.goto(`${scene.server.http}/recordings`)
    await stranger.waitForText(/no recordings/i)
    expect(await stranger.has('recording-row')).toBe(false)
  },
  150_000,
)

stage.test(
  'RE1 sound and picture are together from the first second on, and both members end together',
  async (scene) => {
    const link = scene.newRoom()
    const ann = await scene.newPerson({ name: 'Ann', clapsAtMs: 0 })
    await ann.goto(autostart(link, 'Ann'))
    await ann.waitForState('waiting')
    const ben = await scene.newPerson({ name: 'Ben', clapsAtMs: 500 })
    await ben.goto(autostart(link, 'Ben'))
    await Promise.all([ann.hasCall(), ben.hasCall()])
    await record(ann, ben)
    await Bun.sleep(CLAPPED_MS)
    await stopRecording(ben)
    const ends: number[] = []
    for (const path of await recordedFiles(scene.server)) {
      const isMerged = path.endsWith('both.mp4')
      for (const side of isMerged ? (['left', 'right'] as const) : [undefined]) {
        const distances = distancesOf(await findClaps(path, side))
        expect(distances.length).toBeGreaterThan(CLAPPED_MS / 1000 - 2)
        // A page that is busy for a moment is bright too late itself.
        const most = distances[Math.floor(distances.length * 0.8)]
        expect(most).toBeLessThan(TOGETHER_MS + (isMerged ? MERGED_FRAME_MS : 0))
      }
      if (isMerged) continue
      const film = await readFilm(path)
      expectWhole(film, CLAPPED_MS - 1_000)
      ends.push(film.endedAtMs)
    }
    expect(Math.abs((ends[0] ?? NaN) - (ends[1] ?? NaN))).toBeLessThan(100)
  },
  150_000,
)

stage.test(
  'RE1 another codec begins another file of the member, and all of them go into the merged one',
  async (scene) => {
    const { ann, ben } = await talk(scene)
    const publications: Response[] = []
    ann.page.on('response', (response) => {
      if (/\/whip\//.test(response.url()) && response.status() === 201) publications.push(response)
    })
    await record(ann, ben)
    await Bun.sleep(RECORDED_MS / 2)
    const nextFiles = [
      ['video/H264', '1-2.mp4'],
      ['video/VP9', '1-3.webm'],
    ] as const
    for (const [codec, file] of nextFiles) {
      await ann.page.evaluate((name) => (window.duetTestCodec = name), codec)
      // The server ends it: the call goes on directly for a moment, and through the server again.
      expect(await endLatest(publications)).toBe(200)
      await waitUntil(`${file} is begun`, () => keptFiles(scene.server), {
        isGood: (paths) => paths.some((path) => basename(path) === file),
        timeoutMs: 30_000,
      })
      await Promise.all([ann.hasCall(), ben.hasCall()])
      await Bun.sleep(RECORDED_MS / 2)
    }
    await stopRecording(ben)
    const films = new Map<string, Film>()
    for (const path of await recordedFiles(scene.server)) {
      films.set(basename(path), await readFilm(path))
    }
    const own = [...films.keys()].filter((name) => name.startsWith('1')).sort()
    expect(own).toEqual(['1-2.mp4', '1-3.webm', '1.webm'])
    let leastMs = 0
    for (const [name, film] of films) {
      expect([name, film.complaints]).toEqual([name, ''])
      if (name.startsWith('1')) leastMs += film.durationMs
    }
    expect(films.get('both.mp4')?.durationMs).toBeGreaterThan(leastMs - MERGED_FRAME_MS)
  },
  150_000,
)

stage.test(
  'a recording ends with the call, and what was recorded is kept for both',
  async (scene) => {
    const { ann, ben } = await talk(scene)
    await record(ben, ann)
    await Bun.sleep(2_000)
    await ben.press('hangup')
    await ann.page.waitForSelector(selectorOf('record-mark'), { state: 'detached' })
    for (const person of [ann, ben]) {
      expect(await openRecordings(person, scene.server.http)).toBe(1)
    }
  },
  120_000,
)
