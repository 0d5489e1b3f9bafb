import { FakeClock, silentLogger, type Logger } from '@duet/base'
import { MemoryHub } from '../../hub/memory.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import { FakeSocket, type Message } from '../native/fake-client.ts'
import { createTopicGateway, type TopicGateway } from './gateway.ts'

export interface StageOptions {
  capacity?: number
  limits?: Partial<DialectLimits>
  logger?: Logger
  hub?: MemoryHub
}

/** A topic gateway, and pages that speak to it in memory. For tests. */
export class Stage {
  readonly clock = new FakeClock()
  readonly hub: MemoryHub
  readonly gateway: TopicGateway

  constructor({ capacity = 2, limits = {}, logger = silentLogger, hub }: StageOptions = {}) {
    this.hub = hub ?? new MemoryHub(logger)
    this.gateway = createTopicGateway({
      hub: this.hub,
      clock: this.clock,
      logger,
      paths: ['/'],
      capacity,
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
    const url = new URL('http://duet.example/')
    const headers = new Headers()
    const context = { url, headers, address, isSecure: false, host: url.host }
    const handler = route.accept(context)
    if (handler instanceof Promise) throw new Error('nothing has to be looked up')
    if (handler instanceof Response) return handler
    return new Page(new FakeSocket(context, handler))
  }

  /** A page that has subscribed. */
  subscribe(subject = 'room-lake'): Page {
    const page = this.connect()
    page.subscribe(subject)
    return page
  }

  /** Two pages that have subscribed, and have media. */
  pair(subject = 'room-lake'): [Page, Page] {
    const [a, b] = [this.subscribe(subject), this.subscribe(subject)]
    for (const page of [a, b]) page.publish('call', null, subject)
    for (const page of [a, b]) page.forget()
    return [a, b]
  }
}

/** The client's end of a socket. */
export class Page {
  readonly socket: FakeSocket

  constructor(socket: FakeSocket) {
    this.socket = socket
  }

  /** The frames that it was sent. */
  get frames(): Message[] {
    return this.socket.received
  }

  /** The events that it was told, in order. */
  get events(): unknown[] {
    return this.frames.map(({ event }) => event)
  }

  subscribe(subject: string): void {
    this.socket.say({ cmd: 'subscribe', subject })
  }

  publish(event: string, data: unknown, subject = 'room-lake'): void {
    this.socket.say({ cmd: 'publish', subject, event, data })
  }

  /** Drops what was heard so far. */
  forget(): void {
    this.socket.received.length = 0
  }
}
