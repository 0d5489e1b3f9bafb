import type { CallId, UserId } from '@duet/rules'
import type { AccountStore } from '../store/account-store.ts'
import type { CallRecord, CallStore } from '../store/call-store.ts'

/** A call as the history of one user shows it. */
export interface HistoryCall extends Omit<CallRecord, 'endedBy'> {
  isMissed: boolean
  /** The other one; without a name when its account is gone. */
  with: { id: UserId; name: string; displayName: string }
}

/** Whether this user was called and did not take part. */
function isMissed(call: CallRecord, user: UserId): boolean {
  const isUnanswered = call.callee === user && call.answeredAt === null
  return isUnanswered && call.reason !== null && call.reason !== 'declined'
}

/** Reads calls of one user and says with whom they were. */
export class History {
  readonly #accounts: AccountStore
  readonly #calls: CallStore

  constructor(accounts: AccountStore, calls: CallStore) {
    this.#accounts = accounts
    this.#calls = calls
  }

  async page(user: UserId, page: { before?: number; limit: number }): Promise<HistoryCall[]> {
    return this.#named(await this.#calls.callsOf(user, page), user)
  }

  async one(user: UserId, id: CallId): Promise<HistoryCall | undefined> {
    const call = await this.#calls.callOf(user, id)
    return call && (await this.#named([call], user))[0]
  }

  async #named(calls: readonly CallRecord[], user: UserId): Promise<HistoryCall[]> {
    const ids = new Set(calls.map((call) => otherOf(call, user)))
    const found = await Promise.all([...ids].map((id) => this.#accounts.userById(id)))
    const users = new Map(found.flatMap((other) => (other ? [[other.id, other] as const] : [])))
    return calls.map((call) => {
      const id = otherOf(call, user)
      const { name = '', displayName = '' } = users.get(id) ?? {}
      const { endedBy: _, ...shown } = call
      return { ...shown, isMissed: isMissed(call, user), with: { id, name, displayName } }
    })
  }
}

function otherOf({ caller, callee }: CallRecord, user: UserId): UserId {
  return caller === user ? callee : caller
}
