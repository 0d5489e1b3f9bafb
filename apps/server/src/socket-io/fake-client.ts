import type { RequestContext, Socket, SocketHandler } from '../front/socket.ts'
import { MAIN_NAMESPACE } from './paths.ts'

/** What a client hears: the event's name and its arguments. */
export type Heard = readonly unknown[]

/** One WebSocket with a socket in one namespace, seen from its client's end. For tests. */
export class FakeClient implements Socket {
  readonly context: RequestContext
  backlog = 0
  /** As they were sent. */
  readonly frames: (string | Uint8Array)[] = []
  /** The code with which the server closed it; 1006 when it was cut. */
  closed: number | undefined
  readonly #handler: SocketHandler
  /** What the packets of its namespace have after their type. */
  readonly #prefix: string
  #heard: Heard[] = []

  constructor(context: RequestContext, handler: SocketHandler, namespace = MAIN_NAMESPACE) {
    this.context = context
    this.#handler = handler
    this.#prefix = namespace === MAIN_NAMESPACE ? '' : `${namespace},`
    handler.onOpen(this)
  }

  /** Whether it has a socket already; to ask again would be against the protocol. */
  get #isIn(): boolean {
    return this.frames.some((one) => one === `40${this.#prefix}`)
  }

  /** The id of its Socket.IO socket. */
  get id(): string {
    const start = `40${this.#prefix}`
    const frame = this.frames.find((one) => typeof one === 'string' && one.startsWith(`${start}{`))
    return (JSON.parse(String(frame).slice(start.length)) as { sid: string }).sid
  }

  /** Everything heard since the last time. */
  take(): Heard[] {
    return this.#heard.splice(0)
  }

  /** Asks for its socket; those of version 2 have one in the main namespace without asking. */
  async enter(): Promise<void> {
    await settled()
    if (!this.#isIn) this.write(`40${this.#prefix}`)
    await settled()
  }

  /** Sends an event, and waits until the server is done with it. */
  async say(event: string, ...args: unknown[]): Promise<void> {
    this.write(`42${this.#prefix}${JSON.stringify([event, ...args])}`)
    await settled()
  }

  /** Sends a frame. */
  write(data: string | Uint8Array): void {
    if (this.closed === undefined) this.#handler.onMessage(data)
  }

  /** Its network is gone. */
  async drop(): Promise<void> {
    if (this.closed !== undefined) return
    this.closed = 1006
    this.#handler.onClose(1006)
    await settled()
  }

  send(data: string | Uint8Array): boolean {
    if (this.closed !== undefined) return false
    this.frames.push(data)
    const start = `42${this.#prefix}`
    if (typeof data === 'string' && data.startsWith(`${start}[`)) {
      this.#heard.push(JSON.parse(data.slice(start.length)) as Heard)
    }
    return true
  }

  close(code: number): void {
    this.#end(code)
  }

  ping(): void {}

  terminate(): void {
    this.#end(1006)
  }

  #end(code: number): void {
    if (this.closed !== undefined) return
    this.closed = code
    queueMicrotask(() => this.#handler.onClose(code))
  }
}

/** Everything that was put off by ticks and promises has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
