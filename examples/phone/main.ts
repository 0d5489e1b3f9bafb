import { createPhone, type UserCall } from '@duet/client'

/**
 * The smallest page of somebody who is logged in: shows who is there, calls whoever is pressed,
 * and lets a press on the title accept or hang up. It wants a `<h1>`, a `<ul>` and a `<video>`.
 */
const title = document.querySelector('h1')
const list = document.querySelector('ul')
const video = document.querySelector('video')
if (!title || !list || !video) throw new Error('this page wants <h1>, <ul> and <video>')

const phone = createPhone({ url: `wss://${location.host}/ws` })

phone.on('people', (people) => {
  list.replaceChildren(
    ...people.map(({ displayName, id, presence }) => {
      const button = document.createElement('button')
      button.textContent = `${displayName}: ${presence}`
      button.onclick = () => !phone.call && phone.place(id, 'video')
      return button
    }),
  )
})

phone.on('call', (call) => {
  if (!call) return
  call.tellRinging()
  title.onclick = () => (call.state.name === 'incoming' ? call.accept() : call.end())
  title.textContent = call.state.name
  call.on('state', ({ name }) => (title.textContent = name))
  call.on('leg', (leg) => {
    video.srcObject = leg?.remoteStream ?? null
    leg?.on('remotestream', (stream) => (video.srcObject = stream))
  })
  call.on('state', ({ name }) => void (name === 'talking' && sendCamera(call)))
})

async function sendCamera(call: UserCall): Promise<void> {
  const camera = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  for (const track of camera.getTracks()) {
    await call.setTrack(track.kind === 'audio' ? 'audio' : 'video', track)
  }
}
