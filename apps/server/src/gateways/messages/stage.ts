import { silentLogger, type Logger } from '@duet/base'
import { legRoomName, type CallId, type Notice, type Signal, type UserId } from '@duet/rules'
import type { Identity } from '../../accounts/identity.ts'
import type { RequestContext } from '../../front/socket.ts'
import { userOf } from '../../people/fake-stores.ts'
import { Scene, settle, type SceneDevice } from '../../people/scene.ts'
import { createRoomAccess } from '../../rooms/access.ts'
import { TALK_FOR_TWO } from '../../rooms/room-policy.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import { FakeSocket } from '../native/fake-client.ts'
import { Stay } from '../stay.ts'
import { createMessagesGateway, type MessagesGateway } from './gateway.ts'

export interface StageOptions {
  limits?: Partial<DialectLimits>
  logger?: Logger
}

/** What a page is told. */
export interface Told {
  method: string
  type: number
  message: string
  code: number
  data: unknown
}

const ORIGIN = 'https://duet.example'

const NAMES = ['ann', 'ben', 'cleo']

/** A gateway before the real people of a scene: the users 1 to 3 are ann, ben and cleo. For tests. */
export class Stage {
  readonly scene = new Scene({
    users: NAMES.map((name, index) => userOf(index + 1, { name, displayName: name })),
  })
  readonly gateway: MessagesGateway
  #logins = 0

  constructor({ limits = {}, logger = silentLogger }: StageOptions = {}) {
    const { clock, board, rooms } = this.scene
    this.gateway = createMessagesGateway({
      hub: rooms,
      people: board,
      access: createRoomAccess({
        rooms: { byName: () => Promise.resolve(undefined) },
        people: board,
        openedBy: 'everyone',
        clock,
        logger,
      }),
      identify: ({ headers }) => this.#identify(headers.get('cookie')),
      accounts: {
        register: () => Promise.reject(new Error('nobody registers here')),
        logIn: () => Promise.reject(new Error('nobody logs in here')),
      },
      logins: { end: () => Promise.resolve(true) },
      clock,
      logger,
      limits: { ...DIALECT_LIMITS, ...limits },
    })
  }

  /** Opens a socket as this user; throws when it is refused. */
  async open(user: UserId, headers: Record<string, string> = {}): Promise<Page> {
    const page = await this.tryOpen({ cookie: `user=${user}`, origin: ORIGIN, ...headers })
    if (page instanceof Response) throw new Error(`not accepted: ${page.status}`)
    return page
  }

  async tryOpen(headers: Record<string, string>, address = '192.0.2.1'): Promise<Page | Response> {
    const [route] = this.gateway.routes
    if (!route) throw new Error('the gateway has no route')
    const url = new URL(`${ORIGIN}/webrtc/wss`)
    const context: RequestContext = {
      url,
      headers: new Headers(headers),
      address,
      isSecure: true,
      host: url.host,
    }
    const handler = await route.accept(context)
    return handler instanceof Response ? handler : new Page(new FakeSocket(context, handler))
  }

  /** A page that attends. */
  async attend(user: UserId): Promise<Page> {
    const page = await this.open(user)
    page.say({ method: 'User/Connect' })
    await settle()
    return page
  }

  /** Pages of these users that attend, and heard nothing yet. */
  async attendAll(...users: UserId[]): Promise<Page[]> {
    const pages: Page[] = []
    for (const user of users) pages.push(await this.attend(user))
    await settle()
    for (const page of pages) page.forget()
    return pages
  }

  /** A page of Duet's own, as the people see it. */
  native(user: UserId): Promise<SceneDevice> {
    return this.scene.attend(user)
  }

  /** Lets everything happen, and looks into rooms once more. */
  async settle(): Promise<void> {
    await settle()
    this.scene.clock.advance(40)
    await settle()
  }

  #identify(cookie: string | null): Promise<Identity | undefined> | undefined {
    const id = Number(/^user=(\d+)$/.exec(cookie ?? '')?.[1])
    if (!id) return undefined
    const user = this.scene.stores.users.get(id)
    return Promise.resolve(user && { user, loginId: ++this.#logins })
  }
}

/** The client's end of a socket. */
export class Page {
  readonly socket: FakeSocket

  constructor(socket: FakeSocket) {
    this.socket = socket
  }

  get told(): Told[] {
    return this.socket.received as unknown as Told[]
  }

  get codes(): number[] {
    return this.told.map(({ code }) => code)
  }

  get last(): Told | undefined {
    return this.told.at(-1)
  }

  say(frame: object): void {
    this.socket.say(frame)
  }

  /** Says something to another user, as pages write it. */
  to(toId: number | string, method: string, data?: unknown): void {
    this.say({ Method: `Message/${method}`, Type: 0, Message: method, fromId: 0, toId, data })
  }

  forget(): void {
    this.socket.received.length = 0
  }
}

/** Somebody on a page of Duet in the room of a leg. */
export class NativeMember {
  readonly notices: Notice[] = []
  readonly #stay: Stay

  constructor(stage: Stage, user: UserId, { call, leg }: { call: CallId; leg: number }) {
    const id = `native ${user}`
    this.#stay = new Stay({
      hub: stage.scene.rooms,
      key: legRoomName(call, leg),
      policy: TALK_FOR_TWO,
      judge: async () => {
        const policy = await stage.scene.board.legPolicy(user, call, leg)
        return policy ? { policy } : { refusal: 'not-allowed' }
      },
      newcomer: {
        id,
        address: id,
        name: '',
        tag: id,
        dialect: { name: 'native', leavesOffers: true, tellsHearing: true },
        user,
      },
      logger: silentLogger,
      onNotice: (notice) => this.notices.push(notice),
    })
    this.#stay.join(false)
  }

  /** The types of what it heard. */
  get types(): string[] {
    return this.notices.map(({ type }) => type)
  }

  get signals(): Signal[] {
    return this.notices.flatMap((notice) => (notice.type === 'signal' ? [notice.signal] : []))
  }

  signal(signal: Signal): void {
    this.#stay.signal(signal)
  }

  leave(): void {
    this.#stay.close()
  }
}
