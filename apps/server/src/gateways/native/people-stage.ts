import { FakeClock, silentLogger } from '@duet/base'
import type { CapturePurpose, UserId } from '@duet/rules'
import type { Identity } from '../../accounts/identity.ts'
import { MemoryHub } from '../../hub/memory.ts'
import { MemoryPeopleHub } from '../../hub/memory-people.ts'
import { FakeStores, userOf } from '../../people/fake-stores.ts'
import { Switchboard } from '../../people/switchboard.ts'
import { createRoomAccess } from '../../rooms/access.ts'
import { StoreError } from '../../store/store-error.ts'
import type { FakeClient, Message } from './fake-client.ts'
import { Stage } from './fake-client.ts'

/** Lets everything happen that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A native gateway whose clients are logged in as they say, with its people. For tests. */
export class PeopleStage {
  readonly clock: FakeClock
  readonly hub = new MemoryHub(silentLogger)
  readonly stores: FakeStores
  readonly board: Switchboard
  readonly stage: Stage
  /** Set: who speaks is not known before it is resolved. */
  gate: Promise<void> | undefined
  /** Who speaks can't be looked up. */
  isStoreLost = false
  /** How often it was asked who speaks. */
  asked = 0

  constructor({
    stores = new FakeStores([1, 2, 3].map((id) => userOf(id))),
    clock = new FakeClock(),
    captures = [],
  }: { stores?: FakeStores; clock?: FakeClock; captures?: CapturePurpose[] } = {}) {
    this.clock = clock
    this.stores = stores
    this.board = new Switchboard({
      people: new MemoryPeopleHub(silentLogger),
      rooms: this.hub,
      stores,
      mode: 'everyone',
      clock,
      logger: silentLogger,
    })
    this.stage = new Stage({
      hub: this.hub,
      people: this.board,
      clock,
      captures,
      identify: ({ headers }) => {
        const cookie = headers.get('cookie')
        return cookie === null ? undefined : this.#lookUp(cookie)
      },
      access: createRoomAccess({
        rooms: { byName: () => Promise.resolve(undefined) },
        people: this.board,
        openedBy: 'everyone',
        clock,
        logger: silentLogger,
      }),
    })
  }

  /** A client that has said hello; its login has the same number, when it is not named. */
  greet(user?: UserId, login = user): FakeClient {
    const headers = new Headers(user === undefined ? {} : { cookie: `${user}/${login}` })
    return this.stage.greet('192.0.2.1', headers)
  }

  async attend(user: UserId, login = user): Promise<FakeClient> {
    const client = this.greet(user, login)
    client.request({ type: 'attend' })
    await settle()
    return client
  }

  async #lookUp(cookie: string): Promise<Identity | undefined> {
    this.asked++
    await this.gate
    if (this.isStoreLost) throw new StoreError('unavailable', 'the disk is gone')
    const [user = 0, loginId = 0] = cookie.split('/').map(Number)
    const account = this.stores.users.get(user)
    return account && { user: account, loginId }
  }
}

/**
 * What a client heard as words: a type, with its code or reason. Without what is told of
 * persons, which comes with everything.
 */
export function wordsOf({ events }: FakeClient): string[] {
  return events
    .filter(({ type }) => type !== 'person' && type !== 'history-changed')
    .map((message: Message) => {
      if (message.type === 'error') return `error ${message.code}`
      const { reason } = message
      return typeof reason === 'string' ? `${message.type} ${reason}` : message.type
    })
}
