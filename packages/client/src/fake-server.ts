import type { CapturePurpose, ClientRequest, ServerEvent, Welcome } from '@duet/protocol'
import type { SocketLike } from './session.ts'

type Frame = Record<string, unknown> & { type: string }

class FakeSocket implements SocketLike {
  onopen: ((event: Event) => void) | null = null
  onmessage: ((event: MessageEvent) => void) | null = null
  onclose: ((event: CloseEvent) => void) | null = null
  isOpen = true
  readonly #onFrame: (frame: Frame) => void

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame
  }

  send(data: string): void {
    this.#onFrame(JSON.parse(data) as Frame)
  }

  close(): void {
    this.isOpen = false
  }

  end(code: number): void {
    this.isOpen = false
    this.onclose?.({ code } as CloseEvent)
  }

  hear(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent)
  }
}

/** A server of one client, which says what its test lets it say. For tests. */
export class FakeServer {
  readonly sockets: FakeSocket[] = []
  /** What the client asked for, in order, each once. */
  readonly heard: ClientRequest[] = []
  isReachable = true
  /** Calls can go through it. */
  hasMedia = true
  /** What calls can be taken for. */
  captures: CapturePurpose[] = ['record', 'live']
  #session = 1
  #sent = 0
  #received = 0

  readonly openSocket = (): SocketLike => {
    const socket = new FakeSocket((frame) => this.#onFrame(socket, frame))
    this.sockets.push(socket)
    queueMicrotask(() => {
      if (this.isReachable) socket.onopen?.({} as Event)
      else socket.end(1006)
    })
    return socket
  }

  /** The number of what the client asked for last. */
  get received(): number {
    return this.#received
  }

  /** What the client asked for of one kind. */
  all<Type extends ClientRequest['type']>(type: Type): Extract<ClientRequest, { type: Type }>[] {
    return this.heard.filter(
      (request): request is Extract<ClientRequest, { type: Type }> => request.type === type,
    )
  }

  say(event: ServerEvent): void {
    this.#socket?.hear({ ...event, seq: ++this.#sent, ack: this.#received })
  }

  /** The way to the server is cut; the session goes on. */
  cut(code = 1006): void {
    this.isReachable = false
    this.#socket?.end(code)
  }

  /** A new process, which knows nobody. */
  restart(): void {
    this.cut()
    this.#session++
    this.#sent = 0
    this.#received = 0
    this.isReachable = true
  }

  get #socket(): FakeSocket | undefined {
    return this.sockets.at(-1)
  }

  #onFrame(socket: FakeSocket, frame: Frame): void {
    if (frame.type === 'hello') return socket.hear(this.#welcome(frame))
    if (typeof frame['seq'] !== 'number' || frame['seq'] <= this.#received) return
    this.#received = frame['seq']
    const { seq: _seq, ack: _ack, ...request } = frame
    this.heard.push(request as unknown as ClientRequest)
  }

  #welcome(hello: Frame): Welcome {
    const session = `session-${this.#session}`
    const resumed = hello['session'] === session
    if (!resumed) this.#received = 0
    return {
      type: 'welcome',
      version: 1,
      session,
      resumed,
      ack: this.#received,
      iceServers: [{ urls: ['stun:stun.example'] }],
      iceServersExpireAt: 0,
      pingIntervalMs: 5_000,
      graceMs: 30_000,
      ...(this.hasMedia && { media: true }),
      ...(this.captures.length > 0 && { captures: this.captures }),
    }
  }
}
