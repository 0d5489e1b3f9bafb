import { expect } from 'bun:test'
import { autostart } from './harness/room.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { lookForFaults } from './harness/looks.ts'
import { meet, type Talk } from './harness/talk.ts'
import { startSignalProxy, type Rewrite } from './harness/signal-proxy.ts'
import type { ChromiumPerson } from './harness/chromium.ts'

const FINGERPRINT = /(a=fingerprint:sha-256 )([\dA-F]{2}(?::[\dA-F]{2}){31})/gi

const stage = useStage()

stage.test('a server that swaps fingerprints is caught', async (scene) => {
  let swapped = 0
  const swap: Rewrite = (message) =>
    message.replaceAll(FINGERPRINT, (_, before: string, digits: string) => {
      swapped += 1
      return before + digits.split(':').toReversed().join(':')
    })
  await throughServer(scene, swap, async ({ ann, ben }) => {
    await ben.waitForVerified('mismatch')
    await ben.waitForText(/Someone may be changing your call/)
    await expectNoMedia(ann, ben)
  })
  expect(swapped).toBeGreaterThan(0)
})

stage.test('a server that takes the proofs away gets no media', async (scene) => {
  let taken = 0
  const strip: Rewrite = (message) =>
    message.replaceAll(/,"auth":"[^"]*"|"auth":"[^"]*",/g, () => {
      taken += 1
      return ''
    })
  await throughServer(scene, strip, async ({ ann, ben }) => {
    await ben.waitForVerified('mismatch')
    await expectNoMedia(ann, ben)
  })
  expect(taken).toBeGreaterThan(0)
})

stage.test(
  'two different keys meet: nothing is sent, and the page says what to do',
  async (scene) => {
    const link = scene.newRoom()
    const other = new URL(link)
    other.hash = new URL(scene.newRoom()).hash
    const { ann, ben } = await meetWith(scene, link, other.href)
    await Promise.all([ann.waitForVerified('mismatch'), ben.waitForVerified('mismatch')])
    await ben.waitForText(/Ask for the link again/)
    await expectNoMedia(ann, ben)
  },
)

stage.test('a link without its key is not complete', async (scene) => {
  const link = scene.newRoom()
  const { ann, ben } = await meetWith(scene, link, link.replace(/#.*/, ''))
  await Promise.all([ann.waitForVerified('mismatch'), ben.waitForVerified('mismatch')])
  await ben.waitForText(/Your link is not complete/)
  await ann.waitForText(/without the key of your link/)
  expect(await lookForFaults(ben)).toEqual([])
  await expectNoMedia(ann, ben)
})

stage.test('people may go on without the check, when both say so', async (scene) => {
  const link = scene.newRoom()
  const { ann, ben } = await meetWith(scene, link, link.replace(/#.*/, ''))
  for (const person of [ann, ben]) {
    await person.waitForVerified('mismatch')
    await person.press('continue-unverified')
  }
  await Promise.all([ann.hasCall(), ben.hasCall()])
  await Promise.all([ann.waitForVerified('unverified'), ben.waitForVerified('unverified')])
})

async function throughServer(
  scene: Scene,
  fromServer: Rewrite,
  play: (talk: Talk) => Promise<void>,
): Promise<void> {
  const proxy = startSignalProxy({ target: scene.server.http, fromServer })
  try {
    await play(await meet(scene, { origin: proxy.origin }))
  } finally {
    await proxy.close()
  }
}

async function meetWith(scene: Scene, annsLink: string, bensLink: string) {
  const ann = await scene.newPerson({ name: 'Ann' })
  await ann.goto(autostart(annsLink, 'Ann'))
  await ann.waitForState('waiting')
  const ben = await scene.newPerson({ name: 'Ben' })
  await ben.goto(autostart(bensLink, 'Ben'))
  return { ann, ben }
}

/** Not a byte of media, though there was time for a call to begin ten times over. */
async function expectNoMedia(...people: ChromiumPerson[]): Promise<void> {
  await Bun.sleep(1500)
  for (const person of people) {
    expect(await person.receivedBytes()).toBe(0)
    expect(await person.state()).not.toBe('connected')
  }
}
