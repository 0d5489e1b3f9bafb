import { expect } from 'bun:test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { artifactFolder } from './harness/artifacts.ts'
import { openSender, openTv } from './harness/cast-pages.ts'
import type { ChromiumPerson } from './harness/chromium.ts'
import { demoLink, newDemoRoom, type Demo } from './harness/demo-calls.ts'
import { newDemoPerson } from './harness/demo.ts'
import { ROOM, TOPIC } from './harness/demos.ts'
import { lookForFaults } from './harness/looks.ts'
import { selectorOf } from './harness/person.ts'
import { autostart } from './harness/room.ts'
import { useStage, type Scene } from './harness/stage.ts'

const isLong = process.env['DUET_LONG'] === '1'

const SIZES = [
  { width: 360, height: 640, isTouch: true },
  { width: 768, height: 1024, isTouch: true },
  { width: 1440, height: 900, isTouch: false },
]
const SCHEMES = ['light', 'dark'] as const
const LANGUAGES = [
  { locale: 'en-GB', lang: 'en', start: 'Start a call', waiting: /Waiting for the other person/ },
  { locale: 'zh-CN', lang: 'zh', start: '发起通话', waiting: /等/ },
]

/**
 * Half of all cases, in which every two of size, scheme and language come together once: each
 * size in both schemes and both languages, each scheme in both languages. The long version takes
 * all of them.
 */
const CASES = SIZES.flatMap((size, row) =>
  SCHEMES.flatMap((scheme, column) =>
    LANGUAGES.filter((_, layer) => isLong || (row + column + layer) % 2 === 0).map((language) => {
      return { size, scheme, language }
    }),
  ),
)

/** What opens over the call; on a small screen some of it hides behind `more`. */
const PANEL_BUTTONS = ['toggle-chat', 'devices', 'details', 'verified', 'more']

const SCREENS = artifactFolder('screens')

/** Photographed down to their end. */
const LONG_SCREENS: ReadonlySet<string> = new Set(['check', 'check-failed'])

const stage = useStage()

for (const { size, scheme, language } of CASES) {
  const title = titleOf(size, scheme, language)
  stage.test(`every screen looks right: ${title}`, (scene) =>
    seeEveryScreen(scene, { title, size, scheme, language }),
  )
}

for (const language of LANGUAGES) {
  stage.test(`the cast pages of A look right in every size: ${language.lang}`, (scene) =>
    seeCastDemos(scene, language),
  )
}

for (const demo of [ROOM, TOPIC] as Demo<string>[]) {
  for (const language of LANGUAGES) {
    stage.test(`the ${demo.name} page looks right in every size: ${language.lang}`, (scene) =>
      seeDemo(scene, demo, language),
    )
  }
}

for (const language of LANGUAGES) {
  stage.test(`the TV looks right in every size: ${language.lang}`, (scene) =>
    seeTv(scene, language),
  )
}

for (const language of LANGUAGES) {
  stage.test(`the page of checks looks right in every size: ${language.lang}`, (scene) =>
    seeChecks(scene, language),
  )
}

stage.test('the language can be switched, and stays', async (scene) => {
  const ann = await scene.newPerson({ name: 'Ann' })
  await ann.goto(scene.server.http)
  expect(await ann.page.getAttribute('html', 'lang')).toMatch(/^en/)
  await ann.press('language')
  await ann.waitForText(/[\u4E00-\u9FFF]{2}/)
  await ann.page.reload()
  await ann.waitForText(/[\u4E00-\u9FFF]{2}/)
  expect(await ann.page.getAttribute('html', 'lang')).toMatch(/^zh/)
})

type Size = (typeof SIZES)[number]
type Scheme = (typeof SCHEMES)[number]
type Language = (typeof LANGUAGES)[number]

interface Case {
  title: string
  size: Size
  scheme: Scheme
  language: Language
}

async function seeEveryScreen(scene: Scene, { title, size, scheme, language }: Case) {
  const ann = await scene.newPerson({
    name: 'Ann',
    context: {
      viewport: { width: size.width, height: size.height },
      hasTouch: size.isTouch,
      colorScheme: scheme,
      locale: language.locale,
    },
  })
  const faults: string[] = []
  const look = async (screen: string) => {
    faults.push(...(await lookAt(ann, screen, title)))
  }

  await ann.goto(scene.server.http)
  await ann.waitFor('start')
  expect(await ann.page.getAttribute('html', 'lang')).toContain(language.lang)
  await look('home')

  await ann.goto(`${scene.server.http}/cast`)
  await ann.waitFor('cast-start')
  await look('cast')
  await ann.window.fill(selectorOf('cast-code-input'), 'AAAAAA')
  await ann.page.waitForSelector(`${selectorOf('cast-state')}[data-state="failed"]`)
  await look('cast-refused')

  const link = scene.newRoom()
  await ann.goto(link)
  await ann.waitFor('join')
  await ann.seesMovement('local-video')
  await look('preview')

  await ann.press('join')
  await ann.waitForText(language.waiting)
  await look('waiting')

  const ben = await scene.newPerson({ name: 'Ben' })
  await ben.goto(autostart(link, 'Ben'))
  await ann.waitForState('connected')
  await ann.seesMovement()
  await look('call')
  await openPanels(ann, look)

  const cleo = await newcomer(scene, ann, link)
  faults.push(...(await lookForFaults(cleo)).map((fault) => `full: ${fault}`))

  await ann.press('hangup')
  await ann.waitForState('ended')
  await look('ended')
  expect(faults).toEqual([])
}

function titleOf({ width, height }: Size, scheme: Scheme, { lang }: Language): string {
  return `${width}x${height}-${scheme}-${lang}`
}

async function seeDemo(scene: Scene, demo: Demo<string>, language: Language) {
  const { locale, lang } = language
  const link = demoLink(demo, newDemoRoom(), scene.server.http)
  // Colours change at once, so that no picture is taken between two schemes.
  const context = { locale, hasTouch: true, reducedMotion: 'reduce' } as const
  const ann = await newDemoPerson(scene, { name: 'Ann', context })
  const { page } = ann.person
  const faults: string[] = []
  const lookEverywhere = async (screen: string): Promise<void> => {
    faults.push(...(await lookInEverySize(ann.person, `${demo.name}-${screen}`, language)))
  }

  await ann.person.goto(link)
  await ann.waitForState('init')
  expect(await page.getAttribute('html', 'lang')).toContain(lang)
  await lookEverywhere('before')
  await ann.connect()
  await ann.waitForState(demo.waiting)
  const ben = await newDemoPerson(scene, { name: 'Ben' })
  await ben.open(link)
  await ann.person.seesMovement()
  await lookEverywhere('call')
  await ann.leave()
  await ann.waitForState(demo.left)
  await lookEverywhere('left')
  expect(faults).toEqual([])
}

/** From a phone to the sizes of TVs. */
const TV_SIZES = [
  { width: 360, height: 640 },
  { width: 844, height: 390 },
  { width: 1280, height: 720 },
  { width: 3840, height: 2160 },
]

/** Both pages of variant A, before and while something is shown. */
async function seeCastDemos(scene: Scene, language: Language) {
  const context = { locale: language.locale, hasTouch: true, reducedMotion: 'reduce' } as const
  const tv = await openTv(scene, 'A', { context })
  const sender = await openSender(scene, 'A', { context })
  const code = await tv.code()
  const look = async (screen: string): Promise<string[]> => [
    ...(await lookInEverySize(tv.person, `cast-tv-${screen}`, language)),
    ...(await lookInEverySize(sender.person, `cast-send-${screen}`, language)),
  ]
  const faults = await look('before')
  // The build without windows shares no screens.
  await sender.person.page.selectOption(selectorOf('cast-source'), 'camera')
  await sender.start(code)
  await tv.seesMovement()
  faults.push(...(await look('live')))
  expect(faults).toEqual([])
}

/** Looks at one screen in all the cases of a language. */
async function lookInEverySize(
  person: ChromiumPerson,
  screen: string,
  language: Language,
): Promise<string[]> {
  const faults: string[] = []
  for (const { size, scheme } of CASES.filter((each) => each.language === language)) {
    await person.page.setViewportSize({ width: size.width, height: size.height })
    await person.page.emulateMedia({ colorScheme: scheme })
    faults.push(...(await lookAt(person, screen, titleOf(size, scheme, language))))
  }
  return faults
}

async function seeTv(scene: Scene, { locale, lang }: Language) {
  const context = { locale, hasTouch: true, reducedMotion: 'reduce' } as const
  const tv = await scene.newPerson({ name: 'TV', context })
  const faults: string[] = []
  const lookEverywhere = async (screen: string): Promise<void> => {
    for (const size of TV_SIZES) {
      await tv.page.setViewportSize(size)
      faults.push(...(await lookAt(tv, screen, `${size.width}x${size.height}-${lang}`)))
    }
  }
  await tv.goto(`${scene.server.http}/tv?name=Living%20room`)
  await tv.waitFor('cast-code')
  await lookEverywhere('tv')
  await scene.server.stop()
  await tv.page.waitForSelector('[data-code="unreachable"]')
  await lookEverywhere('tv-unreachable')
  await scene.server.start()
  await tv.page.waitForSelector('[data-code="valid"]')
  expect(faults).toEqual([])
}

/** All well, devices tried; and one thing that fails, with what to do about it. */
async function seeChecks(scene: Scene, language: Language) {
  const context = { locale: language.locale, hasTouch: true, reducedMotion: 'reduce' } as const
  const ann = await scene.newPerson({ name: 'Ann', context })
  const untilChecked = () =>
    ann.page.waitForSelector(`${selectorOf('check-summary')}:not([data-state="running"])`)
  await ann.goto(`${scene.server.http}/check`)
  await untilChecked()
  await ann.press('try-devices')
  await ann.page.waitForSelector(`${selectorOf('check-microphone')}[data-state="ok"]`)
  const faults = await lookInEverySize(ann, 'check', language)
  await ann.press('play-tone')
  await ann.waitFor('unheard')
  await ann.page.route('**/api/check', (route) => route.abort())
  await ann.press('check-again')
  await untilChecked()
  await ann.page.click(`${selectorOf('check-server')} summary`)
  faults.push(...(await lookInEverySize(ann, 'check-failed', language)))
  expect(faults).toEqual([])
}

/** Photographs a screen, and says what is wrong with it. */
async function lookAt(person: ChromiumPerson, screen: string, title: string): Promise<string[]> {
  mkdirSync(SCREENS, { recursive: true })
  await person.page.screenshot({
    path: join(SCREENS, `${screen}-${title}.png`),
    fullPage: LONG_SCREENS.has(screen),
  })
  return (await lookForFaults(person)).map((fault) => `${screen}-${title}: ${fault}`)
}

async function openPanels(ann: ChromiumPerson, look: (screen: string) => Promise<void>) {
  const panel = ann.page.locator('aside.panel[data-open="true"]')
  for (const testId of PANEL_BUTTONS) {
    await ann.window.wiggle()
    const button = ann.page.locator(selectorOf(testId))
    if (!(await button.isVisible())) continue
    await button.click()
    await panel.waitFor()
    await look(`panel-${testId}`)
    await ann.page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
  }
}

/** A third person whose window is like `like`'s. */
async function newcomer(scene: Scene, like: ChromiumPerson, link: string) {
  const viewport = like.page.viewportSize()
  const cleo = await scene.newPerson({ name: 'Cleo', context: { viewport } })
  await cleo.goto(autostart(link, 'Cleo'))
  await cleo.waitForState('full')
  return cleo
}
