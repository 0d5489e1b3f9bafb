import type { ChromiumPerson } from './harness/chromium.ts'
import { demoTalk } from './harness/demo-calls.ts'
import { ROOM } from './harness/demos.ts'
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
    isShell: false,
    devices: 'asking',
    flags: [`--auto-select-tab-capture-source-by-title=${SHARED_TITLE}`],
  },
})

const context = { permissions: ['camera', 'microphone'] }

stage.test('a shared screen is seen, and the camera comes back afterwards', async (scene) => {
  const { ann, ben } = await talk(scene, { person: { context } })
  await openSharedPage(ann)
  await ann.press('share-screen')
  await waitUntil('Ben sees blue', () => ben.isMostlyBlue())
  await ben.waitForText(/sharing a screen/)
  await ann.press('share-screen')
  await waitUntil('Ben sees the camera', async () => !(await ben.isMostlyBlue()))
  await ben.hasCall()
})

stage.test(
  'a room page sends the desktop with the microphone, and the camera again',
  async (scene) => {
    const { ann, ben } = await demoTalk(scene, ROOM, { person: { context } })
    await openSharedPage(ann.person)
    for (let round = 0; round < 2; round += 1) {
      await ann.person.press('share-screen')
      await waitUntil('Ben sees blue', () => ben.person.isMostlyBlue())
      await ben.person.hearsSound()
      await ann.person.press('share-screen')
      await waitUntil('Ben sees the camera', async () => !(await ben.person.isMostlyBlue()))
      await ben.hasCall()
    }
  },
)

/** Opens what is going to be shown beside the page of the call. */
async function openSharedPage({ page }: ChromiumPerson): Promise<void> {
  const shown = await page.context().newPage()
  await shown.setContent(SHARED_PAGE)
  await page.bringToFront()
}
