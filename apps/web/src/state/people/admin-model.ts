import { signal, type ReadonlySignal } from '@preact/signals'
import type { UserId } from '@duet/protocol'
import type { ApiClient } from './api-client.ts'
import type { AdminUser, ServerOverview, ServerSettings } from './api-types.ts'
import { Loaded } from './loaded.ts'
import { Submission } from './submission.ts'

/** A link that was just made, for one user. */
export interface ResetLink {
  user: UserId
  url: string
}

/** What an administrator sees and changes. */
export class AdminModel {
  readonly overview: Loaded<ServerOverview>
  readonly settings = new Submission()
  readonly uses = signal(1)
  readonly days = signal(7)
  readonly inviting = new Submission()
  /** The invitation link that was made last. */
  readonly invitation: ReadonlySignal<string | null>
  readonly revocation = new Submission()
  readonly userChange = new Submission()
  readonly resetLink: ReadonlySignal<ResetLink | null>
  readonly #invitation = signal<string | null>(null)
  readonly #resetLink = signal<ResetLink | null>(null)
  readonly #api: ApiClient

  constructor(api: ApiClient) {
    this.#api = api
    this.invitation = this.#invitation
    this.resetLink = this.#resetLink
    this.overview = new Loaded(() => api.overview())
  }

  async change(changes: Partial<ServerSettings>): Promise<void> {
    const done = await this.settings.run(() => this.#api.changeServer(changes))
    if (done) this.overview.update((overview) => ({ ...overview, ...changes }))
  }

  async invite(): Promise<void> {
    const wish = { uses: this.uses.peek(), days: this.days.peek() }
    const done = await this.inviting.run(() => this.#api.invite(wish))
    if (done) this.#invitation.value = done.value.url
  }

  async revokeInvitations(): Promise<boolean> {
    const done = await this.revocation.run(() => this.#api.revokeInvitations())
    if (done) this.#invitation.value = null
    return done !== undefined
  }

  async makeReset(user: UserId): Promise<void> {
    const done = await this.userChange.run(() => this.#api.makeReset(user))
    if (done) this.#resetLink.value = { user, url: done.value.url }
  }

  async setAdministrator(user: UserId, isAdministrator: boolean): Promise<void> {
    const done = await this.userChange.run(() => this.#api.changeUser(user, { isAdministrator }))
    if (done)
      this.#updateUsers((users) =>
        users.map((other) => {
          return other.id === user ? { ...other, isAdministrator } : other
        }),
      )
  }

  async deleteUser(user: UserId): Promise<boolean> {
    const done = await this.userChange.run(() => this.#api.deleteUser(user))
    if (done) this.#updateUsers((users) => users.filter(({ id }) => id !== user))
    return done !== undefined
  }

  #updateUsers(change: (users: AdminUser[]) => AdminUser[]): void {
    this.overview.update((overview) => ({ ...overview, users: change(overview.users) }))
  }
}
