import type { SettingStore } from '../store/setting-store.ts'

/** Name of the setting; its values are `true` and `false`. */
const SETTING = 'mayAllWriteToAll'

/** M3: whether everybody may write to everyone, or administrators only. */
export class WritingToAll {
  readonly #settings: Pick<SettingStore, 'get'>

  constructor(settings: Pick<SettingStore, 'get'>) {
    this.#settings = settings
  }

  /** Everybody, as long as no administrator chose otherwise. Rejects with a StoreError. */
  async isForAll(): Promise<boolean> {
    return (await this.#settings.get(SETTING)) !== 'false'
  }
}

/** An administrator's choice. Rejects with a StoreError. */
export function chooseWritingToAll(settings: SettingStore, isForAll: boolean): Promise<void> {
  return settings.set(SETTING, String(isForAll))
}
