import { expect } from 'bun:test'
import type { ChromiumPerson } from './harness/chromium.ts'
import { selectorOf } from './harness/person.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { talk } from './harness/talk.ts'
import { lookInViews } from './harness/views.ts'

const stage = useStage()

stage.test(
  'a call that is recorded and live looks right, in both languages',
  (scene) => seeCaptures(scene),
  180_000,
)

async function seeCaptures(scene: Scene): Promise<void> {
  const person = { context: { hasTouch: true, reducedMotion: 'reduce' } } as const
  const { ann, ben } = await talk(scene, { person })
  const faults: string[] = []
  const look = async (who: ChromiumPerson, screen: string) => {
    faults.push(...(await lookInViews(who, `capture-${screen}`)))
  }

  await ann.press('more')
  await ann.waitFor('record')
  await look(ann, 'menu')
  await ann.press('record')
  await ann.waitFor('capture-wish')
  await look(ann, 'asking')
  await ben.waitFor('consent')
  await look(ben, 'consent-record')
  await ben.press('consent-yes')
  for (const who of [ann, ben]) await waitForRunning(who, 'record')
  await look(ann, 'recording')
  await ben.press('record-mark')
  await ben.waitFor('capture-control')
  await look(ben, 'control-record')
  await ben.page.keyboard.press('Escape')

  await ben.press('more')
  await ben.press('go-live')
  await ben.waitFor('go-live-dialog')
  await look(ben, 'go-live')
  await ben.press('push-elsewhere')
  await ben.window.fill(selectorOf('push-address'), 'https://live.example/app')
  await ben.press('go-live-ask')
  await look(ben, 'go-live-refused')
  await ben.window.fill(selectorOf('push-address'), '')
  await ben.press('layout-side-by-side')
  await ben.press('go-live-ask')
  await ann.waitFor('consent')
  await look(ann, 'consent-live')
  await ann.press('consent-yes')
  for (const who of [ann, ben]) await waitForRunning(who, 'live')
  await look(ben, 'both')
  await ben.press('live-mark')
  await ben.waitFor('viewers-link')
  await look(ben, 'control-live')
  await ben.press('take-back')
  await ann.page.waitForSelector(selectorOf('live-mark'), { state: 'detached' })
  await ann.waitFor('toast')
  await look(ann, 'taken-back')
  await ann.press('record-mark')
  await ann.press('stop-capture')
  await ben.page.waitForSelector(selectorOf('record-mark'), { state: 'detached' })
  await ben.waitFor('toast-action')
  await look(ben, 'stopped')
  expect(faults).toEqual([])
}

stage.test('a no is told kindly, and each question can be taken back', async (scene) => {
  const { ann, ben } = await talk(scene)
  await ann.press('more')
  await ann.press('record')
  await ben.press('consent-no')
  await ann.waitForText(/Ben would rather not be recorded/)
  expect(await ann.has('capture-wish')).toBe(false)
  await ann.press('more')
  await ann.press('record')
  await ben.waitFor('consent')
  await ann.press('withdraw')
  await ben.page.waitForSelector(selectorOf('consent'), { state: 'detached' })
  expect(await ann.has('record-mark')).toBe(false)
})

function waitForRunning({ page }: ChromiumPerson, purpose: 'record' | 'live') {
  return page.waitForSelector(`${selectorOf(`${purpose}-mark`)}[data-state="running"]`)
}
