import { launch, type Page } from 'puppeteer-core'
import { installProbe, type ProbeRules } from './page-probe.ts'
import { Person, type BrowserWindow } from './person.ts'

/** A Firefox that ends with `close()`. */
export interface RunningFirefox {
  newPerson(options?: ProbeRules & { name?: string }): Promise<Person>
  close(): Promise<void>
}

const PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'intl.accept_languages': 'en-GB',
}

/** The path of Firefox; `undefined` when it is not installed. */
export function firefoxPath(): string | undefined {
  return Bun.which('firefox-esr') ?? Bun.which('firefox') ?? undefined
}

/** A sound card of Firefox's own: without any, no AudioContext ever runs. */
export const MOCK_SOUND_CARD = { 'media.cubeb.force_mock_context': true }

/** Starts Firefox without a window, over WebDriver BiDi. Throws when it is not installed. */
export async function launchFirefox(
  preferences: Record<string, unknown> = {},
): Promise<RunningFirefox> {
  const path = firefoxPath()
  if (!path) throw new Error('Firefox is not installed: apt-get install firefox-esr')
  const browser = await launch({
    browser: 'firefox',
    executablePath: path,
    headless: true,
    acceptInsecureCerts: true,
    extraPrefsFirefox: { ...PREFERENCES, ...preferences },
  })
  return {
    async newPerson({ name = 'Firefox', ...rules } = {}) {
      const context = await browser.createBrowserContext()
      const page = await context.newPage()
      const lines: string[] = []
      page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`))
      await page.evaluateOnNewDocument(installProbe, rules)
      return new Person(name, windowOf(page), lines)
    },
    close: () => browser.close(),
  }
}

function windowOf(page: Page): BrowserWindow {
  let offset = 0
  return {
    goto: (url) => page.goto(url),
    evaluate: (pageFunction, arg) => page.evaluate(pageFunction as (arg: unknown) => never, arg),
    click: (selector) => page.locator(selector).click(),
    async wiggle() {
      offset = (offset + 7) % 50
      await page.mouse.move(100 + offset, 200 + offset)
    },
    fill: (selector, text) => page.locator(selector).fill(text),
    pressKey: (key) => page.keyboard.press(key as 'Enter'),
    screenshot: (path) => page.screenshot({ path }),
    close: () => page.browserContext().close(),
  }
}
