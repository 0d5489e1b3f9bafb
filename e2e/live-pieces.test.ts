import { afterAll, expect } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { ChromiumPerson } from './harness/chromium.ts'
import { selectorOf } from './harness/person.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

const ffmpeg = Bun.which('ffmpeg')
const folder = mkdtempSync(join(tmpdir(), 'duet-hls-'))
const PLAYLIST = 'index.m3u8'

const stage = useStage(
  {},
  ffmpeg ? undefined : 'ffmpeg is not installed (apt-get install ffmpeg): no pieces to play.',
)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** How a viewer's browser differs; each runs in the page, before its own scripts. */
const BROWSERS: Record<string, (() => void) | undefined> = {
  'that plays them itself': undefined,
  'that has to be taught': () => {
    HTMLMediaElement.prototype.canPlayType = () => ''
  },
}

for (const [which, prepare] of Object.entries(BROWSERS)) {
  stage.test(`a broadcast in pieces is seen and heard in a browser ${which}`, async (scene) => {
    const viewer = await newViewer(scene, prepare)
    await waitForLive(viewer)
    await viewer.seesMovement('live-video')
    expect(await viewer.attribute('live', 'data-way')).toBe('hls')
    await isHeard(viewer)
  })
}

stage.test('a browser that wants a press first is silent until then', async (scene) => {
  const viewer = await newViewer(scene, refuseSound)
  await waitForLive(viewer)
  await viewer.seesMovement('live-video')
  expect(await isSilent(viewer)).toBe(true)
  await viewer.press('tap-to-hear')
  await viewer.page.waitForSelector(selectorOf('tap-to-hear'), { state: 'detached' })
  await isHeard(viewer)
})

/** Somebody at the viewers' page of a broadcast of which no direct picture comes. */
async function newViewer(scene: Scene, prepare?: () => void): Promise<ChromiumPerson> {
  await makePieces()
  const viewer = await scene.newPerson({ name: 'a viewer' })
  if (prepare) await viewer.page.addInitScript(prepare)
  const hls = `/live/lake/hls/${PLAYLIST}`
  await viewer.page.route('**/api/live/*', (route) =>
    route.fulfill({ json: { state: 'live', layout: 'inset', streams: [], hls } }),
  )
  await viewer.page.route('**/live/lake/hls/*', (route) => {
    const name = basename(new URL(route.request().url()).pathname)
    const contentType = name === PLAYLIST ? 'application/vnd.apple.mpegurl' : 'video/mp2t'
    return route.fulfill({ body: readFileSync(join(folder, name)), contentType })
  })
  await viewer.goto(`${scene.server.http}/live/lake`)
  return viewer
}

let making: Promise<number> | undefined

/** Half a minute of a test picture and a tone. */
async function makePieces(): Promise<void> {
  const picture = ['-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=25', '-f', 'lavfi', '-i', 'sine']
  const coded = ['-t', '30', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25']
  const pieces = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '0']
  const format = ['-pix_fmt', 'yuv420p', '-c:a', 'aac', ...pieces, join(folder, PLAYLIST)]
  making ??= Bun.spawn([ffmpeg ?? '', '-v', 'error', ...picture, ...coded, ...format]).exited
  expect(await making).toBe(0)
}

function waitForLive({ page }: ChromiumPerson) {
  return page.waitForSelector(`${selectorOf('live')}[data-screen="live"]`)
}

async function isHeard(viewer: ChromiumPerson): Promise<void> {
  await waitUntil('it is heard', () => isSilent(viewer), { isGood: (isNot) => !isNot })
}

function isSilent({ page }: ChromiumPerson): Promise<boolean> {
  return page.evaluate((selector) => {
    const video = document.querySelector<HTMLVideoElement>(selector)
    return !video || video.muted || video.paused
  }, selectorOf('live-video'))
}

/** Runs in the page: nothing is loud before a press. */
function refuseSound(): void {
  // oxlint-disable-next-line typescript/unbound-method -- it is called on the element that it was asked of
  const play = HTMLMediaElement.prototype.play
  let isPressed = false
  addEventListener('pointerdown', () => (isPressed = true), true)
  HTMLMediaElement.prototype.play = function () {
    if (this.muted || isPressed) return play.call(this)
    this.pause()
    return Promise.reject(new DOMException('as the test says', 'NotAllowedError'))
  }
}
