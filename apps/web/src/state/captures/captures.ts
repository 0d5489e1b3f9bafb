import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { CaptureInfo } from '@duet/client'
import type { CallPort } from '../ports.ts'
import type { CaptureModel } from './capture-model.ts'

/** Recording and showing a call live, as far as every call page needs it; the rest is loaded when it is needed. */
export class Captures {
  readonly info: ReadonlySignal<CaptureInfo>
  /** Null until it is loaded. */
  readonly model: ReadonlySignal<CaptureModel | null>
  /** Somebody asked for something, or something is on, or was. */
  readonly isNeeded: ReadonlySignal<boolean>
  /** True while the call has to go through the server for it. */
  readonly isOn: ReadonlySignal<boolean>
  readonly #model = signal<CaptureModel | null>(null)
  readonly #stop: () => void
  #isClosed = false

  constructor({ call }: { call: CallPort }) {
    const info = signal(call.capture)
    this.info = info
    this.model = this.#model
    this.isOn = computed(() => info.value.active.length > 0)
    this.isNeeded = computed(() => {
      const { active, ended, ownConsents, peerConsents } = info.value
      return [active, ended, ownConsents, peerConsents].some(({ length }) => length > 0)
    })
    this.#stop = call.on('capture', (next) => (info.value = next))
  }

  /** The first one that was loaded stays. */
  keep(create: () => CaptureModel): void {
    if (!this.#isClosed) this.#model.value ??= create()
  }

  close(): void {
    this.#isClosed = true
    this.#stop()
    this.#model.peek()?.close()
  }
}
