import { expect } from 'bun:test'
import type { ChromiumPerson } from './harness/chromium.ts'
import { selectorOf } from './harness/person.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { talk } from './harness/talk.ts'
import { waitUntil } from './harness/wait.ts'

const stage = useStage()

/** Ann and Ben are live; the address of what viewers see. */
async function goLive(scene: Scene): Promise<{ ann: ChromiumPerson; viewers: string }> {
  const { ann, ben, link } = await talk(scene)
  await ann.press('more')
  await ann.press('go-live')
  await ann.press('go-live-ask')
  await ben.press('consent-yes')
  await waitForMark(ann)
  return { ann, viewers: `${scene.server.http}/live/${new URL(link).pathname.split('/')[2]}` }
}

async function stopBeingLive(ann: ChromiumPerson): Promise<void> {
  await ann.press('live-mark')
  await ann.press('stop-capture')
}

function waitForMark({ page }: ChromiumPerson) {
  return page.waitForSelector(`${selectorOf('live-mark')}[data-state="running"]`)
}

function waitForScreen({ page }: ChromiumPerson, screen: string) {
  return page.waitForSelector(`${selectorOf('live')}[data-screen="${screen}"]`)
}

stage.test(
  'a viewer sees and hears both at once, and is told when it is over',
  async (scene) => {
    const { ann, viewers } = await goLive(scene)
    const viewer = await scene.newPerson({ name: 'a viewer' })
    await viewer.goto(viewers)
    await waitForScreen(viewer, 'live')
    expect(await viewer.attribute('live', 'data-way')).toBe('whep')
    expect(await viewer.page.locator(selectorOf('live-video')).count()).toBe(2)
    await viewer.seesMovement('live-video')
    await viewer.hearsSound()
    await stopBeingLive(ann)
    await waitForScreen(viewer, 'over')
  },
  90_000,
)

stage.test(
  'a viewer whom no direct picture reaches sees it some seconds later',
  async (scene) => {
    const { ann, viewers } = await goLive(scene)
    const viewer = await scene.newPerson({ name: 'a viewer' })
    await viewer.page.route('**/whep/**', (route) => route.abort())
    await viewer.goto(viewers)
    await waitForScreen(viewer, 'live')
    expect(await viewer.attribute('live', 'data-way')).toBe('hls')
    await viewer.seesMovement('live-video')
    await waitUntil('the sound is on, or a press is asked for', () =>
      viewer.page.evaluate((selector) => {
        const video = document.querySelector<HTMLVideoElement>(selector)
        const isAsked = document.querySelector('[data-testid="tap-to-hear"]') !== null
        return isAsked || (video !== null && !video.muted && !video.paused)
      }, selectorOf('live-video')),
    )
    await stopBeingLive(ann)
    await waitForScreen(viewer, 'over')
  },
  90_000,
)
