import { expect } from 'bun:test'
import { openSender, openTv } from './harness/cast-pages.ts'
import type { ChromiumPerson } from './harness/chromium.ts'
import { demoLink, newDemoRoom, type Demo } from './harness/demo-calls.ts'
import { newDemoPerson } from './harness/demo.ts'
import { ROOM, TOPIC } from './harness/demos.ts'
import { lookForFaults } from './harness/looks.ts'
import { selectorOf } from './harness/person.ts'
import { autostart } from './harness/room.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { lookInViews, type Lang, type View } from './harness/views.ts'

const isLongLane = process.env['DUET_LONG'] === '1'

/**
 * Whoever has a touch screen, and whoever has a mouse: what is shown depends on it. The long version
 * takes every size in both schemes; otherwise each has both in all, as colours don't depend on the size.
 */
const DEVICES: { name: string; hasTouch: boolean; views: View[] }[] = [
  { name: 'a mouse', hasTouch: false, views: inBoth([1440, 900]) },
  {
    name: 'a touch screen',
    hasTouch: true,
    views: isLongLane
      ? inBoth([360, 640], [768, 1024])
      : [
          { width: 360, height: 640, scheme: 'light' },
          { width: 768, height: 1024, scheme: 'dark' },
        ],
  },
]

const ALL_VIEWS = DEVICES.flatMap(({ views }) => views)

/** Pages of their own, which speak as the browser does. */
const LANGUAGES: { locale: string; lang: Lang }[] = [
  { locale: 'en-GB', lang: 'en' },
  { locale: 'zh-CN', lang: 'zh' },
]

/** What opens over the call; on a small screen some of it hides behind `more`. */
const PANEL_BUTTONS = ['toggle-chat', 'devices', 'details', 'verified', 'more']

function inBoth(...sizes: [width: number, height: number][]): View[] {
  return sizes.flatMap(([width, height]) =>
    (['light', 'dark'] as const).map((scheme) => ({ width, height, scheme })),
  )
}

const stage = useStage()

for (const device of DEVICES) {
  stage.test(`every screen looks right with ${device.name}, in both languages`, (scene) =>
    seeEveryScreen(scene, device),
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

stage.test('the TV looks right in every size and both languages', seeTv)

stage.test('the page of checks looks right in every size and both languages', seeChecks)

for (const { locale, lang } of LANGUAGES) {
  stage.test(`pages speak as the browser does: ${lang}`, async (scene) => {
    const ann = await scene.newPerson({ name: 'Ann', context: { locale } })
    for (const path of ['/', '/cast', '/tv', '/check', new URL(scene.newRoom()).pathname]) {
      await ann.goto(`${scene.server.http}${path}`)
      await ann.page.waitForSelector(`html[lang^="${lang}"]`, { state: 'attached' })
      await ann.waitForText(lang === 'zh' ? /[\u4E00-\u9FFF]{2}/ : /[a-z]{3}/)
    }
  })
}

stage.test('the language can be switched, in every tab, and stays', async (scene) => {
  const ann = await scene.newPerson({ name: 'Ann' })
  await ann.goto(scene.server.http)
  expect(await ann.page.getAttribute('html', 'lang')).toMatch(/^en/)
  const tab = await ann.page.context().newPage()
  await tab.goto(`${scene.server.http}/cast`)
  await tab.waitForSelector('html[lang^="en"]', { state: 'attached' })
  await ann.press('language')
  await ann.waitForText(/[\u4E00-\u9FFF]{2}/)
  await tab.waitForSelector('html[lang^="zh"]', { state: 'attached' })
  await ann.page.reload()
  await ann.waitForText(/[\u4E00-\u9FFF]{2}/)
  expect(await ann.page.getAttribute('html', 'lang')).toMatch(/^zh/)
})

type Device = (typeof DEVICES)[number]
type Language = (typeof LANGUAGES)[number]

async function seeEveryScreen(scene: Scene, { hasTouch, views }: Device) {
  const [viewport = null] = views
  // Colours change at once, so that nothing is looked at between two schemes.
  const context = { hasTouch, reducedMotion: 'reduce', viewport } as const
  const ann = await scene.newPerson({ name: 'Ann', context })
  const faults: string[] = []
  const look = async (screen: string, only = views) => {
    faults.push(...(await lookInViews(ann, screen, { views: only })))
  }

  await ann.goto(scene.server.http)
  await ann.waitFor('start')
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
  await ann.waitForText(/Waiting for the other person/)
  await look('waiting')

  const ben = await scene.newPerson({ name: 'Ben' })
  await ben.goto(autostart(link, 'Ben'))
  await ann.waitForState('connected')
  await ann.seesMovement()
  await look('call')
  for (const width of new Set(views.map((view) => view.width))) {
    const view = views.find((each) => each.width === width)
    if (view) await openPanels(ann, view, look)
  }

  const cleo = await newcomer(scene, ann, link)
  faults.push(...(await lookForFaults(cleo)).map((fault) => `full: ${fault}`))

  await ann.press('hangup')
  await ann.waitForState('ended')
  await look('ended')
  expect(faults).toEqual([])
}

async function seeDemo(scene: Scene, demo: Demo<string>, { locale, lang }: Language) {
  const link = demoLink(demo, newDemoRoom(), scene.server.http)
  // Colours change at once, so that nothing is looked at between two schemes.
  const context = { locale, hasTouch: true, reducedMotion: 'reduce' } as const
  const ann = await newDemoPerson(scene, { name: 'Ann', context })
  const { page } = ann.person
  const faults: string[] = []
  const lookEverywhere = async (screen: string): Promise<void> => {
    faults.push(
      ...(await lookInViews(ann.person, `${demo.name}-${screen}`, { views: ALL_VIEWS, lang })),
    )
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
const TV_VIEWS: View[] = [
  { width: 360, height: 640, scheme: 'dark' },
  { width: 844, height: 390, scheme: 'light' },
  { width: 3840, height: 2160, scheme: 'light' },
  { width: 1280, height: 720, scheme: 'light' },
]

/** Both pages of variant A, before and while something is shown. */
async function seeCastDemos(scene: Scene, { locale, lang }: Language) {
  const options = { views: ALL_VIEWS, lang }
  const context = { locale, hasTouch: true, reducedMotion: 'reduce' } as const
  const tv = await openTv(scene, 'A', { context })
  const sender = await openSender(scene, 'A', { context })
  const code = await tv.code()
  const look = async (screen: string): Promise<string[]> => [
    ...(await lookInViews(tv.person, `cast-tv-${screen}`, options)),
    ...(await lookInViews(sender.person, `cast-send-${screen}`, options)),
  ]
  const faults = await look('before')
  // The build without windows shares no screens.
  await sender.person.page.selectOption(selectorOf('cast-source'), 'camera')
  await sender.start(code)
  await tv.seesMovement()
  faults.push(...(await look('live')))
  expect(faults).toEqual([])
}

async function seeTv(scene: Scene) {
  const context = { hasTouch: true, reducedMotion: 'reduce' } as const
  const tv = await scene.newPerson({ name: 'TV', context })
  const faults: string[] = []
  const lookEverywhere = async (screen: string): Promise<void> => {
    faults.push(...(await lookInViews(tv, screen, { views: TV_VIEWS })))
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
async function seeChecks(scene: Scene) {
  const options = { views: ALL_VIEWS, isLong: true }
  const context = { hasTouch: true, reducedMotion: 'reduce' } as const
  const ann = await scene.newPerson({ name: 'Ann', context })
  const untilChecked = () =>
    ann.page.waitForSelector(`${selectorOf('check-summary')}:not([data-state="running"])`)
  await ann.goto(`${scene.server.http}/check`)
  await untilChecked()
  await ann.press('try-devices')
  await ann.page.waitForSelector(`${selectorOf('check-microphone')}[data-state="ok"]`)
  const faults = await lookInViews(ann, 'check', options)
  await ann.press('play-tone')
  await ann.waitFor('unheard')
  await ann.page.route('**/api/check', (route) => route.abort())
  await ann.press('check-again')
  await untilChecked()
  await ann.page.click(`${selectorOf('check-server')} summary`)
  faults.push(...(await lookInViews(ann, 'check-failed', options)))
  expect(faults).toEqual([])
}

/** Opens what can be opened in this view, and looks at it in both schemes. */
async function openPanels(
  ann: ChromiumPerson,
  { width, height }: View,
  look: (screen: string, views: View[]) => Promise<void>,
) {
  const panel = ann.page.locator('aside.panel[data-open="true"]')
  await ann.page.setViewportSize({ width, height })
  for (const testId of PANEL_BUTTONS) {
    await ann.window.wiggle()
    const button = ann.page.locator(selectorOf(testId))
    if (!(await button.isVisible())) continue
    await button.click()
    await panel.waitFor()
    await look(`panel-${testId}`, inBoth([width, height]))
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
