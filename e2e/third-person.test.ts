import { expect } from 'bun:test'
import { autostart } from './harness/room.ts'
import { useStage } from './harness/stage.ts'
import { talk } from './harness/talk.ts'

const stage = useStage()

stage.test('a third person is told "full" and the running call goes on', async (scene) => {
  const { ann, ben, link } = await talk(scene)
  const cleo = await scene.newPerson({ name: 'Cleo' })
  await cleo.goto(link)
  await cleo.press('join')
  await cleo.waitForState('full')
  await cleo.waitForText(/full/i)
  expect(await cleo.has('remote-video')).toBe(false)
  await Promise.all([ann.hasCall(), ben.hasCall()])
})

stage.test('the third person may wait, and gets in when one leaves', async (scene) => {
  const { ann, ben, link } = await talk(scene)
  const cleo = await scene.newPerson({ name: 'Cleo' })
  await cleo.goto(autostart(link, 'Cleo'))
  await cleo.waitForState('full')
  await cleo.press('wait-in-line')
  await cleo.waitForText(/in line/i)
  await ann.hasCall()
  await ben.press('hangup')
  await Promise.all([ann.hasCall(), cleo.hasCall()])
  await ann.waitForText(/Cleo/)
})

stage.test('the third person may make another room', async (scene) => {
  const { link } = await talk(scene)
  const cleo = await scene.newPerson({ name: 'Cleo' })
  await cleo.goto(autostart(link, 'Cleo'))
  await cleo.waitForState('full')
  await cleo.press('another-room')
  await cleo.page.waitForURL((url) => url.pathname.startsWith('/r/') && url.href !== link)
  expect(cleo.page.url()).not.toContain(new URL(link).pathname)
})
