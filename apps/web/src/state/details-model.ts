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
  /** How sound and picture go; null while it is not known. */
  readonly mode: ReadonlySignal<PathReport['mode']>
  readonly #report = signal<PathReport | null>(null)
  readonly #history = signal<PathReport[]>([])
  readonly #call: CallPort
  readonly #stop: () => void
  #isSampling = false
  /** As it was before it went through the server: the direct connection stays. */
  #modeBefore: PathReport['mode'] = null
  /** Something changed while it was measured. */
  #isOutdated = false
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
    const isThroughServer = computed(() => model.mediaPath.value.isThroughServer)
    this.mode = computed(() => {
      const measured = this.#report.value?.mode ?? null
      if (isThroughServer.value) return 'server'
      return measured === 'server' ? this.#modeBefore : measured
    })
    // A relayed path may become direct at any moment, which the badge should say at once.
    const isSettled = computed(() => this.mode.value === 'direct' || this.mode.value === 'server')
    const way = computed(() => model.mediaPath.value.name)
    const stopSampling = effect(() => {
      const { name } = model.state.value
      if (name !== 'connected' && name !== 'reconnecting') {
        this.#report.value = null
        this.#history.value = []
        return
      }
      void this.#sample()
      const isEager = isShown.value || !isSettled.value
      const intervalMs = isEager ? OPEN_INTERVAL_MS : BADGE_INTERVAL_MS
      return timers.every(intervalMs, () => void this.#sample())
    })
    let lastWay = way.peek()
    const stopFollowing = effect(() => {
      if (way.value === lastWay) return
      lastWay = way.value
      this.#isOutdated = this.#isSampling
      void this.#sample()
    })
    this.#stop = () => {
      stopSampling()
      stopFollowing()
    }
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
      if (report.mode !== 'server') this.#modeBefore = report.mode
      const history = this.#history.peek().filter(({ at }) => report.at - at <= PLOT_SPAN_MS)
      this.#history.value = [...history, report]
    } finally {
      this.#isSampling = false
      const isOutdated = this.#isOutdated && !this.#isClosed
      this.#isOutdated = false
      if (isOutdated) void this.#sample()
    }
  }
}
