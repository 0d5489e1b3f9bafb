import type { Clock } from '@duet/base'
import type { PathReport } from '@duet/client'
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import type { CastEntry } from './cast-entry.ts'

/** A relayed path may become direct at any moment, which is to be said soon. */
const SAMPLE_INTERVAL_MS = 2_000

/** Longer than any path takes that can be had, in milliseconds. */
const STUCK_AFTER_MS = 15_000

/** Nothing that is cast goes through the media server. */
type CastMode = 'direct' | 'relay'

/** The way to the TV: direct or relayed, or not found. */
export class CastPath {
  /** Null while it is not known. */
  readonly mode: ReadonlySignal<CastMode | null>
  /** True when the TV is there, and still no way to it was found. */
  readonly isStuck: ReadonlySignal<boolean>
  readonly #mode = signal<CastMode | null>(null)
  readonly #isStuck = signal(false)
  readonly #stop: (() => void)[]

  constructor(entry: CastEntry, clock: Clock) {
    this.mode = this.#mode
    this.isStuck = this.#isStuck
    const isConnecting = computed(() => {
      const state = entry.state.value
      return state.name === 'showing' && !state.isConnected
    })
    const isOpen = computed(() => {
      const state = entry.state.value
      return state.name === 'paused' || (state.name === 'showing' && state.isConnected)
    })
    this.#stop = [
      effect(() => {
        this.#isStuck.value = false
        if (!isConnecting.value) return
        return clock.after(STUCK_AFTER_MS, () => (this.#isStuck.value = true))
      }),
      effect(() => {
        this.#mode.value = null
        if (!isOpen.value) return
        let isOver = false
        const sample = async () => {
          const report = await entry.sender?.sample()
          if (!isOver) this.#mode.value = modeOf(report)
        }
        void sample()
        const cancel = clock.every(SAMPLE_INTERVAL_MS, () => void sample())
        return () => {
          isOver = true
          cancel()
        }
      }),
    ]
  }

  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
  }
}

function modeOf(report: PathReport | null | undefined): CastMode | null {
  const mode = report?.mode
  return mode === 'direct' || mode === 'relay' ? mode : null
}
