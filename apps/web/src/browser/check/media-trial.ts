import { play, publish, type MediaSessionState } from '@duet/client'
import type { MediaTrial } from '../../state/check/ports.ts'
import { drawnPicture } from './drawn-picture.ts'

/** A picture that takes longer is none, in milliseconds. */
const TRIAL_MS = 15_000

interface Endpoint {
  url: string
  token: string
}

/** Publishes a picture that is drawn here, and plays it again. */
export async function tryMedia(): Promise<MediaTrial> {
  const asked = await fetch('/api/check/media', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  }).catch(() => undefined)
  if (!asked?.ok) return { outcome: 'refused', code: asked?.status ?? 0 }
  const { publish: toPublish, play: toPlay } = (await asked.json()) as Record<string, Endpoint>
  if (!toPublish || !toPlay) return { outcome: 'refused', code: asked.status }
  return tryStream(toPublish, toPlay)
}

async function tryStream(toPublish: Endpoint, toPlay: Endpoint): Promise<MediaTrial> {
  const beganAt = performance.now()
  const address = ({ url }: Endpoint) => new URL(url, location.href).href
  const picture = drawnPicture()
  const publication = publish(address(toPublish), {
    tracks: picture.tracks,
    token: toPublish.token,
  })
  const playback = play(address(toPlay), { token: toPlay.token, audio: false })
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  try {
    return await new Promise<MediaTrial>((resolve) => {
      const timer = setTimeout(() => {
        const hasPath = playback.state.name === 'connected'
        resolve({ outcome: hasPath ? 'no-picture' : 'no-path' })
      }, TRIAL_MS)
      const finish = (trial: MediaTrial) => {
        clearTimeout(timer)
        resolve(trial)
      }
      const handleState = (state: MediaSessionState) => {
        if (state.name !== 'ended') return
        finish(
          state.reason === 'no-path' ? { outcome: 'no-path' } : { outcome: 'refused', code: 0 },
        )
      }
      publication.on('state', handleState)
      playback.on('state', handleState)
      video.addEventListener('timeupdate', () => {
        if (video.videoWidth > 0 && video.currentTime > 0) {
          finish({ outcome: 'ok', ms: performance.now() - beganAt })
        }
      })
      playback.on('stream', (stream) => {
        video.srcObject = stream
        // Muted, so it is allowed; a newer stream that interrupts it plays by itself.
        video.play().catch(() => {})
      })
    })
  } finally {
    publication.close()
    playback.close()
    picture.close()
    video.srcObject = null
  }
}
