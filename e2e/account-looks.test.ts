import { expect } from 'bun:test'
import { PASSWORD, register, waitForPresence } from './harness/account.ts'
import type { ChromiumPerson } from './harness/chromium.ts'
import { selectorOf } from './harness/person.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { lookInViews, VIEWS } from './harness/views.ts'

/** Nothing of an account is on a phone on its side that is not elsewhere. */
const UPRIGHT = VIEWS.filter(({ width, height }) => width < 844 || height > 390)

const stage = useStage()

stage.test(
  'every page of accounts looks right, in both languages',
  (scene) => seeEveryPage(scene),
  120_000,
)

async function seeEveryPage(scene: Scene) {
  // Colours change at once, so that nothing is looked at between two schemes.
  const context = { hasTouch: true, reducedMotion: 'reduce' } as const
  const ann = await scene.newPerson({ name: 'ann', context })
  const faults: string[] = []
  const look = async (screen: string) => {
    faults.push(...(await lookInViews(ann, `account-${screen}`, { views: UPRIGHT })))
  }

  await ann.goto(`${scene.server.http}/login`)
  await ann.waitFor('register')
  await look('login')
  await ann.window.fill(selectorOf('username'), 'nobody')
  await ann.window.fill(selectorOf('password'), 'not my password')
  await ann.press('login')
  await ann.waitFor('fault')
  await look('login-refused')

  for (const page of ['register', 'register?invitation=used-up', 'reset/used-up']) {
    await ann.goto(`${scene.server.http}/${page}`)
    await ann.waitFor('page-title')
    await look(page.replaceAll(/\W/g, '-'))
  }

  await becomeAdministrator(ann, scene, look)
  await ann.press('make-invitation')
  await ann.waitFor('made-link')
  await look('admin')
  await ann.page.click(selectorOf('tab-people'))
  await ann.waitFor('empty')
  await look('people-alone')

  const ben = await scene.newPerson({ name: 'ben.of.the.long.name' })
  await register(ben, scene.server)
  await waitForPresence(ann, ben.name, 'online')
  await missCalls(ann, ben)
  await look('people')
  await ann.page.click(`${selectorOf(`user-${ben.name}`)} a`)
  await ann.waitFor('message-input')
  await ann.window.fill(selectorOf('message-input'), 'What about tomorrow at nine?')
  await ann.window.pressKey('Enter')
  await ann.waitFor('message')
  await look('conversation')

  await ann.goto(`${scene.server.http}/rooms`)
  await ann.press('open-room')
  await ann.waitFor('room')
  await look('rooms')

  await ann.goto(`${scene.server.http}/admin`)
  await ann.page.click(`${selectorOf(`admin-user-${ben.name}`)} .menu-place > button`)
  await ann.press('make-reset')
  await ann.waitFor('made-link')
  const reset = await ann.page.inputValue(selectorOf('made-link'))
  await ann.goto(`${scene.server.http}${new URL(reset).pathname}`)
  await ann.waitFor('set-password')
  await look('reset')

  await ann.goto(`${scene.server.http}/calls`)
  await ann.waitFor('history-row')
  await look('calls')
  await ann.page.click(`${selectorOf('history-row')} a`)
  await ann.page.waitForSelector('.call-facts')
  await look('call')
  await ann.goto(`${scene.server.http}/settings`)
  await ann.waitFor('login-row')
  await look('settings')
  await ann.press('delete-account')
  await ann.waitFor('confirm')
  await look('confirm')
  expect(faults).toEqual([])
}

async function becomeAdministrator(
  ann: ChromiumPerson,
  scene: Scene,
  look: (screen: string) => Promise<void>,
): Promise<void> {
  const [path] = scene.server.output().match(/\/administrator\/[\w-]+/) ?? []
  expect(path).toBeDefined()
  await ann.goto(`${scene.server.http}${path}`)
  await ann.waitFor('register')
  await look('administrator')
  await ann.window.fill(selectorOf('username'), ann.name)
  await ann.window.fill(selectorOf('password'), PASSWORD)
  await ann.press('register')
  await ann.waitFor('registration-open')
}

/** One calls the other, who declines: both have a history. */
async function missCalls(ann: ChromiumPerson, ben: ChromiumPerson): Promise<void> {
  await ben.press(`call-${ann.name}`)
  await ann.waitFor('incoming')
  await ann.press('decline')
  await ann.page.waitForSelector(selectorOf('incoming'), { state: 'detached' })
}
