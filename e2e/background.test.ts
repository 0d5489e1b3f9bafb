import { autostart } from './harness/room.ts'
import { useStage } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

const stage = useStage()

stage.test('a tab in the background says that the other one came', async (scene) => {
  const link = scene.newRoom()
  const ann = await scene.newPerson({ name: 'Ann' })
  await ann.page.addInitScript(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })
    Object.defineProperty(document, 'hidden', { get: () => true })
  })
  await ann.goto(autostart(link, 'Ann'))
  await ann.waitForState('waiting')
  const before = await ann.page.title()
  const ben = await scene.newPerson({ name: 'Ben' })
  await ben.goto(autostart(link, 'Ben'))
  await waitUntil('the title speaks of Ben', () => ann.page.title(), {
    isGood: (title) => title !== before && title.includes('Ben'),
  })
})
