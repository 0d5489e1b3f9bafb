import { expect } from 'bun:test'
import { openSender, openTv } from './harness/cast-pages.ts'
import { selectorOf } from './harness/person.ts'
import { readLikeness } from './harness/picture-likeness.ts'
import { useStage } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

const TITLE = 'A text to show'

/** Letters that stand still, in the size of an editor's. */
const LINE = '  const sender = createCastSender({ url, code }) // 0123456789 abcdefghijklm'
const TEXT = `<title>${TITLE}</title>
<style>
  body { margin: 24px; background: #fff; color: #111; font: 15px/1.45 monospace }
</style>
<pre>${Array.from({ length: 26 }, (_, line) => `${line}${LINE}`).join('\n')}</pre>`

/** Where the letters are. */
const REGION = { x: 24, y: 40, width: 640, height: 480 }

/** Two seconds on a quiet machine; beside other tests an encoder takes its time. */
const SHARP_WITHIN_MS = 20_000

/** From here on letters look as they do on the sender's own screen, in decibels. */
const SHARP_PSNR = 35

const stage = useStage({
  chromium: {
    isShell: false,
    devices: 'asking',
    flags: [`--auto-select-tab-capture-source-by-title=${TITLE}`],
  },
})

stage.test('a still text arrives sharp, and in its full size', async (scene) => {
  const tv = await openTv(scene, 'duet')
  const sender = await openSender(scene, 'duet', { hasDrawnScreen: false })
  const shown = await sender.person.page.context().newPage()
  await shown.setContent(TEXT)
  const picture = await shown.screenshot()
  const { width, height } = shown.viewportSize() ?? { width: 0, height: 0 }
  await sender.person.page.bringToFront()
  await sender.start(await tv.code())
  const selector = selectorOf('cast-video')
  await waitUntil('the first frame', () =>
    tv.person.page.evaluate(
      (video) => (document.querySelector<HTMLVideoElement>(video)?.videoWidth ?? 0) > 0,
      selector,
    ),
  )
  const original = picture.toString('base64')
  const startedAt = performance.now()
  const likeness = await waitUntil(
    'the text is sharp',
    () => tv.person.page.evaluate(readLikeness, { selector, original, region: REGION }),
    { isGood: ({ psnr }) => psnr >= SHARP_PSNR, timeoutMs: SHARP_WITHIN_MS },
  )
  const ms = Math.round(performance.now() - startedAt)
  console.log(`sharp after ${ms} ms, ${likeness.psnr.toFixed(1)} dB`)
  expect(likeness).toMatchObject({ width, height })
})
