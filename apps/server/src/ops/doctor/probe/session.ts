import { PROTOCOL_VERSION, SUBPROTOCOL, type IceServer } from '@duet/protocol'
import type { Target } from '../target.ts'

const ANSWER_MS = 8_000

/** What the server says to hello (docs/protocol.md, H4). */
export interface Welcomed {
  iceServers: readonly IceServer[]
  hasMedia: boolean
}

/** refused: the WebSocket did not open. silent: nothing came over it. */
export type SessionTrial =
  | { outcome: 'ok'; session: DoctorSession; welcome: Welcomed; ms: number }
  | { outcome: 'refused' | 'silent' }

/** A session as a browser has it: the logins of its relays are good until it is closed. */
export class DoctorSession {
  readonly #socket: WebSocket
  readonly #listeners = new Set<(message: Record<string, unknown>) => void>()
  #seq = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      const message = read(String(data))
      for (const listener of this.#listeners) listener(message)
    })
  }

  /** Says hello and waits for the welcome. Never rejects. */
  static async open(target: Target): Promise<SessionTrial> {
    const beganAt = performance.now()
    const url = new URL('/ws', target.origin)
    url.protocol = target.isSecure ? 'wss:' : 'ws:'
    const socket = new WebSocket(url.href, {
      protocols: [SUBPROTOCOL],
      tls: { rejectUnauthorized: false },
    } as unknown as string[])
    const session = new DoctorSession(socket)
    let isOpen = false
    socket.addEventListener('open', () => {
      isOpen = true
      socket.send(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION }))
    })
    const welcome = await session.wait(({ type }) => type === 'welcome')
    if (!welcome || !Array.isArray(welcome['iceServers'])) {
      session.close()
      return { outcome: isOpen ? 'silent' : 'refused' }
    }
    const iceServers = welcome['iceServers'] as IceServer[]
    const ms = performance.now() - beganAt
    return {
      outcome: 'ok',
      session,
      welcome: { iceServers, hasMedia: welcome['media'] === true },
      ms,
    }
  }

  /** The next message that fits; undefined when there is none in time, or the socket closed. */
  wait(
    isWanted: (message: Record<string, unknown>) => boolean,
  ): Promise<Record<string, unknown> | undefined> {
    const { promise, resolve } = Promise.withResolvers<Record<string, unknown> | undefined>()
    const listen = (message: Record<string, unknown>): void => {
      if (isWanted(message)) resolve(message)
    }
    const timer = setTimeout(() => resolve(undefined), ANSWER_MS)
    const end = (): void => resolve(undefined)
    this.#listeners.add(listen)
    this.#socket.addEventListener('close', end)
    return promise.finally(() => {
      clearTimeout(timer)
      this.#listeners.delete(listen)
      this.#socket.removeEventListener('close', end)
    })
  }

  /** A request with its number (rule S1). */
  request(message: object): void {
    this.#seq += 1
    this.send({ ...message, seq: this.#seq, ack: 0 })
  }

  /** A message without one. */
  send(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  /** Ends the session. Idempotent. */
  close(): void {
    this.#socket.close(1000)
  }
}

/** The object in a frame; empty where there is none. */
function read(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
