import { FakeClock, silentLogger, type Logger } from '@duet/base'
import type { CapturePurpose } from '@duet/protocol'
import { MemoryHub } from '../../hub/memory.ts'
import type { RoomAccess } from '../../rooms/access.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import { FakeSocket } from '../native/fake-client.ts'
import type { OwnTokens } from './own-tokens.ts'
import { createSrsGateway, type SrsGateway } from './gateway.ts'

export interface StageOptions {
  access?: RoomAccess
  capacity?: number
  captures?: readonly CapturePurpose[]
  media?: OwnTokens
  limits?: Partial<DialectLimits>
  logger?: Logger
  hub?: MemoryHub
}

/** A frame as a page of this dialect reads it. */
export interface HeardFrame {
  tid?: string
  msg: null | {
    action: string
    event?: string
    code?: string
    participants: { display: string; publishing: boolean }[]
    [name: string]: unknown
  }
}

/** An srs gateway, and pages that speak to it in memory. For tests. */
export class Stage {
  readonly clock = new FakeClock()
  readonly hub: MemoryHub
  readonly gateway: SrsGateway

  constructor(options: StageOptions = {}) {
    const { access, capacity = 0, captures = [], limits = {}, logger = silentLogger, hub } = options
    const { media } = options
    this.hub = hub ?? new MemoryHub(logger)
    this.gateway = createSrsGateway({
      hub: this.hub,
      ...(access && { access }),
      clock: this.clock,
      logger,
      capacity,
      captures,
      ...(media && { media }),
      limits: { ...DIALECT_LIMITS, ...limits },
    })
  }

  /** Opens a socket; throws when the gateway does not accept it. */
  connect(address?: string): Page {
    const page = this.tryConnect(address)
    if (page instanceof Response) throw new Error(`not accepted: ${page.status}`)
    return page
  }

  tryConnect(address = '192.0.2.1'): Page | Response {
    const [route] = this.gateway.routes
    if (!route) throw new Error('the gateway has no route')
    const url = new URL('http://duet.example/sig/v1/rtc?room=lake&display=ann')
    const context = { url, headers: new Headers(), address, isSecure: false, host: url.host }
    const handler = route.accept(context)
    if (handler instanceof Promise) throw new Error('nothing has to be looked up')
    return handler instanceof Response ? handler : new Page(new FakeSocket(context, handler))
  }

  /** A page that has joined; what it heard of that is forgotten. */
  join(display: string, room = 'lake'): Page {
    const page = this.connect()
    page.ask('join', { room, display })
    page.forget()
    return page
  }

  /** Pages that have joined one after the other, with what they heard of that forgotten. */
  joinAll(...displays: string[]): Page[] {
    const pages = displays.map((display) => this.join(display))
    for (const page of pages) page.forget()
    return pages
  }
}

/** The client's end of a socket. */
export class Page {
  readonly socket: FakeSocket
  #tids = 0

  constructor(socket: FakeSocket) {
    this.socket = socket
  }

  /** The frames that it was sent. */
  get frames(): HeardFrame[] {
    return this.socket.received as unknown as HeardFrame[]
  }

  /** What it was sent, in a few words: `join 1: ann, ben`, `done 2`, `error 3 not-in-room`, `leave of ben: ann`. */
  get heard(): string[] {
    return this.frames.map(describeFrame)
  }

  /** Asks with the next number as `tid`. */
  ask(action: string, fields: Record<string, unknown> = {}): void {
    this.#tids++
    this.socket.say({ tid: String(this.#tids), msg: { action, ...fields } })
  }

  /** Drops what was heard so far. */
  forget(): void {
    this.socket.received.length = 0
  }
}

function describeFrame({ tid, msg }: HeardFrame): string {
  if (msg === null) return `done ${tid}`
  if (msg.action === 'error') return `error ${tid} ${msg.code}`
  const people = msg.participants
    .map(({ display, publishing }) => (publishing ? `${display}*` : display))
    .join(', ')
  const { display } = (msg['peer'] ?? {}) as { display?: string }
  return msg.action === 'notify'
    ? `${msg.event} of ${display}: ${people}`
    : `${msg.action} ${tid}: ${people}`
}
