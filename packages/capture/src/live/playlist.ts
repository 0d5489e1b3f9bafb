import { appendFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LIVE_PLAYLIST } from '../live.ts'

/** Removes what an earlier broadcast left. */
export async function clearPlaylist(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => [])
  const old = names.filter(
    (name) => name.startsWith(LIVE_PLAYLIST) || /^\d+\.ts(\.tmp)?$/.test(name),
  )
  await Promise.all(old.map((name) => rm(join(directory, name), { force: true })))
}

/** Changes with each segment; 0 while there is none. */
export async function playlistVersion(directory: string): Promise<number> {
  try {
    return (await stat(join(directory, LIVE_PLAYLIST))).mtimeMs
  } catch {
    return 0
  }
}

/** RFC 8216 §4.3.3.4: nothing more comes. Written here, for each ffmpeg but the last would be wrong to. */
export async function endPlaylist(directory: string): Promise<void> {
  if ((await playlistVersion(directory)) === 0) return
  await appendFile(join(directory, LIVE_PLAYLIST), '#EXT-X-ENDLIST\n').catch(() => {})
}
