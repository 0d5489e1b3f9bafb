import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { artifactFolder } from './artifacts.ts'
import type { ChromiumPerson } from './chromium.ts'
import { lookForFaults } from './looks.ts'

/** Colours don't depend on the size, so dark is looked at once. */
export const VIEWS = [
  { width: 360, height: 640, scheme: 'light' },
  { width: 390, height: 844, scheme: 'dark' },
  { width: 844, height: 390, scheme: 'light' },
  { width: 768, height: 1024, scheme: 'light' },
  { width: 1440, height: 900, scheme: 'light' },
] as const

const SCREENS = artifactFolder('screens')

/** Photographs a page in these views, and says what is wrong with it. */
export async function lookInViews(
  person: ChromiumPerson,
  screen: string,
  lang: string,
  views: readonly (typeof VIEWS)[number][] = VIEWS,
): Promise<string[]> {
  mkdirSync(SCREENS, { recursive: true })
  const faults: string[] = []
  for (const { width, height, scheme } of views) {
    await person.page.setViewportSize({ width, height })
    await person.page.emulateMedia({ colorScheme: scheme })
    const title = `${screen}-${width}x${height}-${scheme}-${lang}`
    await person.page.screenshot({ path: join(SCREENS, `${title}.png`) })
    faults.push(...(await lookForFaults(person)).map((fault) => `${title}: ${fault}`))
  }
  return faults
}
