import type { MediaPort } from '../state/ports.ts'

/** Absent in insecure contexts, whatever the types say. */
const devices = navigator.mediaDevices as MediaDevices | undefined

/** The browser's microphones, cameras and screens. */
export const browserMedia: MediaPort = {
  async capture(constraints) {
    if (!devices) throw new DOMException('no media devices', 'NotSupportedError')
    return (await devices.getUserMedia(constraints)).getTracks()
  },

  // Phones have none. Sound comes along where the browser and the person allow it.
  captureScreen:
    devices && 'getDisplayMedia' in devices
      ? async () => {
          const stream = await devices.getDisplayMedia({
            video: { frameRate: { ideal: 30 } },
            audio: true,
          })
          return stream.getTracks()
        }
      : undefined,

  mix(tracks) {
    const context = new AudioContext()
    const mixed = context.createMediaStreamDestination()
    for (const track of tracks) {
      context.createMediaStreamSource(new MediaStream([track])).connect(mixed)
    }
    const [track] = mixed.stream.getAudioTracks()
    if (!track) throw new DOMException('no mixed track', 'NotFoundError')
    return {
      track,
      close() {
        track.stop()
        void context.close()
      },
    }
  },

  async devices() {
    if (!devices) return []
    const all = await devices.enumerateDevices()
    return all.map(({ kind, deviceId, label }) => ({ kind, deviceId, label }))
  },

  async permission(kind) {
    try {
      const name = kind === 'audio' ? 'microphone' : 'camera'
      const status = await navigator.permissions.query({ name })
      return status.state
    } catch {
      return 'unknown'
    }
  },

  onDeviceChange(listener) {
    devices?.addEventListener('devicechange', listener)
    return () => devices?.removeEventListener('devicechange', listener)
  },
}

/** Whether sound can be sent to a chosen speaker. */
export const canChooseSpeaker = 'setSinkId' in HTMLMediaElement.prototype
