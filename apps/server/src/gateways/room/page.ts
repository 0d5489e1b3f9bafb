import {
  connectClient,
  connected,
  type ClientKind,
  type ClientSocket,
} from '../../socket-io/client-versions.ts'
import { until } from '../../testing/until.ts'

const EVENTS = ['joined', 'full', 'leaved', 'otherjoin', 'bye', 'message', 'disconnect'] as const

/** A page of one version of the client: what it hears, in order. For tests. */
export class Page {
  readonly socket: ClientSocket
  readonly heard: unknown[][] = []

  constructor(socket: ClientSocket) {
    this.socket = socket
    for (const event of EVENTS) {
      socket.on(event, (...args: unknown[]) => this.heard.push([event, ...args]))
    }
  }

  static async open(origin: string, kind: ClientKind): Promise<Page> {
    const page = new Page(connectClient(origin, kind))
    await connected(page.socket, kind)
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
