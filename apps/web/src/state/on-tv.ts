import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { CallCast, CallCastStage } from './cast/call-cast.ts'

/** Loads what moves the picture of a call to a TV. */
export type OpenCallCast = (stage: CallCastStage) => Promise<CallCast>

/** Whether the remote picture is on a TV; what brings it there is loaded when somebody asks for it. */
export class OnTv {
  /** Null until it is loaded. */
  readonly cast: ReadonlySignal<CallCast | null>
  /** The picture is on the TV, and not here. */
  readonly isShown: ReadonlySignal<boolean>
  /** Empty while the TV has no name. */
  readonly tvName: ReadonlySignal<string>
  readonly #cast = signal<CallCast | null>(null)
  readonly #open: () => Promise<CallCast>
  #loading: Promise<void> | undefined
  #isClosed = false

  constructor(open: () => Promise<CallCast>) {
    this.#open = open
    this.cast = this.#cast
    this.isShown = computed(() => this.#cast.value?.isShown.value ?? false)
    this.tvName = computed(() => this.#cast.value?.entry.tvName.value ?? '')
  }

  /** Loads it, once. Rejects when the network does not give it; another attempt may. */
  async load(): Promise<void> {
    this.#loading ??= this.#take()
    try {
      await this.#loading
    } catch (error) {
      this.#loading = undefined
      throw error
    }
  }

  /** Brings the picture back. */
  stop(): void {
    this.#cast.peek()?.stop()
  }

  /** Leaves the TV; final. */
  close(): void {
    this.#isClosed = true
    this.#cast.peek()?.close()
  }

  async #take(): Promise<void> {
    const cast = await this.#open()
    if (this.#isClosed) cast.close()
    else this.#cast.value = cast
  }
}
