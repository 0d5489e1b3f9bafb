import { messageOf } from '@duet/base'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { chromiumPath, launchChromium, type RunningChromium } from './chromium.ts'
import { firefoxPath, launchFirefox } from './firefox.ts'
import { waitUntil } from './wait.ts'

/** A call of a page with itself; `?still` shows a picture that does not move, without sound. */
const PAGE = `<!doctype html><title>loop</title><video data-testid="remote-video" autoplay></video>
<script>
addEventListener('load', async () => {
  const still = location.search === '?still'
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  setInterval(() => context.fillRect(0, 0, 9, 9), 50)
  const stream = still
    ? canvas.captureStream(20)
    : await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()]
  near.onicecandidate = ({ candidate }) => far.addIceCandidate(candidate)
  far.onicecandidate = ({ candidate }) => near.addIceCandidate(candidate)
  far.ontrack = ({ streams }) => (document.querySelector('video').srcObject = streams[0])
  for (const track of stream.getTracks()) near.addTrack(track, stream)
  await near.setLocalDescription()
  await far.setRemoteDescription(near.localDescription)
  await far.setLocalDescription()
  await near.setRemoteDescription(far.localDescription)
})
</script>`

const pages = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: () => new Response(PAGE, { headers: { 'content-type': 'text/html' } }),
})
const hasChromium = chromiumPath() !== undefined
const hasFirefox = firefoxPath() !== undefined
let chromium: RunningChromium

beforeAll(async () => {
  if (hasChromium) chromium = await launchChromium({ isShell: true })
})

afterAll(async () => {
  if (hasChromium) await chromium.close()
  await pages.stop(true)
})

test.skipIf(!hasChromium)('in Chromium, movement and sound are noticed', async () => {
  const person = await chromium.newPerson()
  await person.goto(pages.url.href)
  await person.seesMovement()
  await person.hearsSound()
  expect(await person.path()).toBe('host')
})

test.skipIf(!hasChromium)('a still and silent picture is not taken for a call', async () => {
  const person = await chromium.newPerson()
  await person.goto(`${pages.url.href}?still`)
  await waitUntil('the path', () => person.path(), { isGood: (path) => path === 'host' })
  await waitUntil('the picture', () => person.receivedBytes())
  const seen = await person.seesMovement('remote-video', 1500).catch(messageOf)
  const heard = await person.hearsSound(500).catch(messageOf)
  expect([seen, heard]).toEqual([
    expect.stringContaining('changing frames'),
    expect.stringContaining('hears more than'),
  ])
})

// Calls in e2e/firefox.test.ts tell it as well; here only the harness is to blame.
if (process.env['DUET_LONG'] === '1') {
  test.skipIf(!hasFirefox)(
    'in Firefox, movement and sound are noticed',
    async () => {
      const firefox = await launchFirefox()
      try {
        const person = await firefox.newPerson()
        await person.goto(pages.url.href)
        await person.seesMovement()
        await person.hearsSound()
      } finally {
        await firefox.close()
      }
    },
    30_000,
  )
}
