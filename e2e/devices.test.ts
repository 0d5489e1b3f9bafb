import { describe } from 'bun:test'
import { useStage } from './harness/stage.ts'
import { meet } from './harness/talk.ts'

describe('permission denied', () => {
  // The build without windows does not ask.
  const stage = useStage({ chromium: { isShell: false, devices: 'asking' } })

  stage.test('one sentence, one button, and the call works without a camera', async (scene) => {
    const link = scene.newRoom()
    const ann = await scene.newPerson({ name: 'Ann', context: { permissions: [] } })
    await ann.goto(link)
    await ann.waitForText(/Camera and microphone are blocked/)
    await ann.waitFor('retry-media')
    await ann.press('join')
    await ann.waitForState('waiting')

    const granted = { permissions: ['camera', 'microphone'] }
    const ben = await scene.newPerson({ name: 'Ben', context: granted })
    await ben.goto(link)
    await ben.press('join')
    await Promise.all([ann.hasCall(), ben.waitForState('connected')])
  })

  stage.test('two people who may only watch are connected and can write', async (scene) => {
    const { ann, ben } = await meet(scene)
    await Promise.all([ann.waitForState('connected'), ben.waitForState('connected')])
    await ann.openChat()
    await ann.say('we can write')
    await ben.openChat()
    await ben.waitForChat('we can write')
  })
})

describe('no devices', () => {
  const stage = useStage({ chromium: { devices: 'none' } })

  stage.test('a person without camera and microphone is told so and may join', async (scene) => {
    const { ann, ben } = await meet(scene)
    await Promise.all([ann.waitForState('connected'), ben.waitForState('connected')])
    await ann.waitForText(/No camera and no microphone|Nothing|without a picture/)
  })
})

describe('no camera', () => {
  const stage = useStage({ chromium: { devices: 'microphone' } })

  stage.test('sound alone is a call', async (scene) => {
    const { ann, ben } = await meet(scene)
    await Promise.all([ann.waitForState('connected'), ben.waitForState('connected')])
    await Promise.all([ann.hearsSound(), ben.hearsSound()])
    await ann.waitForText(/without a picture|Camera off/)
  })
})
