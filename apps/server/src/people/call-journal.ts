import { messageOf, type Logger } from '@duet/base'
import type { CallId, CallInfo, CallJournalEntry, UserId } from '@duet/rules'
import type { Retrier } from './retrier.ts'
import type { PeopleStores } from './stores.ts'

export interface CallJournalOptions {
  calls: PeopleStores['calls']
  retrier: Retrier
  logger: Logger
  /** The history of these users has another call, or another end of one. */
  onKept: (users: readonly UserId[]) => void
}

/** A call whose end is not kept yet. */
interface OpenCall {
  /** What is being kept of it, in order; false: its beginning was not. */
  tail: Promise<boolean>
  /** Its callee is not to know of it. */
  isHidden: boolean
}

/** Brings calls into the history, each in the order in which things happened. */
export class CallJournal {
  readonly #options: CallJournalOptions
  readonly #open = new Map<CallId, OpenCall>()

  constructor(options: CallJournalOptions) {
    this.#options = options
  }

  /** Whether this server is keeping the call. */
  has(call: CallId): boolean {
    return this.#open.has(call)
  }

  /** Resolves whether it was kept; a call that could not be begun leaves nothing. */
  begin(info: CallInfo, isHidden: boolean): Promise<boolean> {
    const { calls, logger } = this.#options
    // Over from the beginning: what goes on can't be taken out of a history.
    const end = isHidden
      ? { endedAt: info.startedAt, reason: 'offline' as const }
      : { endedAt: null, reason: null }
    const begin = async (): Promise<boolean> => {
      try {
        await calls.begin({ ...info, ...end, answeredAt: null, text: null, endedBy: null })
        if (isHidden) await calls.forget(info.callee, info.id)
        return true
      } catch (error) {
        logger.warn('a call was not begun', { call: info.id, error: messageOf(error) })
        return false
      }
    }
    const tail = begin()
    this.#open.set(info.id, { tail, isHidden })
    return tail
  }

  /** Resolves when what was noted of the call so far is kept, or given up; undefined: it is. */
  kept(call: CallId): Promise<unknown> | undefined {
    return this.#open.get(call)?.tail
  }

  /** Takes a call that another run of the server began. */
  adopt(call: CallId): void {
    this.#open.set(call, { tail: Promise.resolve(true), isHidden: false })
  }

  /** Keeps what came after the beginning, now or when the database is back. */
  note(entry: Exclude<CallJournalEntry, { type: 'begun' }>): void {
    const open = this.#open.get(entry.call.id)
    if (!open) return
    open.tail = open.tail.then((isBegun) => isBegun && this.#keep(entry))
    if (entry.type === 'ended') void this.#conclude(entry.call, open)
  }

  /** Resolves when everything is kept, or given up. */
  async settled(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ tail }) => tail))
  }

  async #conclude({ id, caller, callee }: CallInfo, open: OpenCall): Promise<void> {
    const isKept = await open.tail
    this.#open.delete(id)
    if (isKept) this.#options.onKept(open.isHidden ? [caller] : [caller, callee])
  }

  #keep(entry: Exclude<CallJournalEntry, { type: 'begun' }>): Promise<boolean> {
    const { calls, retrier } = this.#options
    const { id } = entry.call
    if (entry.type === 'answered') {
      return retrier.run('an accept is kept', () => calls.answer(id, entry.at))
    }
    const { at, reason, text, by } = entry
    const end = {
      endedAt: at,
      reason,
      ...(text === undefined ? {} : { text }),
      ...(by === undefined ? {} : { endedBy: by }),
    }
    return retrier.run('the end of a call is kept', () => calls.end(id, end))
  }
}
