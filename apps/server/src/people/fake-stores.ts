import type { CallId, UserId } from '@duet/rules'
import type { User } from '../store/account-store.ts'
import type { CallRecord } from '../store/call-store.ts'
import type { Conversation, Message } from '../store/message-store.ts'
import type { Relation } from '../store/people-store.ts'
import { StoreError } from '../store/store-error.ts'
import type { PeopleStores } from './stores.ts'

/** A user as tests need it. */
export function userOf(id: UserId, changes: Partial<User> = {}): User {
  return {
    id,
    name: `user${String(id).padStart(4, '0')}`,
    displayName: '',
    isAdministrator: false,
    doNotDisturb: false,
    createdAt: 0,
    lastSeenAt: null,
    ...changes,
  }
}

/** What the switchboard keeps, in memory, and lost at will. For tests. */
export class FakeStores implements PeopleStores {
  readonly users: Map<UserId, User>
  readonly relations = new Map<UserId, Map<UserId, Relation>>()
  readonly kept: (Message & { clientId: string })[] = []
  readonly history = new Map<CallId, CallRecord & { forgottenBy: Set<UserId> }>()
  readonly values = new Map<string, string>()
  readonly #readUpTo = new Map<string, number>()
  /** Nothing can be read or kept. */
  isLost = false
  /** Set: whatever is asked waits until it is resolved. */
  gate: Promise<void> | undefined

  constructor(users: User[]) {
    this.users = new Map(users.map((user) => [user.id, user]))
  }

  relate(one: UserId, other: UserId, changes: Partial<Relation>): void {
    const own = this.relations.get(one) ?? new Map<UserId, Relation>()
    this.relations.set(one, own)
    const before = own.get(other) ?? { contact: null, blocks: false, isBlocked: false }
    own.set(other, { ...before, ...changes, userId: other })
  }

  block(one: UserId, other: UserId): void {
    this.relate(one, other, { blocks: true })
    this.relate(other, one, { isBlocked: true })
  }

  readonly accounts: PeopleStores['accounts'] = {
    users: () => this.#do(() => [...this.users.values()]),
    updateUser: (id, changes) =>
      this.#do(() => {
        const user = { ...(this.users.get(id) ?? userOf(id)), ...changes }
        this.users.set(id, user)
        return user
      }),
  }

  readonly people: PeopleStores['people'] = {
    relationsOf: (user) => this.#do(() => [...(this.relations.get(user)?.values() ?? [])]),
  }

  readonly messages: PeopleStores['messages'] = {
    add: ({ from, to, body, sentAt, clientId }) =>
      this.#do(() => {
        const known = this.kept.find((each) => each.from === from && each.clientId === clientId)
        const message = known ?? { id: this.kept.length + 1, from, to, body, sentAt, clientId }
        if (!known) this.kept.push(message)
        const { clientId: _, ...plain } = message
        return { message: plain, isNew: !known }
      }),
    conversationsOf: (user) =>
      this.#do(() => {
        const conversations = new Map<UserId | null, Conversation>()
        for (const message of this.kept) {
          const { from, to } = message
          if (to !== null && from !== user && to !== user) continue
          const other = to === null ? null : from === user ? to : from
          const unread = this.#unreadOf(user, other)
          conversations.set(other, { with: other, last: message, unread })
        }
        return [...conversations.values()]
      }),
    markRead: (user, other, upTo) =>
      this.#do(() => {
        const key = `${user}/${other}`
        this.#readUpTo.set(key, Math.max(upTo, this.#readUpTo.get(key) ?? 0))
        return this.#unreadOf(user, other)
      }),
  }

  readonly calls: PeopleStores['calls'] = {
    begin: (call) =>
      this.#do(() => void this.history.set(call.id, { ...call, forgottenBy: new Set() })),
    answer: (id, answeredAt) => this.#do(() => void Object.assign(this.#call(id), { answeredAt })),
    end: (id, { endedAt, reason, text, endedBy }) =>
      this.#do(() => {
        const call = this.#call(id)
        if (call.endedAt !== null) return
        Object.assign(call, { endedAt, reason, text: text ?? null, endedBy: endedBy ?? null })
      }),
    forget: (user, id) =>
      this.#do(() => {
        for (const call of this.history.values()) {
          const isMeant = id === undefined || call.id === id
          if (isMeant && call.endedAt !== null) call.forgottenBy.add(user)
        }
      }),
    unended: () =>
      this.#do(() => [...this.history.values()].filter(({ endedAt }) => endedAt === null)),
    missedCount: (user) =>
      this.#do(
        () =>
          [...this.history.values()].filter(
            (call) =>
              call.callee === user &&
              call.answeredAt === null &&
              call.endedAt !== null &&
              call.reason !== 'declined' &&
              !call.forgottenBy.has(user),
          ).length,
      ),
  }

  readonly settings: PeopleStores['settings'] = {
    get: (name) => this.#do(() => this.values.get(name)),
  }

  #call(id: CallId): CallRecord & { forgottenBy: Set<UserId> } {
    const call = this.history.get(id)
    if (!call) throw new StoreError('not-found', 'no such call')
    return call
  }

  #unreadOf(user: UserId, other: UserId | null): number {
    const upTo = this.#readUpTo.get(`${user}/${other}`) ?? 0
    return this.kept.filter(({ id, from, to }) => {
      if (id <= upTo || from === user) return false
      return other === null ? to === null : from === other && to === user
    }).length
  }

  async #do<Result>(task: () => Result): Promise<Result> {
    await this.gate
    if (this.isLost) throw new StoreError('unavailable', 'the disk is gone')
    return task()
  }
}
