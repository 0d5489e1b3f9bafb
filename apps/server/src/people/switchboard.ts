import { messageOf, type Clock, type Logger } from '@duet/base'
import type { CallId, CallRefusal, RoomPolicy, UserId } from '@duet/rules'
import { BoundedBuckets } from '../bounds/bounded-buckets.ts'
import type { Hub } from '../hub/hub.ts'
import type { PeopleHub, PresenceChange } from '../hub/people-hub.ts'
import type { User } from '../store/account-store.ts'
import { AttendingDevice, type DeviceServices } from './attending-device.ts'
import { Calls } from './calls.ts'
import { Desk } from './desk.ts'
import { Directory } from './directory.ts'
import { CLOSE_MS, PEOPLE_LIMITS, type PeopleLimits } from './limits.ts'
import { Messages } from './messages.ts'
import {
  TooManyDevicesError,
  type DeviceOptions,
  type DeviceStay,
  type Overview,
  type People,
  type SeenPerson,
  type SignOut,
} from './people.ts'
import { Outlook } from './outlook.ts'
import { Pacer } from './person-feed.ts'
import { Retrier } from './retrier.ts'
import type { PeopleMode, Sight } from './sight.ts'
import type { PeopleStores } from './stores.ts'
import { NO_WAKE, type Wake } from './wake.ts'
import { WritingToAll } from './writing-to-all.ts'

export interface SwitchboardOptions {
  people: PeopleHub
  /** Where the rooms of legs are. */
  rooms: Hub
  stores: PeopleStores
  mode: PeopleMode
  clock: Clock
  logger: Logger
  wake?: Wake
  limits?: PeopleLimits
}

/** Presence, calls and messages of users, on top of the core, the hub and the store. */
export class Switchboard implements People {
  readonly #options: SwitchboardOptions
  readonly #limits: PeopleLimits
  readonly #wake: Wake
  readonly #directory: Directory
  readonly #outlook: Outlook
  readonly #retrier: Retrier
  readonly #pacer: Pacer
  readonly #calls: Calls
  readonly #messages: Messages
  readonly #services: DeviceServices
  readonly #desks = new Map<UserId, Desk>()
  /** Not of desks, which whoever comes and goes has new ones of. */
  readonly #callRates: BoundedBuckets
  readonly #messageRates: BoundedBuckets
  readonly #signOutListeners = new Set<(signOut: SignOut) => void>()
  readonly #writingToAll: WritingToAll
  readonly #unwatch: () => void
  /** As it was when it was last needed. */
  #mayAllWrite = true
  #deviceCount = 0
  #isClosed = false

  constructor(options: SwitchboardOptions) {
    const { people, rooms, stores, clock, logger } = options
    this.#options = options
    this.#limits = options.limits ?? PEOPLE_LIMITS
    this.#wake = options.wake ?? NO_WAKE
    this.#directory = new Directory(stores.accounts)
    this.#outlook = new Outlook(options.mode, this.#directory)
    this.#writingToAll = new WritingToAll(stores.settings)
    this.#retrier = new Retrier(clock, logger)
    this.#pacer = new Pacer(clock)
    this.#callRates = new BoundedBuckets(this.#limits.userCallRate, clock)
    this.#messageRates = new BoundedBuckets(this.#limits.userMessageRate, clock)
    this.#calls = new Calls({
      people,
      rooms,
      calls: stores.calls,
      wake: this.#wake,
      retrier: this.#retrier,
      clock,
      logger,
      onKept: (users) => users.forEach((user) => this.historyChanged(user)),
    })
    this.#messages = new Messages({
      stores,
      clock,
      deskOf: (user) => this.#desks.get(user),
      audienceOf: (user) => this.#audienceOf(user),
      reachOf: (desk, to) => this.#outlook.reachOf(desk, to),
      takeTurn: (user) => this.#messageRates.take(String(user)),
      mayWriteToAll: async (user) => {
        await this.#readSettings()
        return this.#mayWriteToAll(user)
      },
    })
    this.#services = {
      people,
      calls: this.#calls,
      messages: this.#messages,
      pacer: this.#pacer,
      clock,
      logger,
      overviewOf: (desk) => this.#overviewOf(desk),
      personFor: (desk, user) => this.#outlook.noticeFor(desk, user),
      reachOf: (desk, to) => this.#outlook.reachOf(desk, to),
      canWake: (user) => this.#canWake(user),
      takeTurn: (user) => this.#callRates.take(String(user)),
      onGone: (device) => this.#onGone(device),
    }
    this.#unwatch = people.watch((change) => this.#onPresence(change))
  }

  /** What it holds; all 0 when nobody is there. For tests. */
  get load(): { desks: number; devices: number; presences: number; calls: number } {
    return {
      desks: this.#desks.size,
      devices: this.#deviceCount,
      presences: this.#outlook.size,
      calls: this.#calls.load,
    }
  }

  async attend(
    options: DeviceOptions,
    onOverview: (overview: Overview) => void,
  ): Promise<DeviceStay> {
    const { user } = options.identity
    const desk = this.#desks.get(user.id) ?? this.#createDesk(user.id)
    desk.arriving++
    const wasKnown = this.#directory.user(user.id) !== undefined
    try {
      await Promise.all([this.#directory.ready(), desk.ready(), this.#readSettings()])
      const isKnown = this.#directory.user(user.id) !== undefined
      if (wasKnown && !isKnown) throw new Error('the account was deleted meanwhile')
      if (!isKnown) this.#directory.set(user)
      this.#makePlace(desk)
    } finally {
      desk.arriving--
      this.#forgetIfIdle(desk)
    }
    const device = new AttendingDevice(options, desk, this.#services)
    this.#deviceCount++
    desk.devices.add(device)
    onOverview(this.#overviewOf(desk))
    device.begin((this.#directory.user(user.id) ?? user).doNotDisturb)
    return device
  }

  async seenBy(user: UserId): Promise<SeenPerson[]> {
    const desk = this.#desks.get(user) ?? this.#newDesk(user)
    await Promise.all([this.#directory.ready(), desk.ready()])
    return this.#outlook.allFor(desk)
  }

  legPolicy(
    user: UserId,
    call: CallId,
    leg: number,
  ): Promise<RoomPolicy | undefined> | RoomPolicy | undefined {
    return this.#calls.legPolicy(user, call, leg)
  }

  decline(user: UserId, call: CallId, text: string | undefined): CallRefusal | undefined {
    const { people, clock } = this.#options
    const running = people.person(user)?.call
    const isRung = running?.id === call && running.callee === user
    if (!isRung || running.stage.name !== 'ringing') return 'call-over'
    const words = text === undefined ? {} : { text }
    void this.#calls.apply({ type: 'decline', user, call, ...words, at: clock.now(), ref: 0 })
    return undefined
  }

  userChanged(user: User): void {
    const before = this.#directory.user(user.id)
    this.#directory.set(user)
    const desk = this.#desks.get(user.id)
    desk?.tell({ type: 'self', self: user })
    if (desk && before?.doNotDisturb !== user.doNotDisturb) {
      const { id, doNotDisturb: isOn } = user
      void this.#calls.apply({ type: 'do-not-disturb', user: id, isOn })
    }
    const isSame = before?.name === user.name && before.displayName === user.displayName
    if (!isSame) this.#tellOthers(user.id, (sight) => sight !== 'hidden')
  }

  userDeleted(user: UserId): void {
    this.#signOut({ user })
    const { people, clock } = this.#options
    const call = people.person(user)?.call
    if (call) void this.#calls.apply({ type: 'end', user, call: call.id, at: clock.now(), ref: 0 })
    const watchers = [...this.#watchersOf(user, (sight) => sight !== 'hidden')]
    this.#directory.delete(user)
    for (const desk of watchers) for (const { feed } of desk.devices) feed.changed(user)
  }

  relationChanged(one: UserId, other: UserId): void {
    for (const [user, seen] of [
      [one, other],
      [other, one],
    ] as const) {
      const desk = this.#desks.get(user)
      if (desk) void this.#rereadRelations(desk, seen)
    }
  }

  loginsEnded(user: UserId, logins: readonly number[]): void {
    this.#signOut({ user, logins })
  }

  historyChanged(user: UserId): void {
    const desk = this.#desks.get(user)
    if (desk) void this.#rereadMissed(desk)
  }

  onSignOut(listener: (signOut: SignOut) => void): () => void {
    this.#signOutListeners.add(listener)
    return () => {
      this.#signOutListeners.delete(listener)
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#unwatch()
    for (const desk of this.#desks.values()) {
      for (const device of desk.devices) device.parentClosed()
    }
    this.#pacer.close()
    this.#retrier.close()
    const { clock, logger } = this.#options
    const kept = Promise.all([this.#calls.close(), this.#messages.settled()])
    await new Promise<void>((resolve) => {
      const cancel = clock.after(CLOSE_MS, () => {
        logger.error('the server closed before everything was kept')
        resolve()
      })
      void kept.then(() => {
        cancel()
        resolve()
      })
    })
  }

  #newDesk(user: UserId): Desk {
    return new Desk({ user, stores: this.#options.stores })
  }

  #createDesk(user: UserId): Desk {
    const desk = this.#newDesk(user)
    this.#desks.set(user, desk)
    return desk
  }

  #forgetIfIdle(desk: Desk): void {
    // Whoever goes on attending in the same step is counted by then.
    queueMicrotask(() => {
      const isIdle = desk.arriving === 0 && desk.devices.size === 0
      if (isIdle && this.#desks.get(desk.user) === desk) this.#desks.delete(desk.user)
    })
  }

  /** Throws when the user, or the server, has too many devices and none that may go. */
  #makePlace(desk: Desk): void {
    if (desk.devices.size >= this.#limits.maxDevicesPerUser) {
      const call = this.#options.people.person(desk.user)?.call
      const isInCall = ({ options: { address } }: AttendingDevice) =>
        call?.callerDevice === address ||
        (call?.stage.name === 'talking' && call.stage.calleeDevice === address)
      const [longest] = [...desk.devices]
        .filter((device) => device.awaySince !== undefined && !isInCall(device))
        .toSorted((a, b) => (a.awaySince ?? 0) - (b.awaySince ?? 0))
      if (!longest) throw new TooManyDevicesError()
      longest.tell({ type: 'displaced' })
      longest.leave(true)
    }
    if (this.#deviceCount >= this.#limits.maxDevices) throw new TooManyDevicesError()
  }

  #onGone(device: AttendingDevice): void {
    const desk = this.#desks.get(device.user)
    if (!desk?.devices.delete(device)) return
    this.#deviceCount--
    if (desk.devices.size > 0) return
    this.#forgetIfIdle(desk)
    const user = this.#directory.user(device.user)
    if (!user) return
    const lastSeenAt = this.#options.clock.now()
    this.#directory.set({ ...user, lastSeenAt })
    const { accounts } = this.#options.stores
    void this.#retrier.run('when a user was last seen is kept', () =>
      accounts.updateUser(user.id, { lastSeenAt }),
    )
  }

  #onPresence(change: PresenceChange): void {
    this.#outlook.setPresence(change)
    this.#tellOthers(change.user, (sight) => sight === 'present')
  }

  #tellOthers(user: UserId, isConcerned: (sight: Sight) => boolean): void {
    for (const desk of this.#watchersOf(user, isConcerned)) {
      for (const { feed } of desk.devices) feed.changed(user)
    }
  }

  *#watchersOf(user: UserId, isConcerned: (sight: Sight) => boolean): Iterable<Desk> {
    for (const desk of this.#desks.values()) {
      if (desk.user !== user && isConcerned(this.#outlook.sightOf(desk, user))) yield desk
    }
  }

  /** M3: those who may see the user and did not block it. */
  *#audienceOf(user: UserId): Iterable<Desk> {
    for (const desk of this.#watchersOf(user, (sight) => sight === 'present')) {
      if (!desk.relations.get(user)?.blocks) yield desk
    }
  }

  async #canWake(user: UserId): Promise<boolean> {
    if (this.#directory.user(user)?.doNotDisturb) return false
    try {
      return await this.#wake.canWake(user)
    } catch (error) {
      this.#options.logger.warn('nobody is woken up', { error: messageOf(error) })
      return false
    }
  }

  #overviewOf(desk: Desk): Overview {
    const self = this.#directory.user(desk.user)
    if (!self) throw new Error('a user without an account attends')
    return {
      self,
      people: this.#outlook.listFor(desk),
      unreadToAll: desk.unreadFrom(null),
      mayWriteToAll: this.#mayWriteToAll(desk.user),
      missed: desk.missed,
    }
  }

  async #rereadRelations(desk: Desk, seen: UserId): Promise<void> {
    const before = this.#outlook.sightOf(desk, seen)
    const isRead = await this.#retrier.run('who may see whom is read', () => desk.readRelations())
    if (!isRead) return
    const after = this.#outlook.sightOf(desk, seen)
    if (before === 'hidden' && after === 'hidden') return
    for (const { feed } of desk.devices) feed.changed(seen)
  }

  async #rereadMissed(desk: Desk): Promise<void> {
    const isRead = await this.#retrier.run('missed calls are counted', () => desk.readMissed())
    if (isRead) desk.tell({ type: 'history-changed', missed: desk.missed })
  }

  async #readSettings(): Promise<void> {
    this.#mayAllWrite = await this.#writingToAll.isForAll()
  }

  #mayWriteToAll(user: UserId): boolean {
    return this.#mayAllWrite || (this.#directory.user(user)?.isAdministrator ?? false)
  }

  #signOut(signOut: SignOut): void {
    const { user, logins } = signOut
    for (const device of this.#desks.get(user)?.devices ?? []) {
      if (logins && !logins.includes(device.options.identity.loginId)) continue
      device.tell({ type: 'signed-out' })
      device.leave(false)
    }
    for (const listener of this.#signOutListeners) listener(signOut)
  }
}
