import type { Clock } from '@duet/base'
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import { DeviceChecks } from './device-checks.ts'
import { runNetworkChecks, type NetworkResult } from './network-checks.ts'
import type { DevicePorts, NetworkPorts } from './ports.ts'
import {
  CHECK_GROUPS,
  CHECK_IDS,
  untried,
  type CheckId,
  type CheckState,
  type CheckVerdict,
} from './verdict.ts'

export interface CheckModelOptions {
  network: NetworkPorts
  devices: DevicePorts
  clock: Clock
}

/** How far the checks are; those of the device count once they were begun. */
export interface CheckProgress {
  isRunning: boolean
  done: number
  total: number
  failed: number
}

const WAITING: CheckState = { name: 'waiting' }

/** The page that tries everything a call needs. */
export class CheckModel {
  readonly devices: DeviceChecks
  readonly progress: ReadonlySignal<CheckProgress>
  /** What the server said of itself and this browser; for the report. */
  readonly result: ReadonlySignal<NetworkResult | undefined>
  readonly #options: CheckModelOptions
  readonly #result = signal<NetworkResult | undefined>(undefined)
  readonly #states: ReadonlyMap<CheckId, Signal<CheckState>>
  #run = 0

  constructor(options: CheckModelOptions) {
    this.#options = options
    this.#states = new Map(CHECK_IDS.map((id) => [id, signal<CheckState>(WAITING)]))
    this.result = this.#result
    this.progress = computed(() => this.#progress())
    this.devices = new DeviceChecks(options.devices, {
      clock: options.clock,
      begin: (id) => this.#set(id, { name: 'running' }),
      tell: (id, verdict) => this.#set(id, { name: 'done', verdict }),
    })
  }

  stateOf(id: CheckId): CheckState {
    return this.#states.get(id)?.value ?? WAITING
  }

  /** Tries everything but what needs a person. */
  async start(): Promise<void> {
    const run = ++this.#run
    const tell = (id: CheckId, verdict: CheckVerdict): void => {
      if (run === this.#run) this.#set(id, { name: 'done', verdict })
    }
    for (const id of NETWORK_IDS) this.#set(id, { name: 'running' })
    if (!this.#options.network.abilities().isSecure) {
      tell('camera', untried('needs-secure'))
      tell('microphone', untried('needs-secure'))
    }
    const result = await runNetworkChecks(this.#options.network, tell)
    if (run === this.#run) this.#result.value = result
  }

  /** Lets go of everything. Final and idempotent. */
  close(): void {
    this.#run += 1
    this.devices.close()
  }

  #set(id: CheckId, state: CheckState): void {
    const kept = this.#states.get(id)
    if (kept) kept.value = state
  }

  #progress(): CheckProgress {
    const states = CHECK_IDS.map((id) => this.stateOf(id))
    const begun = states.filter(({ name }) => name !== 'waiting')
    const done = begun.flatMap((state) => (state.name === 'done' ? [state.verdict] : []))
    return {
      isRunning: NETWORK_IDS.some((id) => this.stateOf(id).name === 'running'),
      done: done.length,
      total: begun.length,
      failed: done.filter(({ kind }) => kind === 'fails').length,
    }
  }
}

const NETWORK_IDS: readonly CheckId[] = [
  ...CHECK_GROUPS.server,
  ...CHECK_GROUPS.calls,
  ...CHECK_GROUPS.network,
]
