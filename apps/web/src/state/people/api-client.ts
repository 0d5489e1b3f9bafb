import type { CallId, ContactState, UserId } from '@duet/protocol'
import { apiCodeOf, type ApiFault } from '../../i18n/api-sentences.ts'
import type {
  CallReport,
  Credentials,
  HistoryCall,
  LinkInfo,
  LinkKind,
  LoginInfo,
  MessagesPage,
  OpenedRoom,
  Self,
  ServerOverview,
  ServerSettings,
  Welcome,
} from './api-types.ts'

/** What a request came to; nothing is thrown. */
export type ApiResult<Value> = { ok: true; value: Value } | { ok: false; fault: ApiFault }

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface ApiClientOptions {
  fetch: (path: string, init: RequestInit) => Promise<Response>
}

/** Longer than any answer takes that is worth waiting for, in milliseconds. */
const TIMEOUT_MS = 20_000

/** The account API of the server that this page came from. */
export class ApiClient {
  readonly #fetch: ApiClientOptions['fetch']
  #onSignedOut: () => void = () => {}

  constructor({ fetch }: ApiClientOptions) {
    this.#fetch = fetch
  }

  /** `listener` hears when a request was refused because nobody is logged in. */
  onSignedOut(listener: () => void): void {
    this.#onSignedOut = listener
  }

  welcome(): Promise<ApiResult<Welcome>> {
    return this.#ask('GET', 'me')
  }

  login(credentials: Credentials): Promise<ApiResult<{ user: Self }>> {
    return this.#enter('login', credentials)
  }

  register(credentials: Credentials): Promise<ApiResult<{ user: Self }>> {
    return this.#enter('register', credentials)
  }

  logout(): Promise<ApiResult<void>> {
    return this.#ask('POST', 'logout')
  }

  changeSelf(
    changes: Partial<Pick<Self, 'displayName' | 'doNotDisturb'>>,
  ): Promise<ApiResult<{ user: Self }>> {
    return this.#ask('PATCH', 'me', changes)
  }

  changePassword(current: string, next: string): Promise<ApiResult<void>> {
    return this.#ask('POST', 'me/password', { current, next })
  }

  deleteSelf(password: string): Promise<ApiResult<void>> {
    return this.#ask('POST', 'me/delete', { password })
  }

  logins(): Promise<ApiResult<{ logins: LoginInfo[] }>> {
    return this.#ask('GET', 'me/logins')
  }

  endLogin(id: number): Promise<ApiResult<void>> {
    return this.#ask('DELETE', `me/logins/${id}`)
  }

  /** Asks, or accepts who asked. */
  askContact(id: UserId): Promise<ApiResult<{ contact: ContactState }>> {
    return this.#ask('PUT', `contacts/${id}`)
  }

  /** Asks one whom this user may not see yet. */
  askContactByName(name: string): Promise<ApiResult<{ contact: ContactState }>> {
    return this.#ask('POST', 'contacts', { name })
  }

  removeContact(id: UserId): Promise<ApiResult<void>> {
    return this.#ask('DELETE', `contacts/${id}`)
  }

  block(id: UserId): Promise<ApiResult<void>> {
    return this.#ask('PUT', `blocks/${id}`)
  }

  unblock(id: UserId): Promise<ApiResult<void>> {
    return this.#ask('DELETE', `blocks/${id}`)
  }

  /** The latest messages with `other` (null: to everyone) below the id `before`. */
  messages(
    other: UserId | null,
    page: { before?: number; limit: number },
  ): Promise<ApiResult<MessagesPage>> {
    return this.#ask('GET', `messages/${other ?? 'all'}${query(page)}`)
  }

  /** The latest calls that began before `before`. */
  calls(page: { before?: number; limit: number }): Promise<ApiResult<{ calls: HistoryCall[] }>> {
    return this.#ask('GET', `calls${query(page)}`)
  }

  callsSeen(): Promise<ApiResult<void>> {
    return this.#ask('POST', 'calls/seen')
  }

  call(id: CallId): Promise<ApiResult<{ call: HistoryCall; reports: CallReport[] }>> {
    return this.#ask('GET', `calls/${encodeURIComponent(id)}`)
  }

  deleteCall(id: CallId): Promise<ApiResult<void>> {
    return this.#ask('DELETE', `calls/${encodeURIComponent(id)}`)
  }

  deleteCalls(): Promise<ApiResult<void>> {
    return this.#ask('DELETE', 'calls')
  }

  rooms(): Promise<ApiResult<{ rooms: OpenedRoom[] }>> {
    return this.#ask('GET', 'rooms')
  }

  openRoom(room: Omit<OpenedRoom, 'createdAt'>): Promise<ApiResult<{ room: OpenedRoom }>> {
    return this.#ask('POST', 'rooms', room)
  }

  closeRoom(name: string): Promise<ApiResult<void>> {
    return this.#ask('DELETE', `rooms/${encodeURIComponent(name)}`)
  }

  link(kind: LinkKind, token: string): Promise<ApiResult<LinkInfo>> {
    return this.#ask('GET', `links/${kind}/${encodeURIComponent(token)}`)
  }

  reset(token: string, password: string): Promise<ApiResult<void>> {
    return this.#ask('POST', 'reset', { token, password })
  }

  /** Without credentials: the one who is logged in becomes administrator. */
  becomeAdministrator(
    token: string,
    credentials?: Credentials,
  ): Promise<ApiResult<{ user: Self }>> {
    return this.#enter('administrator', { token, ...credentials })
  }

  overview(): Promise<ApiResult<ServerOverview>> {
    return this.#ask('GET', 'admin')
  }

  changeServer(changes: Partial<ServerSettings>): Promise<ApiResult<Partial<ServerOverview>>> {
    return this.#ask('PATCH', 'admin', changes)
  }

  invite(wish: { uses?: number; days?: number }): Promise<ApiResult<{ url: string }>> {
    return this.#ask('POST', 'admin/invitations', wish)
  }

  revokeInvitations(): Promise<ApiResult<void>> {
    return this.#ask('DELETE', 'admin/invitations')
  }

  makeReset(id: UserId): Promise<ApiResult<{ url: string }>> {
    return this.#ask('POST', `admin/users/${id}/reset`)
  }

  changeUser(id: UserId, changes: { isAdministrator: boolean }): Promise<ApiResult<unknown>> {
    return this.#ask('PATCH', `admin/users/${id}`, changes)
  }

  deleteUser(id: UserId): Promise<ApiResult<void>> {
    return this.#ask('DELETE', `admin/users/${id}`)
  }

  /** Browsers keep the cookie of a login over HTTPS and on this very machine only. */
  async #enter(path: string, body: object): Promise<ApiResult<{ user: Self }>> {
    const entered = await this.#ask<{ user: Self }>('POST', path, body)
    if (!entered.ok) return entered
    const welcome = await this.welcome()
    const isKept = !welcome.ok || welcome.value.user !== null
    return isKept ? entered : { ok: false, fault: { code: 'cookie-refused' } }
  }

  async #ask<Value>(method: Method, path: string, body?: unknown): Promise<ApiResult<Value>> {
    const isRead = method === 'GET'
    let response: Response
    try {
      response = await this.#fetch(`/api/${path}`, {
        method,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        // A type that no form of another site can have: the server asks for it.
        headers: isRead ? {} : { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch {
      return { ok: false, fault: { code: 'network' } }
    }
    const answer = await jsonOf(response)
    if (response.ok) return { ok: true, value: answer as Value }
    const fault = faultOf(response, answer)
    if (fault.code === 'not-signed-in') this.#onSignedOut()
    return { ok: false, fault }
  }
}

/** What the answer holds; undefined for none, and for what is no JSON: a page of a proxy. */
async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

function faultOf(response: Response, answer: unknown): ApiFault {
  const error = (answer as { error?: { code?: unknown; message?: unknown } } | undefined)?.error
  const code = error ? apiCodeOf(error.code) : codeOfStatus(response.status)
  const wait = Number(response.headers.get('retry-after'))
  return {
    code,
    ...(typeof error?.message === 'string' && { detail: error.message }),
    ...(wait > 0 && { retryAfterS: wait }),
  }
}

/** For answers that are not the API's own, such as a proxy's while the server is away. */
function codeOfStatus(status: number) {
  if (status === 502 || status === 503 || status === 504) return 'unavailable'
  return status === 429 ? 'rate-limited' : 'internal'
}

function query(fields: Record<string, number | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) search.set(name, String(value))
  }
  return search.size > 0 ? `?${search}` : ''
}
