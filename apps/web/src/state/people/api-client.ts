import type { CallId, ContactState, UserId } from '@duet/protocol'
import { askApi, type ApiFetch, type ApiMethod, type ApiResult } from './api-request.ts'
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

export type { ApiResult } from './api-request.ts'

export interface ApiClientOptions {
  fetch: ApiFetch
}

/** The account API of the server that this page came from. */
export class ApiClient {
  readonly #fetch: ApiFetch
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

  async #ask<Value>(method: ApiMethod, path: string, body?: unknown): Promise<ApiResult<Value>> {
    const result = await askApi<Value>(this.#fetch, path, { method, body })
    if (!result.ok && result.fault.code === 'not-signed-in') this.#onSignedOut()
    return result
  }
}

function query(fields: Record<string, number | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) search.set(name, String(value))
  }
  return search.size > 0 ? `?${search}` : ''
}
