import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchChromium, type RunningChromium } from './harness/chromium.ts'
import { newRoom } from './harness/room.ts'
import { startServer } from './harness/server.ts'
import { waitUntil } from './harness/wait.ts'

/** Makes docs/images/call.png: a real call between two drawn people. `bun e2e/readme-picture.ts` */
const PICTURE = new URL('../docs/images/call.png', import.meta.url).pathname
const SIZE = { width: 1280, height: 720 }
const FRAMES = 24

interface Look {
  wall: string
  light: string
  skin: string
  hair: string
  shirt: string
}

const ANN: Look = {
  wall: '#3f5c66',
  light: '#86a8a6',
  skin: '#e9b996',
  hair: '#3b2a26',
  shirt: '#d9795d',
}
const BEN: Look = {
  wall: '#6a5a4b',
  light: '#c7a983',
  skin: '#b97f5b',
  hair: '#1f1c1f',
  shirt: '#2f6f73',
}

/** A person in a room, leaning a little further with each frame. */
function portrait({ wall, light, skin, hair, shirt }: Look, frame: number): string {
  const lean = 14 * Math.sin((frame / FRAMES) * 2 * Math.PI)
  return `<!doctype html><body style="margin:0"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 720">
<defs><radialGradient id="g" cx="0.78" cy="0.2" r="0.9"><stop stop-color="${light}"/><stop offset="1" stop-color="${wall}"/></radialGradient></defs>
<rect width="1280" height="720" fill="url(#g)"/>
<rect x="880" y="80" width="240" height="300" rx="6" fill="#fff" opacity="0.14"/>
<path d="M1000 80v300M880 230h240" stroke="${wall}" stroke-width="8" opacity="0.5"/>
<rect x="90" y="430" width="230" height="12" rx="6" fill="#000" opacity="0.22"/>
<rect x="120" y="330" width="34" height="100" fill="${shirt}" opacity="0.55"/><rect x="160" y="350" width="26" height="80" fill="#fff" opacity="0.35"/><rect x="192" y="322" width="38" height="108" fill="#000" opacity="0.25"/>
<g transform="translate(${lean} 0)">
<path d="M300 720c10-170 130-230 340-230s330 60 340 230z" fill="${shirt}"/>
<path d="M570 420h140v100a70 60 0 0 1-140 0z" fill="${skin}"/><path d="M570 440a90 60 0 0 0 140 0v30a90 60 0 0 1-140 0z" fill="#000" opacity="0.12"/>
<ellipse cx="640" cy="300" rx="138" ry="168" fill="${skin}"/>
<path d="M494 320c-24-190 60-226 146-226s172 36 148 226c-14-62-40-104-78-124-70 30-150 30-190 8-16 22-22 72-26 116z" fill="${hair}"/>
<ellipse cx="590" cy="300" rx="11" ry="13" fill="#241f21"/><ellipse cx="692" cy="300" rx="11" ry="13" fill="#241f21"/>
<path d="M566 268q24-16 48 0M668 268q24-16 48 0" stroke="${hair}" stroke-width="9" fill="none" stroke-linecap="round"/>
<path d="M586 372q54 52 110 0q-54 20-110 0z" fill="#fff" stroke="#8c3b34" stroke-width="5" stroke-linejoin="round"/>
<path d="M640 312q-12 34 8 36" stroke="#000" stroke-opacity="0.25" stroke-width="6" fill="none" stroke-linecap="round"/>
</g></svg>`
}

/** A file that Chromium plays in place of a camera (concatenated JPEG pictures). */
async function film(look: Look, path: string): Promise<void> {
  const studio = await launchChromium({ devices: 'none' })
  const page = await studio.browser.newPage({ viewport: SIZE })
  const pictures: Uint8Array[] = []
  for (let frame = 0; frame < FRAMES; frame++) {
    await page.setContent(portrait(look, frame))
    pictures.push(await page.screenshot({ type: 'jpeg', quality: 92 }))
  }
  await studio.close()
  writeFileSync(path, Buffer.concat(pictures))
}

const folder = mkdtempSync(join(tmpdir(), 'duet-picture-'))
const server = await startServer()
const browsers: RunningChromium[] = []

async function arrive(name: string, look: Look) {
  const path = join(folder, `${name}.mjpeg`)
  await film(look, path)
  const browser = await launchChromium({ flags: [`--use-file-for-fake-video-capture=${path}`] })
  browsers.push(browser)
  return browser.newPerson({ name, context: { viewport: { width: 1280, height: 760 } } })
}

try {
  const [ann, ben] = [await arrive('Ann', ANN), await arrive('Ben', BEN)]
  const room = newRoom(server.http)
  const urlOf = (name: string) => room.replace('#', `?autostart=true&name=${name}#`)
  await ann.goto(urlOf('Ann'))
  await ann.waitForState('waiting')
  await ben.goto(urlOf('Ben'))
  await ben.waitForState('connected')
  await ben.seesMovement()
  await waitUntil('the picture is sharp', () => ben.pictureWidth(), {
    isGood: (width) => width >= SIZE.width,
  })
  await ben.window.wiggle()
  await ben.window.screenshot(PICTURE)
  console.log(`Wrote ${PICTURE.replace(/^.*\/docs\//, 'docs/')}`)
} finally {
  for (const browser of browsers) await browser.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
}
