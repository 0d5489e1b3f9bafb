import { ErrorTypes, Events, Hls, isSupported } from 'hls.js/light'
import type { HlsOptions } from './browser/hls.ts'

/** A gap that is not mended by itself is mended so often before it counts as the end. */
const MAX_RECOVERIES = 3

/** Plays a playlist by Media Source Extensions; returns what ends it. */
export function openHls({ video, playlist, onFail }: HlsOptions): () => void {
  if (!isSupported()) {
    onFail('this browser has no Media Source Extensions')
    return () => {}
  }
  // The policy of the pages allows no worker from a blob.
  const hls = new Hls({ enableWorker: false, liveSyncDurationCount: 2 })
  let recoveries = 0
  hls.on(Events.ERROR, (_event, { details, fatal, type }) => {
    if (!fatal) return
    if (type === ErrorTypes.MEDIA_ERROR && recoveries < MAX_RECOVERIES) {
      recoveries += 1
      hls.recoverMediaError()
    } else onFail(details)
  })
  hls.loadSource(playlist)
  hls.attachMedia(video)
  return () => hls.destroy()
}
