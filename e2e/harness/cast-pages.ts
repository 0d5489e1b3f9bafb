import type { ChromiumPerson, PersonOptions } from './chromium.ts'
import { OLDER_SENDER, OLDER_TV } from './older-cast-pages.ts'
import { selectorOf } from './person.ts'
import type { Scene } from './stage.ts'
import { waitUntil } from './wait.ts'

/** Whose pages: Duet's own, the demos of variant A, or older ones of variants B and C. */
export type CastKind = 'duet' | 'A' | 'B' | 'C'

export const CAST_KINDS: readonly CastKind[] = ['duet', 'A', 'B', 'C']

export interface CastPageOptions extends PersonOptions {
  /** Where the page is opened; the server's HTTP address unless it is given. */
  origin?: string
  /** What a page of C logs in with. */
  token?: string
  /** The namespace of a page of A. */
  namespace?: string
}

/** Where pages are opened. */
export type CastScene = Pick<Scene, 'server' | 'newPerson'>

/** Something that shows a code, and then a picture. */
export class TvPage {
  readonly person: ChromiumPerson

  constructor(person: ChromiumPerson) {
    this.person = person
  }

  /** The code that it shows, as soon as it does. */
  async code(): Promise<string> {
    const shown = await waitUntil(
      `${this.person.name} shows a code`,
      () =>
        this.person.page.evaluate(
          (selector) => document.querySelector(selector)?.textContent ?? '',
          selectorOf('cast-code'),
        ),
      { isGood: (text) => readCode(text) !== undefined },
    )
    return readCode(shown) ?? ''
  }

  /** Ten changing frames. */
  seesMovement(): Promise<void> {
    return this.person.seesMovement('cast-video')
  }

  /** Nothing is shown any more: no picture, or none that anybody sees. */
  async waitForNoPicture(): Promise<void> {
    await waitUntil(
      `${this.person.name} shows no picture`,
      () => this.person.page.evaluate(isPictureShown, selectorOf('cast-video')),
      { isGood: (isShown) => !isShown },
    )
  }

  /** Goes as a tab does that is closed. */
  async closeTab(): Promise<void> {
    await this.person.page.close({ runBeforeUnload: false })
  }
}

/** Something that enters a code, and shows a picture on a TV. */
export class SenderPage {
  readonly person: ChromiumPerson
  readonly #kind: CastKind

  constructor(person: ChromiumPerson, kind: CastKind) {
    this.person = person
    this.#kind = kind
  }

  /** Types the code, and presses what starts, once. */
  async start(code: string): Promise<void> {
    await this.person.waitFor('cast-code-input')
    await this.person.window.fill(selectorOf('cast-code-input'), code)
    await this.person.page.click(`${selectorOf('cast-start')}:enabled`)
  }

  async stop(): Promise<void> {
    await this.person.page.click(`${selectorOf('cast-stop')}:enabled`)
  }

  /** What its page says of the cast: a state of its own, or a text. */
  async state(): Promise<string> {
    const isOlder = this.#kind === 'B' || this.#kind === 'C'
    if (isOlder) return this.person.text('cast-state')
    return (await this.person.attribute('cast-state', 'data-state')) ?? ''
  }

  /** Waits until its page says one of these. */
  async waitForState(states: RegExp): Promise<void> {
    await waitUntil(`${this.person.name} is ${states}`, () => this.state(), {
      isGood: (state) => states.test(state),
    })
  }

  /** Waits until its page says that the TV is gone. */
  waitForTvGone(): Promise<void> {
    return this.waitForState(GONE[this.#kind])
  }

  async closeTab(): Promise<void> {
    await this.person.page.close({ runBeforeUnload: false })
  }
}

/** What each kind of sender says when its TV is gone. */
const GONE: Record<CastKind, RegExp> = {
  duet: /^(waiting|ended)$/,
  A: /^ended$/,
  B: /^tv offline$/,
  C: /^tv offline$/,
}

const TV_PATHS: Record<CastKind, string> = {
  duet: '/tv',
  A: '/demos/cast-tv.html',
  B: '/older/tv.html',
  C: '/older/tv.html',
}

const SENDER_PATHS: Record<CastKind, string> = {
  duet: '/cast',
  A: '/demos/cast-send.html',
  B: '/older/sender.html',
  C: '/older/sender.html',
}

/** Opens the page of a TV. */
export async function openTv(
  scene: CastScene,
  kind: CastKind,
  options: CastPageOptions = {},
): Promise<TvPage> {
  const person = await open(scene, TV_PATHS[kind], { name: `TV of ${kind}`, ...options })
  return new TvPage(person)
}

/** Opens the page of a sender. */
export async function openSender(
  scene: CastScene,
  kind: CastKind,
  options: CastPageOptions = {},
): Promise<SenderPage> {
  const person = await open(scene, SENDER_PATHS[kind], { name: `sender of ${kind}`, ...options })
  return new SenderPage(person, kind)
}

async function open(
  scene: CastScene,
  path: string,
  { origin = scene.server.http, token, namespace, ...options }: CastPageOptions,
): Promise<ChromiumPerson> {
  const person = await scene.newPerson({ hasDrawnScreen: true, ...options })
  await person.page.route('**/older/*.html*', async (route) => {
    const body = route.request().url().includes('/tv.html') ? OLDER_TV : OLDER_SENDER
    await route.fulfill({ contentType: 'text/html', body })
  })
  const url = new URL(path, origin)
  if (token !== undefined) url.searchParams.set('token', token)
  if (namespace !== undefined) url.searchParams.set('namespace', namespace)
  await person.goto(url.href)
  return person
}

function readCode(text: string): string | undefined {
  return /^[A-Z2-9]{6}$/.exec(text.replaceAll(/\s/g, ''))?.[0]
}

function isPictureShown(selector: string): boolean {
  const video = document.querySelector<HTMLVideoElement>(selector)
  if (!video || !(video.srcObject instanceof MediaStream)) return false
  return video.checkVisibility() && video.srcObject.getVideoTracks().some((track) => !track.muted)
}
