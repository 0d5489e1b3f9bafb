import { effect, signal, type ReadonlySignal } from '@preact/signals'
import type { ChatLine } from '@duet/client'
import type { CallPort } from './ports.ts'

/** What the field takes; the call cuts long text into lines that fit. */
export const MAX_DRAFT_LENGTH = 20_000

/** Lines kept on the page. */
const MAX_LINES = 1000

/** The lines written during a call, and how many nobody looked at. */
export class ChatModel {
  readonly lines: ReadonlySignal<ChatLine[]>
  readonly unread: ReadonlySignal<number>
  /** What is being written; outlives the closed panel. */
  readonly draft = signal('')
  readonly #lines = signal<ChatLine[]>([])
  readonly #unread = signal(0)
  readonly #call: CallPort
  readonly #stop: (() => void)[]

  /** `onUnread` gets each line that comes while `isShown` is false. */
  constructor(
    call: CallPort,
    isShown: ReadonlySignal<boolean>,
    onUnread: (line: ChatLine) => void,
  ) {
    this.#call = call
    this.lines = this.#lines
    this.unread = this.#unread
    this.#stop = [
      call.on('chat', (line) => {
        this.#lines.value = [...this.#lines.peek(), line].slice(-MAX_LINES)
        if (line.from === 'self' || isShown.peek()) return
        this.#unread.value += 1
        onUnread(line)
      }),
      effect(() => {
        if (isShown.value) this.#unread.value = 0
      }),
    ]
  }

  /** Sends what is being written, if anything is. */
  send(): void {
    const line = this.draft.peek().trim()
    if (line === '') return
    this.draft.value = ''
    this.#call.sendChat(line)
  }

  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
  }
}
