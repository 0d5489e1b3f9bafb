import { DuetError, messageOf } from '@duet/base'

/** An error as it crosses from one thread to another. */
interface RemoteError {
  kind: 'duet' | 'type' | 'other'
  code: string
  message: string
}

type RemoteMessage =
  | { kind: 'call'; id: number; method: string; args: unknown[] }
  | { kind: 'note'; method: string; args: unknown[] }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'error'; id: number; error: RemoteError }

/** What the other thread may call, by name. */
export type RemoteHandlers = Record<string, (...args: never[]) => unknown>

interface Pending {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

/** Calls from one thread to another and back, over messages. */
export class Remote {
  readonly #post: (message: unknown) => void
  readonly #handlers: RemoteHandlers
  readonly #pending = new Map<number, Pending>()
  #nextId = 1

  constructor(post: (message: unknown) => void, handlers: RemoteHandlers) {
    this.#post = post
    this.#handlers = handlers
  }

  /** Calls a handler of the other thread; rejects with what it throws. */
  call(method: string, ...args: unknown[]): Promise<unknown> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.#post({ kind: 'call', id, method, args } satisfies RemoteMessage)
    })
  }

  /** The same, without an answer. */
  note(method: string, ...args: unknown[]): void {
    this.#post({ kind: 'note', method, args } satisfies RemoteMessage)
  }

  /** A message came from the other thread. */
  handle(message: unknown): void {
    const received = message as RemoteMessage
    if (received.kind === 'call') void this.#answer(received)
    else if (received.kind === 'note') this.#take(received)
    else this.#settle(received)
  }

  /** The other thread is gone. */
  close(): void {
    const lost = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of lost) reject(new Error('the thread ended'))
  }

  async #answer(call: Extract<RemoteMessage, { kind: 'call' }>): Promise<void> {
    let answer: RemoteMessage
    try {
      answer = { kind: 'result', id: call.id, value: await this.#invoke(call) }
    } catch (error) {
      answer = { kind: 'error', id: call.id, error: describe(error) }
    }
    this.#post(answer)
  }

  #take(note: Extract<RemoteMessage, { kind: 'note' }>): void {
    try {
      this.#invoke(note)
    } catch {
      // Nobody waits for what becomes of it.
    }
  }

  #invoke({ method, args }: { method: string; args: unknown[] }): unknown {
    const handler = Object.hasOwn(this.#handlers, method) ? this.#handlers[method] : undefined
    if (!handler) throw new TypeError(`there is no ${method}`)
    return handler(...(args as never[]))
  }

  #settle(answer: Extract<RemoteMessage, { kind: 'result' | 'error' }>): void {
    const pending = this.#pending.get(answer.id)
    this.#pending.delete(answer.id)
    if (answer.kind === 'result') pending?.resolve(answer.value)
    else pending?.reject(revive(answer.error))
  }
}

function describe(error: unknown): RemoteError {
  const message = messageOf(error)
  if (error instanceof DuetError) return { kind: 'duet', code: error.code, message }
  return { kind: error instanceof TypeError ? 'type' : 'other', code: '', message }
}

function revive({ kind, code, message }: RemoteError): Error {
  if (kind === 'duet') return new DuetError(code, message)
  return kind === 'type' ? new TypeError(message) : new Error(message)
}
