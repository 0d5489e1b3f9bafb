import type { PhoneEvents } from '@duet/client'
import type { MessageInfo, PersonInfo, UserId } from '@duet/protocol'
import { ApiClient } from './api-client.ts'
import type { PhonePort } from './phone-port.ts'
import type { HistoryPort } from './router.ts'

const SELF = { id: 1, name: 'ann', displayName: 'Ann', doNotDisturb: false }

export function person(id: UserId, name: string, more: Partial<PersonInfo> = {}): PersonInfo {
  return {
    id,
    name,
    displayName: '',
    presence: 'online',
    lastSeenAt: null,
    contact: 'none',
    isBlocked: false,
    unread: 0,
    ...more,
  }
}

export function message(id: number, from: UserId, more: Partial<MessageInfo> = {}): MessageInfo {
  return { id, from, to: from === 1 ? 2 : 1, body: `message ${id}`, sentAt: id * 1000, ...more }
}

/** A phone that tells what the test says, and remembers what it was asked for. */
export class FakePhone implements PhonePort {
  state: PhonePort['state'] = { name: 'attending' }
  self: PhonePort['self'] = SELF
  people: readonly PersonInfo[] = []
  unreadToAll = 0
  mayWriteToAll = true
  missed = 0
  readonly sent: { to: UserId | null; body: string; clientId: string }[] = []
  readonly read: { with: UserId | null; upTo: number }[] = []
  isClosed = false
  readonly #listeners = new Set<{ event: string; listener: (...args: never[]) => void }>()

  get listeners(): number {
    return this.#listeners.size
  }

  on<Name extends keyof PhoneEvents>(
    event: Name,
    listener: (...args: PhoneEvents[Name]) => void,
  ): () => void {
    const entry = { event, listener: listener as unknown as (...args: never[]) => void }
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  tell<Name extends keyof PhoneEvents>(event: Name, ...args: PhoneEvents[Name]): void {
    for (const entry of this.#listeners) {
      if (entry.event === event) entry.listener(...(args as unknown as never[]))
    }
  }

  send(to: UserId | null, body: string): string {
    const clientId = `client-${this.sent.length}`
    this.sent.push({ to, body, clientId })
    return clientId
  }

  markRead(withUser: UserId | null, upTo: number): void {
    this.read.push({ with: withUser, upTo })
  }

  close(): void {
    this.isClosed = true
  }
}

/** Answers requests as `answers` say, by method and path; a number is a refusal's status. */
export class FakeServer {
  readonly answers = new Map<string, { status: number; body?: unknown; headers?: HeadersInit }>()
  readonly asked: { request: string; init: RequestInit }[] = []
  isReachable = true
  readonly api = new ApiClient({ fetch: (path, init) => this.#answer(path, init) })

  answer(request: string, body: unknown, status = 200, headers: HeadersInit = {}): void {
    this.answers.set(request, { status, body, headers })
  }

  refuse(request: string, status: number, code: string, text = ''): void {
    this.answer(request, { error: { code, message: text } }, status)
  }

  get requests(): string[] {
    return this.asked.map(({ request }) => request)
  }

  #answer(path: string, init: RequestInit): Promise<Response> {
    const request = `${init.method ?? 'GET'} ${path}`
    this.asked.push({ request, init })
    if (!this.isReachable) return Promise.reject(new TypeError('Failed to fetch'))
    const answer = this.answers.get(request)
    if (!answer) return Promise.resolve(new Response('no such address', { status: 404 }))
    const { status, body, headers = {} } = answer
    const text = body === undefined ? null : JSON.stringify(body)
    return Promise.resolve(new Response(text, { status, headers }))
  }
}

/** A browser's history. */
export class FakeHistory implements HistoryPort {
  readonly paths: string[]
  #listener: () => void = () => {}

  constructor(path: string) {
    this.paths = [path]
  }

  place() {
    const url = new URL(this.paths.at(-1) ?? '/', 'https://here.invalid')
    return { pathname: url.pathname, search: url.search }
  }

  push(path: string): void {
    this.paths.push(path)
  }

  replace(path: string): void {
    this.paths[this.paths.length - 1] = path
  }

  onMove(listener: () => void): () => void {
    this.#listener = listener
    return () => (this.#listener = () => {})
  }

  back(): void {
    this.paths.pop()
    this.#listener()
  }
}
