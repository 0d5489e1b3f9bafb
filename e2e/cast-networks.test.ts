import { afterAll, beforeAll, expect } from 'bun:test'
import { createNetworks, labMissing, type Home, type Networks } from '../lab/namespaces.ts'
import { openSender, openTv, type SenderPage, type TvPage } from './harness/cast-pages.ts'
import { launchChromium, type RunningChromium } from './harness/chromium.ts'
import { useStage, type Scene } from './harness/stage.ts'

/** A lost network is said in this time, in milliseconds. */
const SAID_WITHIN_MS = 2_000

let networks: Networks | undefined
/** The TV's browser; the stage's own is the sender's. */
let living: RunningChromium | undefined

const FLAGS = ['--ignore-certificate-errors']

const stage = useStage(() => {
  networks = createNetworks(['sender', 'living-room'])
  const { homes, server } = networks
  return {
    server: { prefix: server.prefix, flags: ['--public-ip', server.address] },
    chromium: { isShell: false, prefix: homes[0]?.prefix ?? [], flags: FLAGS },
  }
}, labMissing())

if (!labMissing()) {
  beforeAll(async () => {
    const prefix = networks?.homes[1]?.prefix ?? []
    living = await launchChromium({ isShell: true, prefix, flags: FLAGS })
  })
  afterAll(async () => {
    await living?.close()
    networks?.close()
  })
}

/** A TV in one network shows what a sender in another one sends. */
async function cast(scene: Scene): Promise<{ tv: TvPage; sender: SenderPage; homes: Home[] }> {
  const { homes = [], server } = networks ?? {}
  const origin = scene.server.https.replace('localhost', server?.address ?? '')
  const elsewhere = { ...scene, newPerson: newLivingPerson(scene) }
  const tv = await openTv(elsewhere, 'duet', { origin })
  const sender = await openSender(scene, 'duet', { origin, hasDrawnScreen: false })
  await sender.start(await tv.code())
  await tv.seesMovement()
  return { tv, sender, homes: [...homes] }
}

function newLivingPerson(scene: Scene): Scene['newPerson'] {
  return async (options) => {
    if (!living) throw new Error('there is no living room')
    return scene.add(await living.newPerson(options))
  }
}

stage.test('a TV and a sender in two networks meet over the relay', async (scene) => {
  const { tv, sender } = await cast(scene)
  expect(await tv.person.path()).toMatch(/^relay/)
  expect(await sender.person.path()).toMatch(/^relay/)
})

for (const [lost, index] of [
  ['the sender', 0],
  ['the TV', 1],
] as const) {
  stage.test(
    `${lost} loses its network: the other side says so, and the picture comes back`,
    async (scene) => {
      const { tv, sender, homes } = await cast(scene)
      const startedAt = performance.now()
      homes[index]?.setConnected(false)
      try {
        await (index === 0
          ? tv.person.waitForText(/reconnecting/i)
          : sender.waitForState(/^(reconnecting|waiting)$/))
        const ms = Math.round(performance.now() - startedAt)
        console.log(`${lost} lost its network: said after ${ms} ms`)
        expect(ms).toBeLessThan(SAID_WITHIN_MS)
      } finally {
        homes[index]?.setConnected(true)
      }
      await tv.seesMovement()
      await sender.waitForState(/^showing$/)
    },
  )
}
