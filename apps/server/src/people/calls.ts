import { messageOf, type CancelTimer, type Clock, type Logger } from '@duet/base'
import { RING_MS } from '@duet/protocol'
import {
  nextPersons,
  othersConcerned,
  type CallId,
  type CallInfo,
  type CallJournalEntry,
  type PersonEvent,
  type RoomPolicy,
  type RunningCall,
  type UserId,
} from '@duet/rules'
import type { Hub } from '../hub/hub.ts'
import type { PeopleHub } from '../hub/people-hub.ts'
import { CallJournal } from './call-journal.ts'
import { InterruptedCalls } from './interrupted-calls.ts'
import { KEEP_PATIENCE_MS } from './limits.ts'
import { LegWatch } from './leg-watch.ts'
import type { Retrier } from './retrier.ts'
import type { PeopleStores } from './stores.ts'
import type { Wake } from './wake.ts'

export interface CallsOptions {
  people: PeopleHub
  rooms: Hub
  calls: PeopleStores['calls']
  wake: Wake
  retrier: Retrier
  clock: Clock
  logger: Logger
  /** The history of these users has another call, or another end of one. */
  onKept: (users: readonly UserId[]) => void
}

type PlaceEvent = Extract<PersonEvent, { type: 'place' }>

/** Calls between users: what the core does not do, being pure. Timers, history, legs and pushes. */
export class Calls {
  readonly #options: CallsOptions
  readonly #journal: CallJournal
  readonly #interrupted: InterruptedCalls
  readonly #legs: LegWatch
  /** What is being rung, and how to stop waiting for an answer. */
  readonly #ringing = new Map<CallId, CancelTimer>()

  constructor(options: CallsOptions) {
    this.#options = options
    const { calls, retrier, clock, logger, onKept } = options
    this.#journal = new CallJournal({ calls, retrier, logger, onKept })
    this.#legs = new LegWatch(options.rooms, ({ caller, ...seats }) => {
      void this.apply({ type: 'seats', user: caller, ...seats, at: clock.now() })
    })
    this.#interrupted = new InterruptedCalls({
      calls,
      journal: this.#journal,
      retrier,
      clock,
      onEnded: (entry) => this.#note(entry),
      onDeadline: (restored) => {
        for (const { id: call, caller: user } of restored) {
          void this.apply({ type: 'rejoin-timeout', user, call, at: clock.now() })
        }
      },
    })
  }

  /** Timers and watched rooms; for tests. */
  get load(): number {
    return this.#ringing.size + this.#legs.size
  }

  /** Lets something happen to a person; resolves whether it did. */
  apply(event: PersonEvent): Promise<boolean> | undefined {
    const { people, logger } = this.#options
    return people
      .update({
        user: event.user,
        others: (person) => othersConcerned(person, event),
        apply: (persons) => nextPersons(persons, event),
        onJournal: (entry) => this.#note(entry),
      })
      ?.then(
        () => true,
        (error: unknown) => {
          logger.error('a person was not updated', { event: event.type, error: messageOf(error) })
          return false
        },
      )
  }

  /**
   * Begins a call. Undefined: nothing was begun. Otherwise whether the history has it.
   * isHidden: the callee blocked the caller, who is to believe that nobody is there.
   */
  async place(event: PlaceEvent, isHidden: boolean): Promise<boolean | undefined> {
    const { people, wake, clock } = this.#options
    const { user, to, call: id } = event
    let begun: Promise<boolean> | undefined
    await people.update({
      user,
      others: (person) => {
        const others = othersConcerned(person, event)
        const isWithCallee = person?.call?.caller === to || person?.call?.callee === to
        return isHidden && !isWithCallee ? others.filter((other) => other !== to) : others
      },
      apply: (persons) => nextPersons(persons, event),
      onJournal: (entry) => {
        if (entry.type === 'begun') begun = this.#journal.begin(entry.call, isHidden)
        else this.#note(entry)
      },
    })
    const call = people.person(user)?.call
    if (call?.id === id && call.stage.name === 'ringing') {
      const timeOut = () => this.apply({ type: 'ring-timeout', user, call: id, at: clock.now() })
      this.#ringing.set(
        id,
        clock.after(RING_MS, () => void timeOut()),
      )
      wake.ring(call)
    }
    return begun
  }

  /**
   * Ends or declines a call; resolves when the history has it, so that who asked for it can
   * rely on the answer. The other side does not wait.
   */
  async conclude(event: Extract<PersonEvent, { type: 'end' | 'decline' }>): Promise<void> {
    await this.apply(event)
    const kept = this.#journal.kept(event.call)
    if (!kept || this.#runningCall(event.user, event.call)) return
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(KEEP_PATIENCE_MS, resolve)
      void kept.then(() => {
        cancel()
        resolve()
      })
    })
  }

  /** Takes a call up again that this server, or the one before it, has; rejects with a StoreError. */
  async rejoin(
    event: Extract<PersonEvent, { type: 'rejoin' }>,
    leg: number | undefined,
  ): Promise<void> {
    const { user, call: id } = event
    if (this.#runningCall(user, id) === undefined) {
      await this.#interrupted.ready()
      const call = this.#interrupted.callOf(user, id)
      if (call && leg !== undefined) await this.#restore(call, leg)
      else if (call?.caller === user && call.answeredAt === null) this.#interrupted.giveUp(call)
    }
    await this.apply(event)
  }

  /** The policy of a leg's room for this user; undefined: it may not enter. Rejects with a StoreError. */
  legPolicy(
    user: UserId,
    id: CallId,
    leg: number,
  ): RoomPolicy | undefined | Promise<RoomPolicy | undefined> {
    const call = this.#runningCall(user, id)
    if (call) return isLegOf(call, leg) ? this.#legs.policyOf(call, leg) : undefined
    const policyOfInterrupted = () => {
      const interrupted = this.#interrupted.callOf(user, id)
      return interrupted && this.#legs.policyOf(interrupted, leg)
    }
    if (this.#interrupted.isRead) return policyOfInterrupted()
    return this.#interrupted.ready().then(policyOfInterrupted)
  }

  /** Ends nothing: the media of these calls goes on. Resolves when the history is kept. */
  async close(): Promise<void> {
    this.#interrupted.close()
    for (const cancel of this.#ringing.values()) cancel()
    this.#ringing.clear()
    this.#legs.close()
    await this.#journal.settled()
  }

  #runningCall(user: UserId, id: CallId): RunningCall | undefined {
    const call = this.#options.people.person(user)?.call
    return call?.id === id ? call : undefined
  }

  async #restore(call: CallInfo, leg: number): Promise<void> {
    const { caller: user, id, callee, media, startedAt } = call
    const info: CallInfo = { id, caller: user, callee, media, startedAt }
    await this.apply({ type: 'restore', user, call: info, leg })
    const record = this.#interrupted.callOf(user, id)
    if (!record || !this.#runningCall(user, id)) return
    this.#interrupted.restored(record)
    // Its rooms may have been entered before.
    this.#legs.tellAgain(id)
  }

  #note(entry: CallJournalEntry): void {
    if (entry.type === 'begun') return
    const { call } = entry
    const cancel = this.#ringing.get(call.id)
    if (cancel) {
      cancel()
      this.#ringing.delete(call.id)
      this.#options.wake.over(call, entry.type === 'answered' ? 'answered' : entry.reason)
    }
    if (entry.type === 'ended') this.#legs.forget(call.id)
    this.#journal.note(entry)
  }
}

function isLegOf({ stage }: RunningCall, leg: number): boolean {
  return stage.name === 'ringing' ? leg < stage.nextLeg : leg === stage.leg
}
