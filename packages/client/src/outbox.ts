import type { CancelTimer, Clock } from '@duet/base'
import type { ErrorCode, SendMessage } from '@duet/protocol'

/** Messages that may wait until they are kept; one that comes after them is refused. */
const MAX_WAITING_MESSAGES = 100

/** Messages of which is known that they came, so that none is told twice. */
const MAX_KNOWN_MESSAGES = 256

/** The pause before a message is sent again that the server could not keep. */
const AGAIN_MS = 2_000

/** Refusals that another try may mend. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'internal',
  'not-attending',
  'rate-limited',
  'unavailable',
])

export interface OutboxOptions {
  clock: Clock
  /** False while nothing can be sent; `resume()` is called when that changes. */
  isOpen: () => boolean
  send: (message: SendMessage) => void
  /** Will not be sent. */
  onRefused: (code: ErrorCode, clientId: string) => void
}

/**
 * Messages written here until the server kept them: one at a time, so that they keep their order
 * whatever is refused in between, and again until they are kept. What comes twice is told once.
 */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #waiting = new Map<string, SendMessage>()
  readonly #known = new Set<number>()
  /** The one that is on its way. */
  #sent: string | undefined
  #cancelPause: CancelTimer | undefined

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  add(message: SendMessage): void {
    const { clientId } = message
    if (this.#waiting.size >= MAX_WAITING_MESSAGES) {
      return this.#options.onRefused('rate-limited', clientId)
    }
    this.#waiting.set(clientId, message)
    this.resume()
  }

  /** What was on its way may be lost: the session is a new one. */
  begin(): void {
    this.#sent = undefined
    this.resume()
  }

  /** Goes on, where something waits and can be sent. */
  resume(): void {
    const [next] = this.#waiting.values()
    if (!next || this.#sent !== undefined || this.#cancelPause || !this.#options.isOpen()) return
    this.#sent = next.clientId
    this.#options.send(next)
  }

  /** A message was kept; true when this is heard for the first time. */
  handleKept(id: number, clientId: string | undefined): boolean {
    if (clientId !== undefined) this.#settle(clientId)
    if (this.#known.has(id)) return false
    this.#known.add(id)
    const [oldest] = this.#known
    if (this.#known.size > MAX_KNOWN_MESSAGES && oldest !== undefined) this.#known.delete(oldest)
    return true
  }

  handleRefused(code: ErrorCode, clientId: string): void {
    if (!this.#waiting.has(clientId)) return
    if (!PASSING.has(code)) {
      this.#settle(clientId)
      return this.#options.onRefused(code, clientId)
    }
    this.#sent = undefined
    this.#cancelPause?.()
    this.#cancelPause = this.#options.clock.after(AGAIN_MS, () => {
      this.#cancelPause = undefined
      this.resume()
    })
  }

  /** Idempotent. */
  close(): void {
    this.#cancelPause?.()
    this.#waiting.clear()
  }

  #settle(clientId: string): void {
    this.#waiting.delete(clientId)
    if (this.#sent === clientId) this.#sent = undefined
    this.resume()
  }
}
