import { FakeClock, silentLogger } from '@duet/base'
import {
  emptyRoom,
  legRoomName,
  nextRoom,
  type CallId,
  type Newcomer,
  type UserId,
} from '@duet/rules'
import { MemoryHub } from '../hub/memory.ts'
import { MemoryPeopleHub } from '../hub/memory-people.ts'
import type { User } from '../store/account-store.ts'
import { FakeStores, userOf } from './fake-stores.ts'
import { PEOPLE_LIMITS } from './limits.ts'
import type { DeviceNotice, DeviceStay, Overview } from './people.ts'
import { Switchboard, type SwitchboardOptions } from './switchboard.ts'

/** Lets everything happen that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A device and what it heard. */
export class SceneDevice {
  readonly address: string
  readonly heard: DeviceNotice[]
  readonly stay: DeviceStay
  readonly overview: Overview

  constructor({
    address,
    heard,
    stay,
    overview,
  }: Pick<SceneDevice, 'address' | 'heard' | 'stay' | 'overview'>) {
    this.address = address
    this.heard = heard
    this.stay = stay
    this.overview = overview
  }

  /** What it heard of one type, oldest first. */
  all<Type extends DeviceNotice['type']>(type: Type): Extract<DeviceNotice, { type: Type }>[] {
    return this.heard.filter(
      (notice): notice is Extract<DeviceNotice, { type: Type }> => notice.type === type,
    )
  }

  /** The latest of one type. */
  last<Type extends DeviceNotice['type']>(type: Type): Extract<DeviceNotice, { type: Type }> {
    const notice = this.all(type).at(-1)
    if (!notice) throw new Error(`${this.address} heard no ${type}`)
    return notice
  }

  /** What it heard of calls, as words. */
  get callWords(): string[] {
    return this.heard.flatMap((notice) => {
      if (notice.type === 'call-ended') return [`ended ${notice.reason}`]
      if (notice.type === 'refused') return [`refused ${notice.code}`]
      const isOfCall = notice.type.startsWith('call-') || notice.type === 'incoming-call'
      return isOfCall ? [notice.type] : []
    })
  }

  /** Presences of one user that it heard, oldest first. */
  presencesOf(user: UserId): string[] {
    return this.all('person').flatMap(({ person }) =>
      person.user.id === user ? [person.presence] : [],
    )
  }
}

/** A switchboard on a stage where time stands still. For tests. */
export class Scene {
  readonly clock: FakeClock
  readonly people = new MemoryPeopleHub(silentLogger)
  readonly rooms = new MemoryHub(silentLogger)
  readonly stores: FakeStores
  readonly board: Switchboard
  #count = 0

  constructor(
    options: Partial<SwitchboardOptions> & {
      users?: User[]
      stores?: FakeStores
      clock?: FakeClock
    } = {},
  ) {
    const { users = [1, 2, 3].map((id) => userOf(id)) } = options
    this.clock = options.clock ?? new FakeClock()
    this.stores = options.stores ?? new FakeStores(users)
    this.board = new Switchboard({
      people: this.people,
      rooms: this.rooms,
      mode: 'everyone',
      logger: silentLogger,
      limits: PEOPLE_LIMITS,
      ...options,
      clock: this.clock,
      stores: this.stores,
    })
  }

  async attend(user: UserId, loginId = user): Promise<SceneDevice> {
    const heard: DeviceNotice[] = []
    const address = `d${++this.#count}`
    const { promise, resolve } = Promise.withResolvers<Overview>()
    const account = this.stores.users.get(user) ?? userOf(user)
    const stay = await this.board.attend(
      {
        identity: { user: account, loginId },
        address,
        connectsEarly: true,
        onNotice: (notice) => heard.push(notice),
      },
      resolve,
    )
    return new SceneDevice({ address, heard, stay, overview: await promise })
  }

  /** A user takes a seat in the room of a leg, as its gateway does it. */
  async enter(user: UserId, call: CallId, leg: number): Promise<void> {
    const policy = await this.board.legPolicy(user, call, leg)
    if (!policy) throw new Error(`${user} may not enter`)
    const newcomer: Newcomer = {
      id: `m${user}`,
      address: `r${user}`,
      name: '',
      tag: `t${user}`,
      dialect: { name: 'test', leavesOffers: false, tellsHearing: false },
      user,
    }
    await this.rooms.update(legRoomName(call, leg), (room) =>
      nextRoom(room ?? emptyRoom(policy), { type: 'join', newcomer, wait: false, ref: 0 }),
    )
  }

  /** Its seat is given up, or lost. */
  leaveRoom(user: UserId, name: string, isLost = false): void {
    for (const type of isLost ? (['connection-lost', 'grace-over'] as const) : ['leave' as const]) {
      void this.rooms.update(name, (room) => {
        if (!room) throw new Error('no such room')
        return nextRoom(room, { type, from: `r${user}` })
      })
    }
  }

  /** One device rings another user; resolves with the call's id when all were told. */
  async ring(from: SceneDevice, to: UserId): Promise<CallId> {
    from.stay.place(to, 'video', 7)
    await settle()
    return from.last('call-placed').call.id
  }
}
