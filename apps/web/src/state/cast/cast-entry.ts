import type { Clock } from '@duet/base'
import type { CastSenderState, SafetyPhrase, SignalingState } from '@duet/client'
import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import type { CastSenderPort, CreateCastSender } from './ports.ts'
import { codeFaultOf, tidyCode, type CodeFault } from './typed-code.ts'

export interface CastEntryOptions {
  /** The server's WebSocket address. */
  url: string
  /** What the TV calls this side; may be empty. */
  name: string
  createSender: CreateCastSender
  clock: Clock
}

/** Longer than a server that can be reached takes to answer, in milliseconds. */
const UNREACHABLE_AFTER_MS = 3_000

/** The code that a person types, and the TV behind it. */
export class CastEntry {
  /** As the field shows it. */
  readonly text: ReadonlySignal<string>
  readonly fault: ReadonlySignal<CodeFault | null>
  /** Where the sender for this code stands; `idle` while the code was not entered. */
  readonly state: ReadonlySignal<CastSenderState>
  readonly signaling: ReadonlySignal<SignalingState>
  readonly phrase: ReadonlySignal<SafetyPhrase | null>
  /** True when the code waits for a server that does not answer. */
  readonly isUnreachable: ReadonlySignal<boolean>
  /** What the TV with this code is called, also when it is gone; empty while that is unknown. */
  readonly tvName: ReadonlySignal<string>
  readonly #text = signal('')
  readonly #state = signal<CastSenderState>({ name: 'idle' })
  readonly #signaling = signal<SignalingState>('connecting')
  readonly #phrase = signal<SafetyPhrase | null>(null)
  readonly #tvName = signal('')
  readonly #isUnreachable = signal(false)
  readonly #options: CastEntryOptions
  readonly #stopWatching: () => void
  #sender: CastSenderPort | undefined
  #unlisten: (() => void)[] = []
  #isClosed = false

  constructor(options: CastEntryOptions) {
    this.#options = options
    this.text = this.#text
    this.fault = computed(() => codeFaultOf(this.#text.value))
    this.state = this.#state
    this.signaling = this.#signaling
    this.phrase = this.#phrase
    this.tvName = this.#tvName
    this.isUnreachable = this.#isUnreachable
    const isWaiting = computed(
      () => this.#state.value.name === 'entering' && this.#signaling.value !== 'online',
    )
    this.#stopWatching = effect(() => {
      this.#isUnreachable.value = false
      if (!isWaiting.value) return
      return options.clock.after(UNREACHABLE_AFTER_MS, () => (this.#isUnreachable.value = true))
    })
  }

  /** What shows something on the TV; undefined before the code was entered. */
  get sender(): CastSenderPort | undefined {
    return this.#sender
  }

  /** Takes what stands in the field; another code leaves the former TV. */
  type(text: string): void {
    const tidy = tidyCode(text)
    if (tidy === this.#text.peek()) return
    batch(() => {
      this.#drop()
      this.#text.value = tidy
    })
  }

  /** Enters the code; does nothing while it is none, and when it is entered already. */
  enter(): void {
    if (this.#isClosed || this.fault.peek() !== null) return
    this.#sender ??= this.#open(this.#text.peek())
    this.#sender.open()
  }

  /** Resolves as soon as it is known whether the TV is there. */
  async answer(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const stop = effect(() => {
      const { name } = this.#state.value
      if (name !== 'entering') resolve(isThere(name))
    })
    const isAnswered = await promise
    stop()
    return isAnswered
  }

  /** Leaves the TV; the code stays. */
  leave(): void {
    this.#sender?.stop()
  }

  /** Leaves the TV. Final and idempotent. */
  close(): void {
    this.#isClosed = true
    this.#stopWatching()
    this.#drop()
  }

  #open(code: string): CastSenderPort {
    const { url, name, createSender } = this.#options
    const sender = createSender({ url, code, name })
    const update = () =>
      batch(() => {
        this.#state.value = sender.state
        this.#signaling.value = sender.signaling
        this.#tvName.value = sender.receiverName || this.#tvName.peek()
      })
    update()
    this.#unlisten = [
      sender.on('state', update),
      sender.on('signaling', update),
      sender.on('phrase', (phrase) => (this.#phrase.value = phrase)),
    ]
    return sender
  }

  #drop(): void {
    for (const stop of this.#unlisten.splice(0)) stop()
    this.#sender?.close()
    this.#sender = undefined
    batch(() => {
      this.#state.value = { name: 'idle' }
      this.#signaling.value = 'connecting'
      this.#phrase.value = null
      this.#tvName.value = ''
    })
  }
}

/** True in the states in which a TV is there, or may come back by itself. */
export function isThere(name: CastSenderState['name']): boolean {
  return !['idle', 'entering', 'busy', 'ended', 'failed'].includes(name)
}
