import { useStage } from './harness/stage.ts'
import { talk } from './harness/talk.ts'
import { waitUntil } from './harness/wait.ts'

const SHARED_TITLE = 'A page to show'

const stage = useStage({
  chromium: { flags: [`--auto-select-tab-capture-source-by-title=${SHARED_TITLE}`] },
})

stage.test('a shared screen is seen, and the camera comes back afterwards', async (scene) => {
  const { ann, ben } = await talk(scene)
  const shown = await ann.page.context().newPage()
  await shown.setContent(
    `<title>${SHARED_TITLE}</title><body style="background:#00f"><script>
    let odd = false
    setInterval(() => (document.body.style.background = (odd = !odd) ? '#00f' : '#00e'), 100)
    </script>`,
  )
  await ann.press('share-screen')
  await waitUntil('Ben sees blue', () => ben.isMostlyBlue())
  await ben.waitForText(/sharing a screen/)
  await ann.press('share-screen')
  await waitUntil('Ben sees the camera', async () => !(await ben.isMostlyBlue()))
  await ben.hasCall()
})
