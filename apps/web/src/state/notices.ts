import type { Clock } from '@duet/base'
import { signal, type ReadonlySignal } from '@preact/signals'
import type { Words } from '../i18n/en.ts'
import type { Language } from '../i18n/error-sentences.ts'

/** Long enough to read two lines. */
const NOTICE_MS = 6_000

/** A passing sentence, in whatever language the page speaks when it is shown. */
export type Notice = (words: Words, language: Language) => string

/** The one passing sentence on the page; a newer one takes its place. */
export class Notices {
  readonly current: ReadonlySignal<Notice | null>
  readonly #current = signal<Notice | null>(null)
  readonly #timers: Clock
  #cancel: () => void = () => {}

  constructor(timers: Clock) {
    this.#timers = timers
    this.current = this.#current
  }

  show(notice: Notice): void {
    this.#cancel()
    this.#current.value = notice
    this.#cancel = this.#timers.after(NOTICE_MS, () => (this.#current.value = null))
  }

  dismiss(): void {
    this.#cancel()
    this.#current.value = null
  }
}
