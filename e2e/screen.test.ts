import { useStage } from './harness/stage.ts'
import { talk } from './harness/talk.ts'
import { waitUntil } from './harness/wait.ts'

const SHARED_TITLE = 'A page to show'

/** Blue, and never two pictures alike, so that there is always a frame to send. */
const SHARED_PAGE = `<title>${SHARED_TITLE}</title><script>
  let odd = false
  setInterval(() => (document.body.style.background = (odd = !odd) ? '#00f' : '#00e'), 100)
</script>`

// With the switch that answers all questions Chromium shares a made-up screen instead.
const stage = useStage({
  chromium: {
    devices: 'asking',
    flags: [`--auto-select-tab-capture-source-by-title=${SHARED_TITLE}`],
  },
})

stage.test('a shared screen is seen, and the camera comes back afterwards', async (scene) => {
  const context = { permissions: ['camera', 'microphone'] }
  const { ann, ben } = await talk(scene, { person: { context } })
  const shown = await ann.page.context().newPage()
  await shown.setContent(SHARED_PAGE)
  await ann.page.bringToFront()
  await ann.press('share-screen')
  await waitUntil('Ben sees blue', () => ben.isMostlyBlue())
  await ben.waitForText(/sharing a screen/)
  await ann.press('share-screen')
  await waitUntil('Ben sees the camera', async () => !(await ben.isMostlyBlue()))
  await ben.hasCall()
})
