import { messageOf, type Clock, type Logger } from '@duet/base'
import type { CallId, CallRefusal, RoomPolicy, UserId, UserPresence } from '@duet/rules'
import type { Hub } from '../hub/hub.ts'
import type { PeopleHub, PresenceChange } from '../hub/people-hub.ts'
import type { User } from '../store/account-store.ts'
import { AttendingDevice, type DeviceServices } from './attending-device.ts'
import { Calls } from './calls.ts'
import { Desk } from './desk.ts'
import { Directory } from './directory.ts'
import { CLOSE_MS, MAX_LISTED_PEOPLE, PEOPLE_LIMITS, type PeopleLimits } from './limits.ts'
import { Messages } from './messages.ts'
import {
  TooManyDevicesError,
  type DeviceNotice,
  type DeviceOptions,
  type DeviceStay,
  type Overview,
  type People,
  type SeenPerson,
  type SignOut,
} from './people.ts'
import { Pacer } from './person-feed.ts'
import { Retrier } from './retrier.ts'
import { reachOf, sightOf, type PeopleMode } from './sight.ts'
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
  readonly #retrier: Retrier
  readonly #pacer: Pacer
  readonly #calls: Calls
  readonly #messages: Messages
  readonly #services: DeviceServices
  readonly #desks = new Map<UserId, Desk>()
  readonly #presences = new Map<UserId, UserPresence>()
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
    this.#writingToAll = new WritingToAll(stores.settings)
    this.#retrier = new Retrier(clock, logger)
    this.#pacer = new Pacer(clock)
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
      reachOf: (desk, to) => this.#reachOf(desk, to),
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
      personFor: (desk, user) => this.#personFor(desk, user),
      reachOf: (desk, to) => this.#reachOf(desk, to),
      canWake: (user) => this.#canWake(user),
      onGone: (device) => this.#onGone(device),
    }
    this.#unwatch = people.watch((change) => this.#onPresence(change))
  }

  /** What it holds; all 0 when nobody is there. For tests. */
  get load(): { desks: number; devices: number; presences: number; calls: number } {
    return {
      desks: this.#desks.size,
      devices: this.#deviceCount,
      presences: this.#presences.size,
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
    try {
      await Promise.all([this.#directory.ready(), desk.ready(), this.#readSettings()])
      const known = this.#directory.user(user.id)
      if (!known) this.#directory.set(user)
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
    return this.#allSeenBy(desk)
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
    const { stores, clock } = this.#options
    return new Desk({ user, stores, limits: this.#limits, clock })
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

  #onPresence({ user, presence }: PresenceChange): void {
    if (presence === 'offline') this.#presences.delete(user)
    else this.#presences.set(user, presence)
    this.#tellOthers(user, (sight) => sight === 'present')
  }

  #tellOthers(user: UserId, isConcerned: (sight: ReturnType<typeof sightOf>) => boolean): void {
    for (const desk of this.#watchersOf(user, isConcerned)) {
      for (const { feed } of desk.devices) feed.changed(user)
    }
  }

  *#watchersOf(
    user: UserId,
    isConcerned: (sight: ReturnType<typeof sightOf>) => boolean,
  ): Iterable<Desk> {
    const { mode } = this.#options
    for (const desk of this.#desks.values()) {
      if (desk.user !== user && isConcerned(sightOf(mode, desk.relations.get(user)))) yield desk
    }
  }

  /** M3: those who may see the user and did not block it. */
  *#audienceOf(user: UserId): Iterable<Desk> {
    for (const desk of this.#watchersOf(user, (sight) => sight === 'present')) {
      if (!desk.relations.get(user)?.blocks) yield desk
    }
  }

  #reachOf(desk: Desk, to: UserId): ReturnType<typeof reachOf> {
    if (to === desk.user || !this.#directory.user(to)) return 'no-such-user'
    return reachOf(this.#options.mode, desk.relations.get(to))
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
      people: this.#listFor(desk),
      unreadToAll: desk.unreadFrom(null),
      mayWriteToAll: this.#mayWriteToAll(desk.user),
      missed: desk.missed,
    }
  }

  #allSeenBy(desk: Desk): SeenPerson[] {
    return this.#directory.all().flatMap((user) => this.#seen(desk, user) ?? [])
  }

  /** So many as a session can take: those with whom there is anything, or who are there, first. */
  #listFor(desk: Desk): SeenPerson[] {
    const people = this.#allSeenBy(desk)
    if (people.length <= MAX_LISTED_PEOPLE) return people
    const rank = ({ user, presence, unread }: SeenPerson) => {
      if (unread > 0 || desk.relations.has(user.id)) return 0
      return presence === 'offline' ? 2 : 1
    }
    return people
      .toSorted((a, b) => rank(a) - rank(b))
      .slice(0, MAX_LISTED_PEOPLE)
      .toSorted((a, b) => (a.user.name < b.user.name ? -1 : 1))
  }

  #seen(desk: Desk, user: User): SeenPerson | undefined {
    if (user.id === desk.user) return undefined
    const relation = desk.relations.get(user.id)
    const sight = sightOf(this.#options.mode, relation)
    if (sight === 'hidden') return undefined
    const isPresent = sight === 'present'
    const presence = isPresent ? (this.#presences.get(user.id) ?? 'offline') : 'offline'
    return {
      user,
      presence,
      lastSeenAt: isPresent && presence === 'offline' ? user.lastSeenAt : null,
      contact: relation?.contact ?? null,
      isBlocked: relation?.blocks ?? false,
      unread: desk.unreadFrom(user.id),
    }
  }

  #personFor(desk: Desk, id: UserId): DeviceNotice {
    const user = this.#directory.user(id)
    const person = user && this.#seen(desk, user)
    return person ? { type: 'person', person } : { type: 'person-gone', user: id }
  }

  async #rereadRelations(desk: Desk, seen: UserId): Promise<void> {
    const before = sightOf(this.#options.mode, desk.relations.get(seen))
    const isRead = await this.#retrier.run('who may see whom is read', () => desk.readRelations())
    if (!isRead) return
    const after = sightOf(this.#options.mode, desk.relations.get(seen))
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
