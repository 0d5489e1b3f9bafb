import type { Agreement, Progress } from './broadcast-state.ts'

/** Somebody in the room. */
export interface Participant {
  display: string
  /** Its stream can be played. */
  publishing: boolean
}

/** What the server tells of somebody else. */
export interface News {
  event: 'join' | 'publish' | 'control' | 'leave'
  param?: string
  data?: string
  peer: Participant
  participants: Participant[]
}

/** What it tells of a broadcast. */
export type BroadcastNews = ({ event: 'captures' } & Agreement) | ({ event: 'capture' } & Progress)

/** Answers a join. */
export interface Joined {
  participants: Participant[]
  /** What the server can do with the call; absent: it is another one. */
  captures?: readonly string[]
  /** Lets this page publish its stream as its own; absent: the server wants none. */
  token?: string
}

/** Who speaks, in which room. */
export interface Identity {
  room: string
  display: string
}

export interface SignalingOptions {
  /** An open WebSocket. */
  socket: Pick<WebSocket, 'send' | 'close' | 'addEventListener'>
  identity: Identity
  onNews: (news: News) => void
  onBroadcast: (news: BroadcastNews) => void
  /** The socket was closed, by whomever. */
  onLost: () => void
}

type Answer = { action?: string; code?: string } | null

/** Why a request was refused, as the server says it. */
export class RefusedError extends Error {
  readonly code: string

  constructor(code: string) {
    super(`refused: ${code}`)
    this.code = code
  }
}

/** Opens a WebSocket. Rejects when the server can't be reached, or does not take it. */
export function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(socket))
    socket.addEventListener('close', () => reject(new Error('the socket was closed')))
  })
}

/** Asks the server, waits for the answers, and hears what is told of others. */
export class Signaling {
  readonly #options: SignalingOptions
  readonly #waiting = new Map<string, PromiseWithResolvers<Answer>>()
  #tids = 0

  constructor(options: SignalingOptions) {
    this.#options = options
    options.socket.addEventListener('message', ({ data }) => this.#hear(String(data)))
    options.socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the socket was closed'))
      this.#waiting.clear()
      options.onLost()
    })
  }

  /** Resolves with everybody in the room. Rejects with a RefusedError, or when the socket closes. */
  async join(): Promise<Joined> {
    return (await this.#ask('join', { captures: ['live'] })) as Joined
  }

  /** Tells the others that this one can be played. Rejects as `join` does. */
  async publish(): Promise<void> {
    await this.#ask('publish')
  }

  /** Tells the others' pages what to do. Rejects as `join` does. */
  async control(call: 'refresh' | 'alert', data = ''): Promise<void> {
    await this.#ask('control', { call, data })
  }

  /** Agrees with `peer` to a broadcast, or not any more. Rejects as `join` does. */
  async consent(given: boolean, peer: string): Promise<void> {
    await this.#ask('consent', { purpose: 'live', given, peer })
  }

  /** Begins the broadcast that both agreed to, or ends it. Rejects as `join` does. */
  async capture(
    how: { on: false } | { on: true; layout: string; push?: { url: string; key: string } },
  ): Promise<void> {
    await this.#ask('capture', { purpose: 'live', ...how })
  }

  close(): void {
    this.#options.socket.close()
  }

  async #ask(action: string, more: object = {}): Promise<Answer> {
    this.#tids++
    const tid = String(this.#tids)
    const answered = Promise.withResolvers<Answer>()
    this.#waiting.set(tid, answered)
    const msg = { action, ...this.#options.identity, ...more }
    this.#options.socket.send(JSON.stringify({ tid, msg }))
    const answer = await answered.promise
    if (answer?.action === 'error') throw new RefusedError(answer.code ?? '')
    return answer
  }

  #hear(frame: string): void {
    const { tid, msg } = JSON.parse(frame) as { tid?: string; msg: Answer }
    if (tid === undefined) return this.#tell(msg as unknown as News | BroadcastNews)
    this.#waiting.get(tid)?.resolve(msg)
    this.#waiting.delete(tid)
  }

  #tell(news: News | BroadcastNews): void {
    if (news.event === 'captures' || news.event === 'capture') this.#options.onBroadcast(news)
    else this.#options.onNews(news)
  }
}
