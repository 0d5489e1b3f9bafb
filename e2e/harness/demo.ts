import type { ChromiumPerson, PersonOptions } from './chromium.ts'
import { selectorOf } from './person.ts'
import type { Scene } from './stage.ts'
import { waitUntil } from './wait.ts'

/** Someone in front of a demo page; the methods say what such a person does and notices. */
export class DemoPerson<State extends string> {
  readonly person: ChromiumPerson

  constructor(person: ChromiumPerson) {
    this.person = person
  }

  /** Opens the page and presses its first button. */
  async open(url: string): Promise<void> {
    await this.person.goto(url)
    await this.connect()
  }

  async connect(): Promise<void> {
    await this.person.page.click(`${selectorOf('connect')}:enabled`)
  }

  async leave(): Promise<void> {
    await this.person.page.click(`${selectorOf('leave')}:enabled`)
  }

  /** Loads the page anew, and comes back into the same room. */
  async reload(): Promise<void> {
    await this.person.page.reload()
    await this.connect()
  }

  /** Goes as a tab does that is closed: nobody says goodbye. */
  async closeTab(): Promise<void> {
    await this.person.page.close({ runBeforeUnload: false })
  }

  async waitForState(...states: State[]): Promise<void> {
    const { name } = this.person
    await waitUntil(
      `${name} is ${states.join(' or ')}`,
      () => this.person.attribute('state', 'data-state'),
      { isGood: (state) => states.includes(state as State) },
    )
  }

  /** Waits for words where the page says what goes on. */
  async waitForStatus(words: RegExp): Promise<void> {
    await waitUntil(`${this.person.name} reads ${words}`, () => this.person.text('status'), {
      isGood: (text) => words.test(text),
    })
  }

  /** Ten changing frames and growing sound from the other side. */
  async hasCall(): Promise<void> {
    await Promise.all([this.person.seesMovement(), this.person.hearsSound()])
  }

  /** What a text area of the page holds. */
  value(testId: string): Promise<string> {
    return this.person.page.inputValue(selectorOf(testId))
  }
}

/** Frames of the remote picture that this page has drawn so far. */
export function countFrames({ page }: ChromiumPerson): Promise<number> {
  return page.evaluate(
    (selector) =>
      document.querySelector<HTMLVideoElement>(selector)?.getVideoPlaybackQuality()
        .totalVideoFrames ?? 0,
    selectorOf('remote-video'),
  )
}

/** A new person for a demo page. */
export async function newDemoPerson<State extends string>(
  scene: Scene,
  options: PersonOptions,
): Promise<DemoPerson<State>> {
  return new DemoPerson(await scene.newPerson(options))
}
