import type { Clock } from '@duet/base'
import { computed, effect, type ReadonlySignal } from '@preact/signals'
import type { AccountCall } from './account-call.ts'
import type { RingingPorts } from './ports.ts'

/** Milliseconds on, off, on; then a rest until it begins again. */
const VIBRATION = [400, 200, 400]
const VIBRATION_EVERY_MS = 2_200

export interface RingerOptions {
  current: ReadonlySignal<AccountCall | null>
  /** What the tab's title says while it rings. */
  title: ReadonlySignal<string>
  doNotDisturb: () => boolean
  ports: RingingPorts
  timers: Clock
}

type Ringing = 'in' | 'out' | 'no'

/**
 * Makes a call heard, felt and seen while it rings, and silences all of it in the same moment
 * in which it is over. Says that the page rings only when somebody may hear or see it.
 */
export class Ringer {
  readonly #options: RingerOptions
  readonly #stop: (() => void)[]

  constructor(options: RingerOptions) {
    this.#options = options
    const { current, ports } = options
    const ringing = computed((): Ringing => {
      const state = current.value?.state.value
      if (state?.name === 'incoming') return state.isAccepting ? 'no' : 'in'
      return state?.name === 'ringing' && state.isRinging ? 'out' : 'no'
    })
    const isLit = computed(() => {
      const state = current.value?.state.value
      return state !== undefined && state.name !== 'ended'
    })
    this.#stop = [
      effect(() => {
        const call = current.value
        if (ringing.value === 'out') return ports.sound.ringback()
        if (ringing.value === 'in' && call) return this.#ring(call)
      }),
      ports.keepAwake(isLit),
    ]
  }

  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
  }

  #ring(call: AccountCall): () => void {
    const { ports, timers, title, doNotDisturb } = this.#options
    if (doNotDisturb()) return () => {}
    let isTold = false
    const tell = () => {
      if (isTold) return
      isTold = true
      call.call.tellRinging()
    }
    const tellWhenSeen = () => {
      if (ports.isVisible()) tell()
    }
    tellWhenSeen()
    const shake = () => ports.vibrate(VIBRATION)
    shake()
    const stop = [
      ports.sound.ring(),
      ports.flashTitle(title),
      ports.onVisible(tellWhenSeen),
      timers.every(VIBRATION_EVERY_MS, shake),
      effect(() => {
        if (ports.sound.isUnlocked.value) tell()
      }),
    ]
    return () => {
      stop.forEach((end) => end())
      ports.vibrate([])
    }
  }
}
