import { messageOf } from '@duet/base'

const PLAYLIST_TYPE = 'application/vnd.apple.mpegurl'

export interface HlsOptions {
  video: HTMLVideoElement
  /** The address of the playlist. */
  playlist: string
  /** It can't be played, or does not come any more; told once. */
  onFail: (reason: string) => void
}

/** Plays a playlist: by the browser itself where it can, else by `hls.js`, which is loaded for it. */
export function playHls({ video, playlist, onFail }: HlsOptions): () => void {
  let stop = nothing
  let isOver = false
  const fail = (reason: string) => {
    if (isOver) return
    close()
    onFail(reason)
  }
  const close = () => {
    isOver = true
    stop()
  }
  const byScript = async () => {
    stop()
    try {
      const { openHls } = await import('../hls-app.ts')
      if (!isOver) stop = openHls({ video, playlist, onFail: fail })
    } catch (error) {
      fail(messageOf(error))
    }
  }
  // Some browsers say that they may and then can't.
  if (video.canPlayType(PLAYLIST_TYPE) === '') void byScript()
  else stop = playNatively(video, playlist, () => void byScript())
  return close
}

function playNatively(video: HTMLVideoElement, playlist: string, onError: () => void): () => void {
  video.addEventListener('error', onError)
  video.src = playlist
  return () => {
    video.removeEventListener('error', onError)
    video.removeAttribute('src')
    video.load()
  }
}

function nothing(): void {}
