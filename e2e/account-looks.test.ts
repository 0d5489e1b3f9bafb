import { expect } from 'bun:test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PASSWORD, register, waitForPresence } from './harness/account.ts'
import { artifactFolder } from './harness/artifacts.ts'
import type { ChromiumPerson } from './harness/chromium.ts'
import { lookForFaults } from './harness/looks.ts'
import { selectorOf } from './harness/person.ts'
import { useStage, type Scene } from './harness/stage.ts'

/** Colours don't depend on the size, so dark is looked at once. */
const VIEWS = [
  { width: 360, height: 640, scheme: 'light' },
  { width: 390, height: 844, scheme: 'dark' },
  { width: 768, height: 1024, scheme: 'light' },
  { width: 1440, height: 900, scheme: 'light' },
] as const

const SCREENS = artifactFolder('screens')

for (const { locale, lang } of [
  { locale: 'en-GB', lang: 'en' },
  { locale: 'zh-CN', lang: 'zh' },
]) {
  // A server of its own: only the first one to come becomes its administrator.
  const stage = useStage()
  stage.test(
    `every page of accounts looks right: ${lang}`,
    (scene) => seeEveryPage(scene, { locale, lang }),
    120_000,
  )
}

async function seeEveryPage(scene: Scene, { locale, lang }: { locale: string; lang: string }) {
  // Colours change at once, so that no picture is taken between two schemes.
  const context = { locale, hasTouch: true, reducedMotion: 'reduce' } as const
  const ann = await scene.newPerson({ name: 'ann', context })
  const faults: string[] = []
  const look = async (screen: string) => {
    faults.push(...(await lookEverywhere(ann, screen, lang)))
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

  const ben = await scene.newPerson({ name: 'ben.of.the.long.name', context: { locale } })
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

/** Photographs a page in every view, and says what is wrong with it. */
async function lookEverywhere(
  person: ChromiumPerson,
  screen: string,
  lang: string,
): Promise<string[]> {
  mkdirSync(SCREENS, { recursive: true })
  const faults: string[] = []
  for (const { width, height, scheme } of VIEWS) {
    await person.page.setViewportSize({ width, height })
    await person.page.emulateMedia({ colorScheme: scheme })
    const title = `account-${screen}-${width}x${height}-${scheme}-${lang}`
    await person.page.screenshot({ path: join(SCREENS, `${title}.png`) })
    faults.push(...(await lookForFaults(person)).map((fault) => `${title}: ${fault}`))
  }
  return faults
}
