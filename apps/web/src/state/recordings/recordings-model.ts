import type { Clock } from '@duet/base'
import { signal, type ReadonlySignal } from '@preact/signals'
import type { ApiFault } from '../../i18n/api-sentences.ts'
import { Submission } from '../people/submission.ts'
import type { Recording } from './recording.ts'
import type { RecordingKeys } from './recording-keys.ts'
import type { RecordingsApi } from './recordings-api.ts'

export type RecordingsState =
  | { name: 'loading' }
  | { name: 'ready'; recordings: readonly Recording[] }
  /** This server shows none now. */
  | { name: 'off' }
  | { name: 'failed'; fault: ApiFault }

export interface RecordingsOptions {
  api: Pick<RecordingsApi, 'list' | 'delete' | 'enter'>
  keys: Pick<RecordingKeys, 'all' | 'forget'>
  timers: Clock
  /** True when the page can't be seen. */
  isHidden: () => boolean
}

/** While something is being made, the server is asked so often, in milliseconds. */
const ASK_AGAIN_MS = 2_000

/** The server lets files be fetched for twelve hours after it saw the key; playing takes some of them. */
const ENTERED_MS = 3_600_000

/** The recordings of who is logged in, and those whose keys this browser keeps. */
export class RecordingsModel {
  readonly state: ReadonlySignal<RecordingsState>
  readonly deletion = new Submission()
  /** When the list was heard, by the wall clock. */
  readonly now: ReadonlySignal<number>
  readonly #state = signal<RecordingsState>({ name: 'loading' })
  readonly #now
  readonly #options: RecordingsOptions
  /** Since when files of each can be fetched without its key. */
  readonly #entered = new Map<string, number>()
  #asked = 0
  #cancel = () => {}

  constructor(options: RecordingsOptions) {
    this.#options = options
    this.#now = signal(options.timers.now())
    this.state = this.#state
    this.now = this.#now
    void this.load()
  }

  /** Asks; what was heard before stays until the answer is there. Never rejects. */
  async load(): Promise<void> {
    const { api, keys, timers } = this.#options
    const asked = ++this.#asked
    this.#cancel()
    if (this.#state.peek().name === 'failed') this.#state.value = { name: 'loading' }
    const result = await api.list(keys.all)
    if (asked !== this.#asked) return
    this.#now.value = timers.now()
    if (result.ok) {
      const { isOffered, recordings, missing } = result.value
      for (const id of missing) keys.forget(id)
      this.#state.value = isOffered ? { name: 'ready', recordings } : { name: 'off' }
    } else if (this.#state.peek().name !== 'ready') {
      this.#state.value = { name: 'failed', fault: result.fault }
    }
    if (this.#isSomethingMade()) this.#askAgain()
  }

  /** The key of a recording; undefined when the login opens it. */
  keyOf({ id }: Recording): string | undefined {
    return this.#options.keys.all.find((each) => each.id === id)?.key
  }

  /** Whether its files can be fetched at once. */
  isEntered(recording: Recording): boolean {
    if (this.keyOf(recording) === undefined) return true
    const enteredAt = this.#entered.get(recording.id) ?? -Infinity
    return this.#options.timers.now() - enteredAt < ENTERED_MS
  }

  /** Lets its files be fetched. Never rejects: what can't be fetched says so itself. */
  async enter(recording: Recording): Promise<void> {
    const { api, timers } = this.#options
    const key = this.keyOf(recording)
    if (key === undefined || this.isEntered(recording)) return
    const result = await api.enter(recording.id, key)
    if (result.ok) this.#entered.set(recording.id, timers.now())
  }

  /** True when it is gone; the fault is in `deletion`. */
  async delete(recording: Recording): Promise<boolean> {
    const { api, keys } = this.#options
    const key = this.keyOf(recording)
    let isFound = true
    const isGone = await this.deletion.run(async () => {
      const result = await api.delete(recording.id, key)
      isFound = result.ok || result.fault.code !== 'not-found'
      return isFound ? result : { ok: true, value: undefined }
    })
    if (!isGone) return false
    if (isFound) keys.forget(recording.id)
    // The other person was faster, or this server shows none now: the list says which.
    else void this.load()
    this.#entered.delete(recording.id)
    const state = this.#state.peek()
    if (state.name === 'ready') {
      const recordings = state.recordings.filter(({ id }) => id !== recording.id)
      this.#state.value = { name: 'ready', recordings }
    }
    return true
  }

  /** Asks no more. Idempotent. */
  close(): void {
    this.#asked += 1
    this.#cancel()
  }

  #askAgain(): void {
    this.#cancel = this.#options.timers.after(ASK_AGAIN_MS, () => {
      if (this.#options.isHidden()) this.#askAgain()
      else void this.load()
    })
  }

  #isSomethingMade(): boolean {
    const state = this.#state.peek()
    if (state.name !== 'ready') return false
    return state.recordings.some(({ state: each }) => each === 'recording' || each === 'merging')
  }
}
