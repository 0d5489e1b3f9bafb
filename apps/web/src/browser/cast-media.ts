import type { CastMediaPort } from '../state/cast/ports.ts'
import { browserMedia } from './media.ts'

/** What the standard has and the types don't know yet (Screen Capture §5.4). */
interface ScreenOptions extends Omit<DisplayMediaStreamOptions, 'audio'> {
  audio: MediaTrackConstraints & { suppressLocalAudioPlayback: boolean }
  selfBrowserSurface: 'include' | 'exclude'
  surfaceSwitching: 'include' | 'exclude'
  systemAudio: 'include' | 'exclude'
}

/** What is heard comes as it is, and a tab is heard at the TV only. */
const SCREEN: ScreenOptions = {
  video: { frameRate: { ideal: 30, max: 30 } },
  audio: {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    suppressLocalAudioPlayback: true,
  },
  systemAudio: 'include',
  selfBrowserSurface: 'exclude',
  surfaceSwitching: 'include',
}

/** The browser's screens, windows, tabs and cameras, as a TV wants them. */
export const castMedia: CastMediaPort = {
  ...browserMedia,
  captureScreen:
    browserMedia.captureScreen &&
    (async () => {
      const stream = await navigator.mediaDevices.getDisplayMedia(SCREEN)
      return stream.getTracks()
    }),
}
