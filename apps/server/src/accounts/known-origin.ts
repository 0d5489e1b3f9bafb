import type { SettingStore } from '../store/setting-store.ts'

/** For commands that make links while no server, or another process, serves them. */
const SETTING = 'origin'

/** Writes down under which origin people reach this server. */
export async function keepOrigin(
  settings: SettingStore,
  origin: string | undefined,
): Promise<void> {
  // It seldom changes, and a write waits for the disk.
  if (origin === undefined || origin === (await settings.get(SETTING))) return
  await settings.set(SETTING, origin)
}

/** The origin under which the server was reached last; undefined: it never ran. */
export function knownOrigin(settings: SettingStore): Promise<string | undefined> {
  return settings.get(SETTING)
}
