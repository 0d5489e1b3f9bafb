import { countChangingFrames, readHeardEnergy, readPath, readReceivedBytes } from './page-probe.ts'
import { PATIENCE_MS, waitUntil } from './wait.ts'

/** What a person's browser window can do, whichever browser it is. */
export interface BrowserWindow {
  goto(url: string): Promise<unknown>
  evaluate<Arg, Result>(
    pageFunction: (arg: Arg) => Result | Promise<Result>,
    arg: Arg,
  ): Promise<Result>
  /** Moves the pointer there and presses; waits until that is possible. */
  click(selector: string): Promise<void>
  /** Moves the pointer a little, so that hidden controls come back. */
  wiggle(): Promise<void>
  fill(selector: string, text: string): Promise<void>
  pressKey(key: string): Promise<void>
  screenshot(path: string): Promise<unknown>
  close(): Promise<void>
}

export type CallState =
  | 'idle'
  | 'joining'
  | 'waiting'
  | 'knocking'
  | 'connecting'
  | 'connected'
  | 'reconnecting'
  | 'ended'
  | 'full'
  | 'failed'

/** Energy that silence never reaches, in the unit of `totalAudioEnergy`. */
const AUDIBLE_ENERGY = 1e-5

/** Fake microphones beep at least this often. */
const FAKE_BEEP_PERIOD_MS = 1100

/** Someone in front of a browser; the methods say what such a person does and notices. */
export class Person {
  readonly name: string
  readonly window: BrowserWindow
  /** Everything that the page wrote to its console, errors included. */
  readonly console: readonly string[]

  constructor(name: string, window: BrowserWindow, console: readonly string[]) {
    this.name = name
    this.window = window
    this.console = console
  }

  async goto(url: string): Promise<void> {
    await this.window.goto(url)
  }

  /** Presses what carries this `data-testid`. */
  async press(testId: string): Promise<void> {
    await this.waitFor(testId)
    await this.window.wiggle()
    await this.window.click(selectorOf(testId))
  }

  /** Waits until something with this `data-testid` is there. */
  async waitFor(testId: string): Promise<void> {
    await waitUntil(`${this.name} sees "${testId}"`, () => this.has(testId))
  }

  has(testId: string): Promise<boolean> {
    return this.window.evaluate(
      (selector) => document.querySelector(selector) !== null,
      selectorOf(testId),
    )
  }

  /** The text in `testId`; empty when it is not there. */
  text(testId: string): Promise<string> {
    return this.window.evaluate(
      (selector) => document.querySelector<HTMLElement>(selector)?.innerText ?? '',
      selectorOf(testId),
    )
  }

  /** All text that can be read on the page. */
  readPage(): Promise<string> {
    return this.window.evaluate(() => document.body.innerText, undefined)
  }

  attribute(testId: string, name: string): Promise<string | null> {
    return this.window.evaluate(
      ([selector, key]) => document.querySelector(selector)?.getAttribute(key) ?? null,
      [selectorOf(testId), name] as const,
    )
  }

  state(): Promise<string | null> {
    return this.attribute('call-state', 'data-state')
  }

  async waitForState(...states: CallState[]): Promise<void> {
    await waitUntil(`${this.name} is ${states.join(' or ')}`, () => this.state(), {
      isGood: (state) => states.includes(state as CallState),
    })
  }

  async waitForVerified(value: string): Promise<void> {
    await waitUntil(
      `${this.name} reads that the call is ${value}`,
      () => this.attribute('verified', 'data-verified'),
      { isGood: (verified) => verified === value },
    )
  }

  /** Waits for words on the page. */
  async waitForText(words: RegExp): Promise<void> {
    await waitUntil(`${this.name} reads ${words}`, () => this.readPage(), {
      isGood: (text) => words.test(text),
    })
  }

  /** Waits until words are gone from the page. */
  async waitForNoText(words: RegExp): Promise<void> {
    await waitUntil(`${this.name} no longer reads ${words}`, () => this.readPage(), {
      isGood: (text) => !words.test(text),
    })
  }

  async openChat(): Promise<void> {
    if (await this.has('chat-input')) return
    await this.press('toggle-chat')
    await this.waitFor('chat-input')
  }

  async say(text: string): Promise<void> {
    await this.window.wiggle()
    await this.window.fill(selectorOf('chat-input'), text)
    await this.window.pressKey('Enter')
  }

  async waitForChat(text: string): Promise<void> {
    await waitUntil(`${this.name} reads "${text}"`, () => this.text('chat-log'), {
      isGood: (log) => log.includes(text),
    })
  }

  /** Ten frames in the video `testId`, each unlike the one before. */
  async seesMovement(testId = 'remote-video', timeoutMs = PATIENCE_MS): Promise<void> {
    const changed = await this.window.evaluate(countChangingFrames, {
      testId,
      timeoutMs,
    })
    if (changed < 10) {
      throw new Error(`${this.name} sees ${changed} changing frames in ${testId}, not ten`)
    }
  }

  /** Pixels of the remote picture, from left to right. */
  pictureWidth(): Promise<number> {
    return this.window.evaluate(
      (selector) => document.querySelector<HTMLVideoElement>(selector)?.videoWidth ?? 0,
      selectorOf('remote-video'),
    )
  }

  /** The energy of what is heard grows from now on. */
  async hearsSound(timeoutMs = PATIENCE_MS): Promise<void> {
    const before = await this.window.evaluate(readHeardEnergy, undefined)
    await waitUntil(
      `${this.name} hears more than ${before}`,
      () => this.window.evaluate(readHeardEnergy, undefined),
      { isGood: (energy) => energy > before + AUDIBLE_ENERGY, timeoutMs },
    )
  }

  /** Nothing is heard for as long as a fake microphone pauses at most. */
  async hearsSilence(): Promise<void> {
    let last = await this.window.evaluate(readHeardEnergy, undefined)
    await waitUntil(`${this.name} hears nothing`, async () => {
      await Bun.sleep(FAKE_BEEP_PERIOD_MS)
      const energy = await this.window.evaluate(readHeardEnergy, undefined)
      const isSilent = energy - last < AUDIBLE_ENERGY
      last = energy
      return isSilent
    })
  }

  /** A call that works: movement and sound from the other side. */
  async hasCall(): Promise<void> {
    await this.waitForState('connected')
    await Promise.all([this.seesMovement(), this.hearsSound()])
  }

  /** Bytes of media received so far. */
  receivedBytes(): Promise<number> {
    return this.window.evaluate(readReceivedBytes, undefined)
  }

  /** The path of the call, as `host` or `relay/tls`. */
  path(): Promise<string> {
    return this.window.evaluate(readPath, undefined)
  }
}

/** The CSS selector of a stable hook. */
export function selectorOf(testId: string): string {
  return `[data-testid="${testId}"]`
}
