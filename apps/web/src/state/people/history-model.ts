import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { CallId } from '@duet/protocol'
import type { ApiClient } from './api-client.ts'
import type { HistoryCall } from './api-types.ts'
import type { LoadState } from './conversation-model.ts'
import type { PhonePort } from './phone-port.ts'
import { Submission } from './submission.ts'

export const CALL_FILTERS = ['all', 'missed', 'incoming', 'outgoing'] as const
export type CallFilter = (typeof CALL_FILTERS)[number]

/** Calls that are asked for at once. */
const PAGE_LENGTH = 50

/** The history of calls. */
export class HistoryModel {
  readonly calls: ReadonlySignal<readonly HistoryCall[]>
  readonly load: ReadonlySignal<LoadState>
  readonly hasMore: ReadonlySignal<boolean>
  readonly filter = signal<CallFilter>('all')
  /** The calls that the filter lets through. */
  readonly shown: ReadonlySignal<readonly HistoryCall[]>
  readonly deletion = new Submission()
  readonly more = new Submission()
  readonly #calls = signal<readonly HistoryCall[]>([])
  readonly #load = signal<LoadState>({ name: 'loading' })
  readonly #hasMore = signal(false)
  readonly #api: ApiClient
  readonly #stop: () => void
  #asked = 0
  #missedSaid = false

  constructor(phone: PhonePort, api: ApiClient) {
    this.#api = api
    this.calls = this.#calls
    this.load = this.#load
    this.hasMore = this.#hasMore
    this.shown = computed(() => {
      const filter = this.filter.value
      return this.#calls.value.filter((call) => passes(call, filter))
    })
    this.#stop = phone.on('history', () => void this.open())
    void this.open()
  }

  /** Asks for the latest calls; those that were missed count as seen from now on. */
  async open(): Promise<void> {
    const asked = ++this.#asked
    const result = await this.#api.calls({ limit: PAGE_LENGTH })
    if (asked !== this.#asked) return
    if (!result.ok) {
      if (this.#calls.peek().length === 0)
        this.#load.value = { name: 'failed', fault: result.fault }
      return
    }
    const { calls } = result.value
    this.#calls.value = calls
    this.#hasMore.value = calls.length === PAGE_LENGTH
    this.#load.value = { name: 'ready' }
    // Once for each change: being told that they were seen is a change as well.
    const hasMissed = calls.some(({ isMissed }) => isMissed)
    if (hasMissed && !this.#missedSaid) {
      this.#missedSaid = true
      await this.#api.callsSeen()
    } else this.#missedSaid = false
  }

  /** Asks for calls before the oldest one here. */
  async showMore(): Promise<void> {
    const last = this.#calls.peek().at(-1)
    if (!last) return
    const asked = this.#asked
    const done = await this.more.run(() =>
      this.#api.calls({ before: last.startedAt, limit: PAGE_LENGTH }),
    )
    if (!done || asked !== this.#asked) return
    const known = new Set(this.#calls.peek().map(({ id }) => id))
    const fresh = done.value.calls.filter(({ id }) => !known.has(id))
    this.#calls.value = [...this.#calls.peek(), ...fresh]
    this.#hasMore.value = done.value.calls.length === PAGE_LENGTH
  }

  /** Resolves with whether it is gone. */
  async delete(id: CallId): Promise<boolean> {
    const done = await this.deletion.run(() => this.#api.deleteCall(id))
    if (done) this.#calls.value = this.#calls.peek().filter((call) => call.id !== id)
    return done !== undefined
  }

  async deleteAll(): Promise<boolean> {
    const done = await this.deletion.run(() => this.#api.deleteCalls())
    if (done) {
      this.#calls.value = []
      this.#hasMore.value = false
    }
    return done !== undefined
  }

  close(): void {
    this.#stop()
  }
}

/** Whether this user placed the call. */
export function isOutgoing(call: HistoryCall): boolean {
  return call.callee === call.with.id
}

function passes(call: HistoryCall, filter: CallFilter): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'missed':
      return call.isMissed
    case 'incoming':
      return !isOutgoing(call)
    case 'outgoing':
      return isOutgoing(call)
  }
}
