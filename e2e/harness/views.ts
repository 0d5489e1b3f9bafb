import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { artifactFolder } from './artifacts.ts'
import type { ChromiumPerson } from './chromium.ts'
import { findLayoutFaults, findViolations } from './looks.ts'

/** A window, and the colours that its owner wants. */
export interface View {
  width: number
  height: number
  scheme: 'light' | 'dark'
}

/** Colours don't depend on the size, so dark is looked at once. */
export const VIEWS: readonly View[] = [
  { width: 360, height: 640, scheme: 'light' },
  { width: 390, height: 844, scheme: 'dark' },
  { width: 844, height: 390, scheme: 'light' },
  { width: 768, height: 1024, scheme: 'light' },
  { width: 1440, height: 900, scheme: 'light' },
]

export type Lang = 'en' | 'zh'

const LANGS: readonly Lang[] = ['en', 'zh']

export interface LookOptions {
  views?: readonly View[]
  /** Only this one, for pages of their own that can't change it; otherwise both, and English again. */
  lang?: Lang
  /** Photographed down to its end. */
  isLong?: boolean
}

const isLongLane = process.env['DUET_LONG'] === '1'

const SCREENS = artifactFolder('screens')

/**
 * What is wrong with a page in these views and languages: whether it fits in every one of them, and
 * what a screen reader finds in the last view of each scheme. The long version lets it read each view,
 * and photographs all; otherwise what is faulty is photographed.
 */
export async function lookInViews(
  person: ChromiumPerson,
  screen: string,
  { views = VIEWS, lang, isLong = false }: LookOptions = {},
): Promise<string[]> {
  const faults: string[] = []
  for (const spoken of lang ? [lang] : LANGS) {
    if (!lang) await speak(person, spoken)
    const read = isLongLane ? views : readViews(views, lang ? 'one' : spoken)
    for (const view of views) {
      const { width, height, scheme } = view
      await person.page.setViewportSize({ width, height })
      await person.page.emulateMedia({ colorScheme: scheme })
      const found = await findLayoutFaults(person)
      if (read.includes(view)) found.push(...(await findViolations(person)))
      const title = `${screen}-${width}x${height}-${scheme}-${spoken}`
      if (isLongLane || found.length > 0) await photograph(person, title, isLong)
      faults.push(...found.map((fault) => `${title}: ${fault}`))
    }
  }
  if (!lang) await speak(person, 'en')
  return faults
}

/** Of two languages each has a scheme: together they have both. */
const READ_IN = { en: ['light'], zh: ['dark'], one: ['light', 'dark'] } as const

function readViews(views: readonly View[], spoken: Lang | 'one'): View[] {
  return READ_IN[spoken].flatMap((scheme) => views.findLast((view) => view.scheme === scheme) ?? [])
}

/** As when the language is chosen in another tab. */
async function speak({ page }: ChromiumPerson, lang: Lang): Promise<void> {
  await page.evaluate((chosen) => {
    localStorage.setItem('duet.language', chosen)
    dispatchEvent(new StorageEvent('storage', { key: 'duet.language' }))
  }, lang)
  await page.waitForSelector(`html[lang^="${lang}"]`, { state: 'attached' })
}

async function photograph({ page }: ChromiumPerson, title: string, fullPage: boolean) {
  mkdirSync(SCREENS, { recursive: true })
  await page.screenshot({ path: join(SCREENS, `${title}.png`), fullPage })
}
