import { expect } from 'bun:test'
import { basename } from 'node:path'
import type { ChromiumPerson } from './harness/chromium.ts'
import { selectorOf } from './harness/person.ts'
import {
  delaysOf,
  findClaps,
  readFilm,
  record,
  recordedFiles,
  stopRecording,
  type Film,
} from './harness/recordings.ts'
import { useStage } from './harness/stage.ts'
import { talk } from './harness/talk.ts'

/** Sound and picture of one member begin and end together, in milliseconds. */
const TOGETHER_MS = 300
const RECORDED_MS = 6_000

const missing = Bun.which('ffprobe') ? undefined : 'ffmpeg is missing (apt-get install ffmpeg).'
const stage = useStage({}, missing)

function expectWhole(film: Film, leastMs: number): void {
  expect(film.complaints).toBe('')
  expect(film.durationMs).toBeGreaterThan(leastMs)
  expect(Math.abs(film.sound.endMs - film.picture.endMs)).toBeLessThan(TOGETHER_MS)
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
    console.log(JSON.stringify(Object.fromEntries(films)))
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

const clapping = useStage(
  { chromium: { flags: ['--autoplay-policy=no-user-gesture-required'] } },
  missing,
)

clapping.test(
  'sound and picture of both are together, and end together',
  async (scene) => {
    const { ann, ben } = await talk(scene, { person: { isClapping: true } })
    await record(ann, ben)
    await Bun.sleep(RECORDED_MS)
    await stopRecording(ben)
    const paths = await recordedFiles(scene.server)
    for (const path of paths) {
      const sides = path.endsWith('both.mp4') ? (['left', 'right'] as const) : [undefined]
      for (const side of sides) {
        const claps = await findClaps(path, side)
        console.log(basename(path), side, JSON.stringify(claps), delaysOf(claps))
      }
    }
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
