import { batch, computed, signal, type ReadonlySignal } from '@preact/signals'
import type { Words } from '../i18n/en.ts'
import type { AttentionPort, CallPort, Memory } from './ports.ts'

/** Whether a notification is to come when the other person does. */
export type NotifyWish = 'off' | 'on' | 'blocked'

const MEMORY_KEY = 'duet.notify'

/** Tells somebody who is looking elsewhere that the other person is here: sound, title, notification. */
export class Arrival {
  /** Words for the tab's title while nobody has looked yet; null otherwise. */
  readonly title: ReadonlySignal<string | null>
  readonly wish: ReadonlySignal<NotifyWish>
  readonly #wish
  readonly #arrived = signal<string | null>(null)
  readonly #attention: AttentionPort
  readonly #memory: Memory
  readonly #stop: (() => void)[]

  constructor(
    call: CallPort,
    {
      attention,
      memory,
      words,
    }: { attention: AttentionPort; memory: Memory; words: ReadonlySignal<Words> },
  ) {
    this.#attention = attention
    this.#memory = memory
    this.#wish = signal<NotifyWish>(memory.get(MEMORY_KEY) === 'on' ? 'on' : 'off')
    this.wish = this.#wish
    this.title = computed(() => {
      const name = this.#arrived.value
      return name === null ? null : words.value.arrivedTitle(name)
    })
    this.#stop = [
      call.on('peerarrived', (name) => {
        if (!attention.isAway()) return
        batch(() => (this.#arrived.value = name))
        attention.chime()
        if (this.#wish.peek() !== 'on') return
        attention.notify(words.peek().arrivedTitle(name), words.peek().arrivedBody)
      }),
      attention.onReturn(() => (this.#arrived.value = null)),
    ]
  }

  /** Changes the wish; asks the browser for leave, so call it from a person's gesture. */
  async toggle(): Promise<void> {
    if (this.#wish.peek() === 'on') this.#wish.value = 'off'
    else this.#wish.value = (await this.#attention.askToNotify()) ? 'on' : 'blocked'
    this.#memory.set(MEMORY_KEY, this.#wish.peek())
  }

  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
  }
}
