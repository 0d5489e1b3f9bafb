import { expect } from 'bun:test'
import type { ChromiumPerson } from './harness/chromium.ts'
import { installDrawnStreams } from './harness/drawn-live.ts'
import { lookInViews } from './harness/views.ts'
import { selectorOf } from './harness/person.ts'
import { useStage, type Scene } from './harness/stage.ts'

const DAY_MS = 24 * 3_600_000
const BEGAN = Date.UTC(2026, 10, 28, 18, 30)

/** As the server tells them: one of each state. */
const RECORDINGS = [
  { id: 'r4', state: 'recording', names: ['Ann', 'Ben'], endedAt: null, progress: null, files: [] },
  { id: 'r3', state: 'merging', names: ['Ann', ''], progress: 0.42, files: filesOf(2) },
  { id: 'r2', state: 'ready', names: ['Ann of the Long Name', '李小龙'], files: filesOf(3) },
  { id: 'r1', state: 'interrupted', names: ['', ''], fault: 'no-ffmpeg', files: filesOf(1) },
].map((recording, index) => ({
  room: index === 2 ? 'kitchen table' : `test-${index}`,
  startedAt: BEGAN - index * DAY_MS,
  endedAt: BEGAN - index * DAY_MS + 754_000,
  fault: null,
  progress: null,
  expiresAt: BEGAN + 30 * DAY_MS,
  ...recording,
}))

function filesOf(count: number) {
  return [
    { name: '0.webm', member: 0, bytes: 81_300_000, durationMs: 754_000 },
    { name: '1.mp4', member: 1, bytes: 912_000_000, durationMs: 753_500 },
    { name: 'both.mp4', member: null, bytes: 1_460_000_000, durationMs: 754_000 },
  ].slice(0, count)
}

const LIVE = {
  state: 'live',
  layout: 'inset',
  streams: [
    { name: 'Ann', play: '/whep/lake/a' },
    { name: 'Ben', play: '/whep/lake/b' },
  ],
  hls: null,
}

const stage = useStage()

stage.test('recordings look right, in both languages', seeRecordings, 120_000)

stage.test('the viewers’ page looks right, in both languages', seeLive, 120_000)

/** Somebody at a page whose colours change at once. */
function newViewer(scene: Scene): Promise<ChromiumPerson> {
  const context = { hasTouch: true, reducedMotion: 'reduce' } as const
  return scene.newPerson({ name: 'Ann', context })
}

async function seeRecordings(scene: Scene): Promise<void> {
  const ann = await newViewer(scene)
  const answers = { status: 200, recordings: [] as object[] }
  await ann.page.route('**/api/recordings', (route) =>
    route.fulfill({ status: answers.status, json: { recordings: answers.recordings } }),
  )
  await ann.page.route('**/api/recordings/*', (route) => route.fulfill({ status: 204 }))
  const faults: string[] = []
  const look = async (screen: string) => {
    faults.push(...(await lookInViews(ann, `recordings-${screen}`)))
  }

  await ann.goto(`${scene.server.http}/recordings`)
  await ann.waitFor('empty')
  await look('empty')
  answers.status = 503
  await ann.page.reload()
  await ann.waitFor('fault')
  await look('unreachable')
  Object.assign(answers, { status: 200, recordings: RECORDINGS })
  await ann.page.reload()
  await ann.waitFor('recording-row')
  expect(await ann.page.locator(selectorOf('recording-row')).count()).toBe(4)
  await look('list')
  await ann.page.locator(selectorOf('play-recording')).first().click()
  // What is played is no film here: the page says so, and what helps.
  await ann.page.waitForSelector('.recording-row [role="alert"]')
  await ann.page.locator(selectorOf('delete-recording')).first().click()
  await ann.waitFor('confirm')
  await look('delete')
  await ann.press('confirm-yes')
  await ann.page.waitForSelector(selectorOf('confirm'), { state: 'detached' })
  expect(await ann.page.locator(selectorOf('recording-row')).count()).toBe(3)

  // Whoever has keys of recordings finds the way from the start page.
  await ann.page.evaluate(() => {
    localStorage.setItem('duet.recordings', JSON.stringify([{ id: 'r1', key: 'k1' }]))
  })
  await ann.goto(scene.server.http)
  await ann.waitFor('to-recordings')
  await look('from-home')
  expect(faults).toEqual([])
}

async function seeLive(scene: Scene): Promise<void> {
  const viewer = await newViewer(scene)
  await viewer.page.addInitScript(installDrawnStreams)
  const answers = { status: 200, json: { state: 'idle' } as object }
  await viewer.page.route('**/api/live/*', (route) => route.fulfill(answers))
  const faults: string[] = []
  const look = async (screen: string) => {
    faults.push(...(await lookInViews(viewer, `live-${screen}`)))
  }
  const waitForScreen = (screen: string) =>
    viewer.page.waitForSelector(`${selectorOf('live')}[data-screen="${screen}"]`)

  answers.status = 404
  await viewer.goto(`${scene.server.http}/live/lake`)
  await waitForScreen('waiting')
  await look('waiting')
  Object.assign(answers, { status: 200, json: LIVE })
  await waitForScreen('live')
  expect(await viewer.attribute('live', 'data-way')).toBe('whep')
  await viewer.seesMovement('live-video')
  await look('inset')
  answers.json = { ...LIVE, layout: 'side-by-side' }
  await viewer.page.waitForSelector('[data-layout="side-by-side"]')
  await look('side-by-side')
  answers.json = { state: 'over', endedAt: 1 }
  await waitForScreen('over')
  await look('over')
  answers.json = LIVE
  await waitForScreen('live')
  expect(faults).toEqual([])
}
