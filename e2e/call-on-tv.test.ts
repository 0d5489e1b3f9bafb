import { expect } from 'bun:test'
import { register, waitForPresence } from './harness/account.ts'
import { openTv } from './harness/cast-pages.ts'
import type { ChromiumPerson } from './harness/chromium.ts'
import { selectorOf } from './harness/person.ts'
import { useStage } from './harness/stage.ts'
import { talk } from './harness/talk.ts'
import { waitUntil } from './harness/wait.ts'

const stage = useStage()

/** From the call page to the TV: the panel, the code, the press. */
async function showOnTv(person: ChromiumPerson, code: string): Promise<void> {
  await person.press('more')
  await person.press('call-cast')
  await person.waitFor('call-cast-code')
  await person.window.fill(selectorOf('call-cast-code'), code.toLowerCase())
  await person.page.click(`${selectorOf('call-cast-start')}:enabled`)
}

/** How many peer connections send sound. */
function soundSenders({ page }: ChromiumPerson): Promise<number> {
  return page.evaluate(
    () =>
      (window.duetTestPeers ?? []).filter((peer) =>
        peer
          .getSenders()
          .some(({ track }) => track?.kind === 'audio' && peer.connectionState === 'connected'),
      ).length,
  )
}

stage.test(
  'the picture of a call moves to a TV, the voice stays, and both come back',
  async (scene) => {
    const { ann, ben } = await talk(scene)
    const tv = await openTv(scene, 'duet')
    await showOnTv(ann, await tv.code())
    await tv.seesMovement()
    await ann.waitFor('call-cast-stop')
    // Ann still hears Ben, the TV hears nobody, and Ben notices nothing.
    await ann.hearsSound()
    expect(await soundSenders(ann)).toBe(1)
    await tv.person.hearsSilence()
    await ben.hasCall()
    await ann.press('call-cast-stop')
    await tv.waitForNoPicture()
    await ann.hasCall()
  },
)

stage.test('the picture comes back by itself when the TV stops, or is closed', async (scene) => {
  const { ann } = await talk(scene)
  const tv = await openTv(scene, 'duet')
  await showOnTv(ann, await tv.code())
  await tv.seesMovement()
  await tv.person.window.wiggle()
  await tv.person.press('cast-stop')
  await ann.hasCall()
  await showOnTv(ann, await tv.code())
  await tv.seesMovement()
  await tv.person.page.reload()
  await tv.seesMovement()
  await tv.closeTab()
  await ann.hasCall()
})

stage.test('the picture of a call between users moves as well', async (scene) => {
  const ann = await scene.newPerson({ name: 'ann' })
  const ben = await scene.newPerson({ name: 'ben' })
  for (const person of [ann, ben]) await register(person, scene.server)
  await waitForPresence(ann, 'ben', 'online')
  await ann.press('call-ben')
  await ben.press('accept')
  await Promise.all([ann.hasCall(), ben.hasCall()])
  const tv = await openTv(scene, 'duet')
  await showOnTv(ann, await tv.code())
  await tv.seesMovement()
  await ann.press('call-cast-stop')
  await Promise.all([ann.hasCall(), ben.hasCall()])
  await ben.press('hangup')
  await tv.waitForNoPicture()
})

stage.test('the call ends: so does the cast', async (scene) => {
  const { ann, ben } = await talk(scene)
  const tv = await openTv(scene, 'duet')
  await showOnTv(ann, await tv.code())
  await tv.seesMovement()
  await ben.press('hangup')
  await tv.waitForNoPicture()
  await waitUntil('Ann is alone', () => ann.state(), { isGood: (state) => state === 'waiting' })
})
