import { play, publish, type MediaSessionState } from '@duet/client'

/**
 * The smallest page of a media server: publishes the camera at the address in `?publish=`, or plays what is
 * published at the one in `?play=`, in the page's first video. Both take a WHIP or WHEP endpoint, or
 * `webrtc://host/app/stream`; `?token=` is the bearer token, where the server wants one.
 */
const query = new URLSearchParams(location.search)
const video = document.querySelector('video')
if (!video) throw new Error('this page wants a <video>')

const token = query.get('token') ?? undefined
const target = query.get('publish')
const source = query.get('play')

if (target !== null) {
  const camera = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  video.muted = true
  video.srcObject = camera
  const publication = publish(target, { stream: camera, token })
  publication.on('state', tell)
  window.addEventListener('pagehide', () => publication.close())
} else if (source !== null) {
  const playback = play(source, { token })
  playback.on('stream', (stream) => (video.srcObject = stream))
  playback.on('state', tell)
  window.addEventListener('pagehide', () => playback.close())
}

/** The title says where it stands. */
function tell(state: MediaSessionState): void {
  document.title = state.name === 'ended' ? state.message : state.name
}
