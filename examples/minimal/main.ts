import { createCall, parseRoomLink } from '@duet/client'

/**
 * The smallest page that calls: opens the room that its address names (`/r/<room>#k=<key>`),
 * sends camera and microphone, and shows the other person in the page's first video.
 */
const link = parseRoomLink(location.href)
const video = document.querySelector('video')
if (!link || !video) throw new Error('this page wants a room in its address, and a <video>')

const call = createCall({ url: `wss://${location.host}/ws`, room: link.room, key: link.key })
call.on('remotestream', (stream) => {
  video.srcObject = stream
})
call.on('state', (state) => {
  document.title = state.name
})

const camera = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
for (const track of camera.getTracks()) {
  await call.setTrack(track.kind === 'audio' ? 'audio' : 'video', track)
}
call.join()
