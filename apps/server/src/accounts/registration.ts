import type { SettingStore } from '../store/setting-store.ts'

/** Who may make an account. */
export const REGISTRATION_MODES = ['open', 'invitation', 'closed'] as const
export type RegistrationMode = (typeof REGISTRATION_MODES)[number]

const SETTING = 'registration'

/** Who may register: what an administrator chose, else what the command line says. */
export class Registration {
  readonly #settings: SettingStore
  readonly #preset: RegistrationMode

  constructor(settings: SettingStore, preset: RegistrationMode) {
    this.#settings = settings
    this.#preset = preset
  }

  async mode(): Promise<RegistrationMode> {
    const chosen = await this.#settings.get(SETTING)
    return REGISTRATION_MODES.find((mode) => mode === chosen) ?? this.#preset
  }

  choose(mode: RegistrationMode): Promise<void> {
    return this.#settings.set(SETTING, mode)
  }
}
