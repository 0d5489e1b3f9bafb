import { signal } from '@preact/signals'
import type { ApiClient } from './api-client.ts'
import type { LoginInfo, Self } from './api-types.ts'
import { isStrong } from './credentials-form.ts'
import { Loaded } from './loaded.ts'
import { Submission } from './submission.ts'

export interface SettingsOptions {
  api: ApiClient
  self: () => Self
  /** The server keeps this from now on. */
  onSelf: (self: Self) => void
  /** The account is deleted. */
  onDeleted: () => void
}

/** What a user may change of its own account. */
export class SettingsModel {
  readonly displayName
  readonly naming = new Submission()
  readonly disturbing = new Submission()
  readonly currentPassword = signal('')
  readonly nextPassword = signal('')
  readonly passwordChange = new Submission()
  readonly logins: Loaded<LoginInfo[]>
  readonly revocation = new Submission()
  readonly deletePassword = signal('')
  readonly deletion = new Submission()
  readonly #options: SettingsOptions

  constructor(options: SettingsOptions) {
    const { api } = options
    this.#options = options
    this.displayName = signal(options.self().displayName)
    this.logins = new Loaded(async () => {
      const result = await api.logins()
      return result.ok ? { ok: true, value: result.value.logins } : result
    })
  }

  async saveName(): Promise<void> {
    const displayName = this.displayName.peek().trim()
    const done = await this.naming.run(() => this.#options.api.changeSelf({ displayName }))
    if (!done) return
    this.displayName.value = done.value.user.displayName
    this.#options.onSelf(done.value.user)
  }

  async setDoNotDisturb(doNotDisturb: boolean): Promise<void> {
    const done = await this.disturbing.run(() => this.#options.api.changeSelf({ doNotDisturb }))
    if (done) this.#options.onSelf(done.value.user)
  }

  async changePassword(): Promise<void> {
    const [current, next] = [this.currentPassword.peek(), this.nextPassword.peek()]
    if (current === '') {
      this.passwordChange.refuse({ code: 'wrong-credentials' })
      return
    }
    if (!isStrong(next, this.#options.self().name)) {
      this.passwordChange.refuse({ code: 'weak-password' })
      return
    }
    const done = await this.passwordChange.run(() =>
      this.#options.api.changePassword(current, next),
    )
    if (!done) return
    this.currentPassword.value = ''
    this.nextPassword.value = ''
    await this.logins.load()
  }

  /** Logs another device out. */
  async revoke(id: number): Promise<void> {
    const done = await this.revocation.run(() => this.#options.api.endLogin(id))
    if (done) this.logins.update((logins) => logins.filter((login) => login.id !== id))
    else await this.logins.load()
  }

  async deleteAccount(): Promise<void> {
    const password = this.deletePassword.peek()
    const done = await this.deletion.run(() => this.#options.api.deleteSelf(password))
    if (done) this.#options.onDeleted()
  }
}
