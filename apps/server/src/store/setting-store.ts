/** What an administrator changes at run time, by name. */
export interface SettingStore {
  get(name: string): Promise<string | undefined>
  set(name: string, value: string): Promise<void>
}
