import { io as version4 } from 'socket.io-client'
import version2 from 'socket.io-client-2'
import version20 from 'socket.io-client-2.0'
import { io as version3 } from 'socket.io-client-3'
import { until } from './fixture.ts'

/** What all versions of the client have in common. */
export interface ClientSocket {
  readonly id?: string
  readonly connected: boolean
  readonly io: {
    readonly engine: { readonly transport: { readonly name: string }; close(): void }
  }
  on(event: string, listener: (...args: unknown[]) => void): unknown
  emit(event: string, ...args: unknown[]): unknown
  connect(): unknown
  close(): unknown
}

type Connect = (origin: string, options: object) => ClientSocket

/** Every version that is claimed to work, by what it is called. */
export const VERSIONS: ReadonlyMap<string, Connect> = new Map(
  Object.entries({ '2.0.3': version20, '2.5': version2, '3.1': version3, '4': version4 }).map(
    ([name, connect]) => [name, connect as Connect],
  ),
)

/** The ways in which each of them connects. */
export const TRANSPORTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['polling', ['polling']],
  ['websocket', ['websocket']],
  ['upgrade', ['polling', 'websocket']],
])

const EVENTS = ['joined', 'full', 'leaved', 'otherjoin', 'bye', 'message', 'disconnect'] as const

/** A page of one version: what it hears, in order. */
export class Page {
  readonly socket: ClientSocket
  readonly heard: unknown[][] = []

  constructor(socket: ClientSocket) {
    this.socket = socket
    for (const event of EVENTS) {
      socket.on(event, (...args: unknown[]) => this.heard.push([event, ...args]))
    }
  }

  static async open(
    origin: string,
    { version, transport, more }: { version: string; transport: string; more?: object },
  ): Promise<Page> {
    const options = { transports: TRANSPORTS.get(transport), forceNew: true, ...more }
    const socket = VERSIONS.get(version)?.(origin, options)
    if (!socket) throw new Error(`no version ${version}`)
    const page = new Page(socket)
    const isThere = transport === 'polling' ? 'polling' : 'websocket'
    await until(() => socket.connected && socket.io.engine.transport.name === isThere)
    return page
  }

  get id(): string {
    return this.socket.id ?? ''
  }

  /** Says it, and waits for an answer of this name. */
  async ask(event: string, room: unknown, answer: string): Promise<void> {
    this.socket.emit(event, room)
    await this.hears(answer)
  }

  /** Waits until it has heard so many of these. */
  async hears(event: string, count = 1): Promise<unknown[][]> {
    const found = (): unknown[][] => this.heard.filter(([name]) => name === event)
    await until(() => found().length >= count)
    return found()
  }
}
