import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { ScreenModes } from './controls.tsx'

/** Full screen and picture in picture, where the browser has them. */
export function useScreenModes(videoRef: RefObject<HTMLVideoElement | null>): ScreenModes {
  const [isFullscreen, setFullscreen] = useState(document.fullscreenElement !== null)
  useEffect(() => {
    const follow = () => setFullscreen(document.fullscreenElement !== null)
    document.addEventListener('fullscreenchange', follow)
    return () => document.removeEventListener('fullscreenchange', follow)
  }, [])
  return {
    isFullscreen,
    toggleFullscreen: document.fullscreenEnabled ? () => void toggleFullscreen() : undefined,
    togglePictureInPicture: document.pictureInPictureEnabled
      ? () => void togglePictureInPicture(videoRef.current)
      : undefined,
  }
}

async function toggleFullscreen(): Promise<void> {
  try {
    if (document.fullscreenElement) await document.exitFullscreen()
    else await document.documentElement.requestFullscreen()
  } catch {
    // Refused without a gesture: nothing changes, and nothing needs to be said.
  }
}

async function togglePictureInPicture(video: HTMLVideoElement | null): Promise<void> {
  try {
    if (document.pictureInPictureElement) await document.exitPictureInPicture()
    else await video?.requestPictureInPicture()
  } catch {
    // No picture yet: there is nothing to show in a window of its own.
  }
}
