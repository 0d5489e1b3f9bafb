import type { Clock } from '@duet/base'
import type { RequestContext, Socket, SocketHandler } from '../../front/socket.ts'
import type { Gateway } from '../gateway.ts'

/** The part of a browser's WebSocket that a client's session uses. */
export interface BrowserSocket {
  onopen: ((event: Event) => void) | null
  onmessage: ((event: MessageEvent) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  send(data: string): void
  close(code?: number): void
}

/** Who notices at once that a connection was cut; the others have to find out by silence. */
export type CutKind = 'both' | 'client' | 'server' | 'nobody'

const ABNORMAL = 1006
const CONTEXT: RequestContext = {
  url: new URL('https://duet.example/ws'),
  headers: new Headers(),
  address: '192.0.2.1',
  isSecure: true,
  host: 'duet.example',
}

/** Carries WebSockets between clients and a gateway: late, in order, until they are cut. For tests. */
export class FakeNetwork {
  readonly #clock: Clock
  readonly #wires = new Set<Wire>()
  /** Who answers; undefined: nobody does. */
  gateway: Gateway | undefined
  /** How long a frame is on its way, in milliseconds. */
  delayMs = 20

  constructor(clock: Clock) {
    this.#clock = clock
  }

  open(): BrowserSocket {
    const wire = new Wire(this.#clock, () => this.delayMs)
    this.#wires.add(wire)
    wire.toServer(() => {
      const handler = this.gateway?.routes[0]?.accept(CONTEXT)
      if (!handler || handler instanceof Response || handler instanceof Promise) wire.cut('client')
      else wire.connect(handler)
    })
    return wire.client
  }

  /** Cuts everything that is connected now; what is on its way is lost. */
  cut(kind: CutKind): void {
    for (const wire of this.#wires) wire.cut(kind)
    this.#wires.clear()
  }
}

class Wire {
  readonly #clock: Clock
  readonly #delayMs: () => number
  readonly client: BrowserSocket
  #handler: SocketHandler | undefined
  #isCut = false
  #isClientOpen = true
  #isServerOpen = false
  #dueAtServer = 0
  #dueAtClient = 0

  constructor(clock: Clock, delayMs: () => number) {
    this.#clock = clock
    this.#delayMs = delayMs
    this.client = {
      onopen: null,
      onmessage: null,
      onclose: null,
      send: (data) => this.toServer(() => this.#isServerOpen && this.#handler?.onMessage(data)),
      close: (code = 1005) => {
        this.toServer(() => this.#endServer(code))
        this.#isClientOpen = false
      },
    }
  }

  connect(handler: SocketHandler): void {
    const socket: Socket = {
      context: CONTEXT,
      backlog: 0,
      send: (data) => {
        if (!this.#isServerOpen) return false
        this.#toClient(() => this.client.onmessage?.({ data } as MessageEvent))
        return true
      },
      close: (code) => {
        if (!this.#isServerOpen) return
        this.#toClient(() => this.#endClient(code))
        this.#endServer(code)
      },
      ping: () => {},
      terminate: () => {
        if (!this.#isServerOpen) return
        this.#toClient(() => this.#endClient(ABNORMAL))
        this.#endServer(ABNORMAL)
      },
    }
    this.#handler = handler
    this.#isServerOpen = true
    handler.onOpen(socket)
    this.#toClient(() => this.client.onopen?.({} as Event))
  }

  cut(kind: CutKind): void {
    if (this.#isCut) return
    this.#isCut = true
    if (kind === 'both' || kind === 'server') this.#endServer(ABNORMAL)
    if (kind === 'both' || kind === 'client') this.#endClient(ABNORMAL)
  }

  toServer(arrive: () => void): void {
    if (!this.#isClientOpen) return
    this.#dueAtServer = this.#carry(this.#dueAtServer, arrive)
  }

  #toClient(arrive: () => void): void {
    this.#dueAtClient = this.#carry(this.#dueAtClient, () => {
      if (this.#isClientOpen) arrive()
    })
  }

  /** In order: nothing overtakes what is due at `after`. */
  #carry(after: number, arrive: () => void): number {
    const now = this.#clock.now()
    const due = Math.max(after, now + this.#delayMs())
    this.#clock.after(due - now, () => {
      if (!this.#isCut) arrive()
    })
    return due
  }

  #endServer(code: number): void {
    if (!this.#isServerOpen) return
    this.#isServerOpen = false
    this.#handler?.onClose(code)
  }

  #endClient(code: number): void {
    if (!this.#isClientOpen) return
    this.#isClientOpen = false
    this.client.onclose?.({ code } as CloseEvent)
  }
}
