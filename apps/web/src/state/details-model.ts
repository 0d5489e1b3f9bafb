import type { Clock } from '@duet/base'
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import type { PathReport } from '@duet/client'
import type { CallModel } from './call-model.ts'
import { PLOT_SPAN_MS } from './plot-scale.ts'
import type { CallPort } from './ports.ts'

/** While somebody looks at the plots, and while the path may still become a better one. */
const OPEN_INTERVAL_MS = 1_000

/** For the badge alone, which says direct or relayed. */
const BADGE_INTERVAL_MS = 5_000

/** Samples the truth about a call's path while there is one. */
export class DetailsModel {
  /** The newest sample; null without a connection. */
  readonly report: ReadonlySignal<PathReport | null>
  /** The samples of the last minute, oldest first. */
  readonly history: ReadonlySignal<PathReport[]>
  readonly #report = signal<PathReport | null>(null)
  readonly #history = signal<PathReport[]>([])
  readonly #call: CallPort
  readonly #stop: () => void
  #isSampling = false
  #isClosed = false

  constructor(
    call: CallPort,
    {
      model,
      isShown,
      timers,
    }: { model: CallModel; isShown: ReadonlySignal<boolean>; timers: Clock },
  ) {
    this.#call = call
    this.report = this.#report
    this.history = this.#history
    // A relayed path may become direct at any moment, which the badge should say at once.
    const isDirect = computed(() => this.#report.value?.mode === 'direct')
    this.#stop = effect(() => {
      const { name } = model.state.value
      if (name !== 'connected' && name !== 'reconnecting') {
        this.#report.value = null
        this.#history.value = []
        return
      }
      void this.#sample()
      const isEager = isShown.value || !isDirect.value
      const intervalMs = isEager ? OPEN_INTERVAL_MS : BADGE_INTERVAL_MS
      return timers.every(intervalMs, () => void this.#sample())
    })
  }

  close(): void {
    this.#isClosed = true
    this.#stop()
  }

  async #sample(): Promise<void> {
    if (this.#isSampling) return
    this.#isSampling = true
    try {
      const report = await this.#call.sample()
      const { name } = this.#call.state
      if (this.#isClosed || (name !== 'connected' && name !== 'reconnecting')) return
      this.#report.value = report
      if (!report) return
      const history = this.#history.peek().filter(({ at }) => report.at - at <= PLOT_SPAN_MS)
      this.#history.value = [...history, report]
    } finally {
      this.#isSampling = false
    }
  }
}
