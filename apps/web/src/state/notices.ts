import type { Clock } from '@duet/base'
import { signal, type ReadonlySignal } from '@preact/signals'
import type { Words } from '../i18n/en.ts'
import type { Language } from '../i18n/error-sentences.ts'

/** Long enough to read two lines. */
const NOTICE_MS = 6_000

/** A passing sentence, in whatever language the page speaks when it is shown. */
export type Notice = (words: Words, language: Language) => string

/** What a person can do about it with one press. */
export interface NoticeAction {
  label: Notice
  press: () => void
}

/** The one passing sentence on the page; a newer one takes its place. */
export class Notices {
  readonly current: ReadonlySignal<Notice | null>
  /** Null for a mere sentence. */
  readonly action: ReadonlySignal<NoticeAction | null>
  readonly #action = signal<NoticeAction | null>(null)
  readonly #current = signal<Notice | null>(null)
  readonly #timers: Clock
  #cancel: () => void = () => {}

  constructor(timers: Clock) {
    this.#timers = timers
    this.current = this.#current
    this.action = this.#action
  }

  /** With an action it stays until it is sent away. */
  show(notice: Notice, action: NoticeAction | null = null): void {
    this.#cancel()
    this.#current.value = notice
    this.#action.value = action
    this.#cancel = action ? () => {} : this.#timers.after(NOTICE_MS, () => this.dismiss())
  }

  dismiss(): void {
    this.#cancel()
    this.#current.value = null
    this.#action.value = null
  }
}
