import { messageOf } from '@duet/base'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { installProbe, type ProbeRules } from './page-probe.ts'
import { Person, type BrowserWindow } from './person.ts'

/** Fake ones that are allowed at once, fake ones that ask, a microphone only, or none. */
export type Devices = 'fake' | 'asking' | 'microphone' | 'none'

export interface ChromiumOptions {
  devices?: Devices
  /** Further command line switches. */
  flags?: readonly string[]
  /**
   * The build of the same browser that never has a window, where it is installed: it starts sooner
   * and needs less of the machine. It shares no screens, shows no notifications and asks nothing.
   */
  isShell?: boolean
  /** Put before the command, as `['ip', 'netns', 'exec', 'x']`. */
  prefix?: readonly string[]
}

export interface PersonOptions extends ProbeRules {
  name?: string
  context?: BrowserContextOptions
}

/** A person in front of Chromium, with Playwright's page for what only it can do. */
export class ChromiumPerson extends Person {
  readonly page: Page

  constructor(name: string, page: Page, console: readonly string[]) {
    super(name, windowOf(page), console)
    this.page = page
  }

  /** Whether the remote picture is blue, as the page that the tests share. */
  isMostlyBlue(): Promise<boolean> {
    return this.page.evaluate(() => {
      const video = document.querySelector<HTMLVideoElement>('[data-testid="remote-video"]')
      const context = new OffscreenCanvas(1, 1).getContext('2d')
      if (!video || !context) return false
      context.drawImage(video, 0, 0, 1, 1)
      const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data
      return blue > 150 && red < 80 && green < 80
    })
  }
}

/** A Chromium that ends with `close()`. */
export interface RunningChromium {
  readonly browser: Browser
  /** A new person with cookies and storage of their own. */
  newPerson(options?: PersonOptions): Promise<ChromiumPerson>
  close(): Promise<void>
}

/** The path of Chromium; `undefined` when it is not installed. */
export function chromiumPath(): string | undefined {
  return Bun.which('chromium') ?? Bun.which('chromium-browser') ?? undefined
}

/** Starts Chromium without a window. Throws when it is not installed. */
export async function launchChromium(options: ChromiumOptions = {}): Promise<RunningChromium> {
  const shell = options.isShell ? Bun.which('chromium-headless-shell') : null
  const path = shell ?? chromiumPath()
  if (!path) throw new Error('Chromium is not installed: apt-get install chromium')
  const wrapper = options.prefix ? makeWrapper([...options.prefix, path]) : undefined
  const browser = await chromium.launch({
    executablePath: wrapper?.path ?? path,
    args: [...DEVICE_FLAGS[options.devices ?? 'fake'], ...(options.flags ?? [])],
    chromiumSandbox: false,
  })
  let count = 0
  return {
    browser,
    async newPerson({ name, context: contextOptions, ...rules } = {}) {
      count += 1
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        locale: 'en-GB',
        ...contextOptions,
      })
      await context.addInitScript(installProbe, rules)
      const page = await context.newPage()
      return new ChromiumPerson(name ?? `person ${count}`, page, recordConsole(page))
    },
    async close() {
      await browser.close()
      wrapper?.remove()
    },
  }
}

const DEVICE_FLAGS: Record<Devices, readonly string[]> = {
  fake: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  asking: ['--use-fake-device-for-media-stream'],
  microphone: [
    '--use-fake-device-for-media-stream=device-count=0',
    '--use-fake-ui-for-media-stream',
  ],
  none: ['--use-fake-ui-for-media-stream'],
}

function recordConsole(page: Page): string[] {
  const lines: string[] = []
  page.on('console', (message) =>
    lines.push(`${message.type()}: ${message.text()} ${message.location().url}`),
  )
  page.on('pageerror', (error) => lines.push(`uncaught: ${error.stack ?? error.message}`))
  page.on('requestfailed', (request) =>
    lines.push(`failed: ${request.url()} ${request.failure()?.errorText ?? ''}`),
  )
  return lines
}

function windowOf(page: Page): BrowserWindow {
  let offset = 0
  return {
    goto: (url) => page.goto(url),
    evaluate: (pageFunction, arg) => evaluateThroughNavigation(page, pageFunction, arg),
    click: (selector) => page.click(selector),
    async wiggle() {
      offset = (offset + 7) % 50
      await page.mouse.move(100 + offset, 200 + offset)
    },
    fill: (selector, text) => page.fill(selector, text),
    pressKey: (key) => page.keyboard.press(key),
    screenshot: (path) => page.screenshot({ path }),
    close: () => page.context().close(),
  }
}

/** Evaluates in the next page when this one is left meanwhile. */
async function evaluateThroughNavigation<Arg, Result>(
  page: Page,
  pageFunction: (arg: Arg) => Result | Promise<Result>,
  arg: Arg,
): Promise<Result> {
  for (;;) {
    try {
      return await page.evaluate(pageFunction as (arg: unknown) => Result, arg)
    } catch (error) {
      if (!messageOf(error).includes('Execution context was destroyed')) throw error
      await page.waitForLoadState()
    }
  }
}

/** A one-line program, because Playwright starts one executable only. */
function makeWrapper(argv: string[]): { path: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'duet-chromium-'))
  const path = join(folder, 'chromium')
  const quoted = argv.map((part) => `'${part.replaceAll("'", String.raw`'\''`)}'`)
  writeFileSync(path, `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`)
  chmodSync(path, 0o755)
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
