import { expect } from 'bun:test'
import { register, waitForPresence, waitForRinging } from './harness/account.ts'
import type { ChromiumPerson } from './harness/chromium.ts'
import { largestGap, watchFrames } from './harness/frame-gaps.ts'
import { lookForFaults } from './harness/looks.ts'
import { autostart } from './harness/room.ts'
import { useStage } from './harness/stage.ts'
import { talk } from './harness/talk.ts'
import { waitUntil } from './harness/wait.ts'

/** Longer than anybody takes for a freeze. */
const MAX_GAP_MS = 500

/** Ann moves the call and Ben moves it back; then the other way round. */
const ROUNDS = process.env['DUET_LONG'] === '1' ? [0, 1] : [0]

const stage = useStage()

/** Waits until both pages say that the call goes so. */
async function waitForMode(mode: 'direct' | 'server', ...people: ChromiumPerson[]): Promise<void> {
  for (const person of people) {
    await waitUntil(
      `${person.name} reads that the call goes ${mode}`,
      () => person.attribute('media-mode', 'data-mode'),
      { isGood: (found) => found === mode },
    )
  }
}

/** What is shown comes from there: seen by what is received on the connection with the data channel. */
async function waitForWay(way: 'direct' | 'server', ...people: ChromiumPerson[]): Promise<void> {
  for (const person of people) {
    await waitUntil(`${person.name} is sent everything ${way}`, () => isSentDirectly(person), {
      isGood: (isDirect) => isDirect === (way === 'direct'),
    })
  }
}

/** Whether packets of media come over the first open connection, which is the direct one. */
function isSentDirectly({ page }: ChromiumPerson): Promise<boolean> {
  return page.evaluate(async () => {
    const direct = window.duetTestPeers?.find((peer) => peer.connectionState === 'connected')
    const packets = async () => {
      let sum = 0
      for (const stat of ((await direct?.getStats()) ?? new Map()).values()) {
        if (stat.type === 'inbound-rtp') sum += stat.packetsReceived
      }
      return sum
    }
    const before = await packets()
    await new Promise((resolve) => setTimeout(resolve, 300))
    return (await packets()) > before
  })
}

async function move(person: ChromiumPerson): Promise<void> {
  if (!(await person.has('details-body'))) await person.press('details')
  await person.press('move-media')
}

stage.test(
  'a call goes through the server and back, and nobody sees it freeze',
  async (scene) => {
    const { ann, ben } = await talk(scene)
    await waitForMode('direct', ann, ben)
    for (const round of ROUNDS) {
      const mover = round === 0 ? ann : ben
      if (!(await mover.has('details-body'))) await mover.press('details')
      await mover.waitFor('move-media')
      for (const person of [ann, ben]) await watchFrames(person)
      await move(mover)
      await waitForMode('server', ann, ben)
      await waitForWay('server', ann, ben)
      const gaps = [await largestGap(ann), await largestGap(ben)]
      const other = round === 0 ? ben : ann
      expect(await other.text('toast')).toMatch(/moved the call through the server/)
      for (const person of [ann, ben]) {
        expect(await person.attribute('verified', 'data-verified')).toBe('unverified')
        await person.hasCall()
        expect(await lookForFaults(person)).toEqual([])
      }
      for (const person of [ann, ben]) await watchFrames(person)
      await other.press('toast-action')
      await waitForWay('direct', ann, ben)
      await waitForMode('direct', ann, ben)
      gaps.push(await largestGap(ann), await largestGap(ben))
      await Promise.all([ann.waitForVerified('verified'), ben.waitForVerified('verified')])
      for (const person of [ann, ben]) await person.hasCall()
      console.log(`largest gaps there (Ann, Ben) and back: ${gaps.join(', ')} ms`)
      expect(Math.max(...gaps)).toBeLessThanOrEqual(MAX_GAP_MS)
    }
  },
  120_000,
)

stage.test('what is sent changes on whichever way is in use', async (scene) => {
  const { ann, ben } = await talk(scene, { person: { hasDrawnScreen: true } })
  await move(ann)
  await waitForWay('server', ann, ben)
  await ann.press('toggle-mic')
  await ben.hearsSilence()
  await ann.press('toggle-mic')
  await ben.hearsSound()
  await ann.press('share-screen')
  await ben.waitForText(/sharing a screen/)
  await ben.seesMovement()
  await ann.press('share-screen')
  await ben.waitForNoText(/sharing a screen/)
  await ben.seesMovement()
  await move(ann)
  await waitForWay('direct', ann, ben)
  await Promise.all([ann.hasCall(), ben.hasCall()])
})

stage.test(
  'whoever loads the page anew begins directly, and so does the other one',
  async (scene) => {
    const { ann, ben, link } = await talk(scene)
    await move(ann)
    await waitForWay('server', ann, ben)
    await ben.goto('about:blank')
    await ben.goto(autostart(link, 'Ben'))
    await Promise.all([ann.hasCall(), ben.hasCall()])
    await waitForMode('direct', ann, ben)
  },
)

stage.test('a server that goes away leaves the call as it was: direct', async (scene) => {
  const { ann, ben } = await talk(scene)
  await move(ben)
  await waitForWay('server', ann, ben)
  await scene.server.stop()
  await ann.waitForText(/way through the server was lost/)
  await waitForMode('direct', ann, ben)
  await Promise.all([ann.seesMovement(), ben.seesMovement()])
  await Promise.all([ann.hearsSound(), ben.hearsSound()])
  await scene.server.start()
  await Promise.all([ann.hasCall(), ben.hasCall()])
})

stage.test('a call between accounts goes there and back as well', async (scene) => {
  const [ann, ben] = [
    await scene.newPerson({ name: 'anna-moves' }),
    await scene.newPerson({ name: 'ben-moves' }),
  ]
  for (const person of [ann, ben]) await register(person, scene.server)
  await waitForPresence(ann, ben.name, 'online')
  await ann.press(`call-${ben.name}`)
  await ben.waitFor('incoming')
  await waitForRinging(ann, 'ringing')
  await ben.press('accept')
  await Promise.all([ann.hasCall(), ben.hasCall()])
  await move(ann)
  await waitForMode('server', ann, ben)
  await waitForWay('server', ann, ben)
  expect(await ben.text('verified')).toMatch(/Not end to end/)
  await Promise.all([ann.hasCall(), ben.hasCall()])
  await ben.press('toast-action')
  await waitForWay('direct', ann, ben)
  await waitForMode('direct', ann, ben)
})
