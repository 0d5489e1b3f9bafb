import type { CancelTimer, Clock } from '@duet/base'
import type { CallId, CallInfo, CallJournalEntry, UserId } from '@duet/rules'
import type { CallRecord } from '../store/call-store.ts'
import type { CallJournal } from './call-journal.ts'
import { REJOIN_MS } from './limits.ts'
import type { Retrier } from './retrier.ts'
import type { PeopleStores } from './stores.ts'

export interface InterruptedCallsOptions {
  calls: PeopleStores['calls']
  journal: CallJournal
  retrier: Retrier
  clock: Clock
  /** Nobody took it up again. */
  onEnded: (entry: CallJournalEntry) => void
  /** The time of those that were taken up again is over, too. */
  onDeadline: (restored: readonly CallInfo[]) => void
}

/**
 * Calls that never got an end, for a server died meanwhile: their media may go on. For a while
 * their devices may take them up again (K11); after it they are lost.
 */
export class InterruptedCalls {
  readonly #options: InterruptedCallsOptions
  readonly #calls = new Map<CallId, CallRecord>()
  readonly #restored: CallInfo[] = []
  readonly #cancel: CancelTimer
  #isRead = false
  #reading: Promise<void> | undefined
  #isOver = false

  constructor(options: InterruptedCallsOptions) {
    this.#options = options
    this.#cancel = options.clock.after(REJOIN_MS, () => void this.#end())
    // A database that is away now is asked again by whoever needs to know.
    this.ready().catch(() => undefined)
  }

  get isRead(): boolean {
    return this.#isRead
  }

  /** Rejects with a StoreError; the next call tries again. */
  async ready(): Promise<void> {
    if (this.#isRead) return
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    await this.#reading
  }

  /** A call of this user that waits to be taken up again. */
  callOf(user: UserId, id: CallId): CallRecord | undefined {
    const call = this.#calls.get(id)
    return call && (call.caller === user || call.callee === user) ? call : undefined
  }

  /** It goes on: the journal keeps its end. */
  restored(call: CallRecord): void {
    this.#calls.delete(call.id)
    this.#restored.push(call)
    this.#options.journal.adopt(call.id)
    // The accept was told, and not yet kept when the server died.
    if (call.answeredAt === null) {
      this.#options.journal.note({ type: 'answered', call, at: call.startedAt })
    }
  }

  /** Its caller says that it was never accepted: there is nothing to take up again. */
  giveUp(call: CallRecord): void {
    if (!this.#calls.delete(call.id)) return
    const { journal, clock, onEnded } = this.#options
    journal.adopt(call.id)
    onEnded({ type: 'ended', call, wasAnswered: false, at: clock.now(), reason: 'lost' })
  }

  close(): void {
    this.#cancel()
  }

  async #read(): Promise<void> {
    const { calls, journal } = this.#options
    for (const call of await calls.unended()) {
      if (!journal.has(call.id)) this.#calls.set(call.id, call)
    }
    this.#isRead = true
    if (this.#isOver) this.#endAll()
  }

  async #end(): Promise<void> {
    this.#isOver = true
    this.#options.onDeadline(this.#restored.splice(0))
    if (this.#isRead) this.#endAll()
    else await this.#options.retrier.run('interrupted calls are read', () => this.ready())
  }

  #endAll(): void {
    const { journal, clock, onEnded } = this.#options
    for (const call of this.#calls.values()) {
      const wasAnswered = call.answeredAt !== null
      journal.adopt(call.id)
      onEnded({ type: 'ended', call, wasAnswered, at: clock.now(), reason: 'lost' })
    }
    this.#calls.clear()
  }
}
