import type { DeviceFault, DevicePorts, SeenPicture } from '../../state/check/ports.ts'
import { watchLevel } from '../level.ts'

/** A camera that shows nothing for so long is broken, in milliseconds. */
const PICTURE_MS = 6_000
/** Cameras get brighter in their first moments, in milliseconds. */
const LOOK_EVERY_MS = 250
/** Of 255: a lid leaves less. */
const DARK_LEVEL = 12

const TONE = { hertz: 440, seconds: 1.2, level: 0.2 }

/** The camera, the microphone and the speaker of this device. */
export const browserDevices: DevicePorts = {
  async open(kind) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(
        kind === 'camera' ? { video: true } : { audio: true },
      )
      const [track] = stream.getTracks()
      return track ? { track } : { fault: 'missing' }
    } catch (error) {
      return { fault: faultOf(error) }
    }
  },
  lookAt,
  watchLevel,
  playTone,
}

function faultOf(error: unknown): DeviceFault {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'missing'
}

async function lookAt(track: MediaStreamTrack): Promise<SeenPicture | undefined> {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = new MediaStream([track])
  video.play().catch(() => {})
  const until = performance.now() + PICTURE_MS
  let seen: SeenPicture | undefined
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    if (video.videoWidth === 0) continue
    const { videoWidth: width, videoHeight: height } = video
    seen = { width, height, isDark: brightnessOf(video) < DARK_LEVEL }
    if (!seen.isDark) break
  }
  video.srcObject = null
  return seen
}

/** The brightest spot, of 255. */
function brightnessOf(video: HTMLVideoElement): number {
  const canvas = Object.assign(document.createElement('canvas'), { width: 16, height: 9 })
  const context = canvas.getContext('2d')
  if (!context) return 255
  context.drawImage(video, 0, 0, 16, 9)
  const { data } = context.getImageData(0, 0, 16, 9)
  return data.reduce((most, value, index) => (index % 4 === 3 ? most : Math.max(most, value)), 0)
}

async function playTone(): Promise<void> {
  const context = new AudioContext()
  const tone = new OscillatorNode(context, { frequency: TONE.hertz })
  const volume = new GainNode(context, { gain: 0 })
  tone.connect(volume).connect(context.destination)
  const { currentTime } = context
  const end = currentTime + TONE.seconds
  // Without a ramp it clicks.
  volume.gain.linearRampToValueAtTime(TONE.level, currentTime + 0.05)
  volume.gain.setValueAtTime(TONE.level, end - 0.05)
  volume.gain.linearRampToValueAtTime(0, end)
  tone.start()
  tone.stop(end)
  await new Promise((resolve) => setTimeout(resolve, TONE.seconds * 1000))
  await context.close()
}
