import { expect } from 'bun:test'
import { register } from './harness/account.ts'
import type { ChromiumPerson } from './harness/chromium.ts'
import { selectorOf } from './harness/person.ts'
import { startServer } from './harness/server.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

const stage = useStage()

/** Dora opens a room with a waiting room; resolves with the link that her guest gets. */
async function openRoom(scene: Scene, dora: ChromiumPerson): Promise<string> {
  await register(dora, scene.server)
  await dora.goto(`${scene.server.http}/rooms`)
  await dora.press('open-room')
  const link = await waitUntil('the link is made', () =>
    dora.page
      .locator(selectorOf('made-link'))
      .first()
      .inputValue({ timeout: 1_000 })
      .catch(() => ''),
  )
  // On one machine the link names the address for others, where only a certificate is wrong.
  const { pathname, hash } = new URL(link)
  return `${scene.server.http}${pathname}${hash}`
}

stage.test('W3 W4 a guest knocks and is let in by the owner of the room', async (scene) => {
  const dora = await scene.newPerson({ name: 'Dora' })
  const gus = await scene.newPerson({ name: 'Gus' })
  const link = await openRoom(scene, dora)
  await gus.goto(link.replace('#', '?autostart=true&name=Gus#'))
  await gus.waitForState('knocking')
  await gus.waitForText(/You knocked/)
  await dora.goto(link.replace('#', '?autostart=true&name=Dora#'))
  await dora.waitForText(/Gus knocks/)
  await dora.press('let-in')
  await Promise.all([dora.hasCall(), gus.hasCall()])
  await Promise.all([dora.waitForVerified('verified'), gus.waitForVerified('verified')])
  expect(await dora.has('let-in')).toBe(false)
})

stage.test('W4 a guest who is not let in is told so', async (scene) => {
  const dora = await scene.newPerson({ name: 'Dolly' })
  const gus = await scene.newPerson({ name: 'Gus' })
  const link = await openRoom(scene, dora)
  await dora.goto(link.replace('#', '?autostart=true&name=Dolly#'))
  await dora.waitForState('waiting')
  await gus.goto(link.replace('#', '?autostart=true&name=Gus#'))
  await dora.press('not-now')
  await gus.waitForState('failed')
  await gus.waitForText(/not let in/)
  await dora.waitForState('waiting')
})

stage.test(
  'W1 with --rooms accounts a guest comes in once somebody of the house is there',
  async (scene) => {
    const server = await startServer({ flags: ['--rooms', 'accounts'] })
    try {
      const dora = await scene.newPerson({ name: 'Dana' })
      const gus = await scene.newPerson({ name: 'Gus' })
      const link = `${server.http}/r/lake?autostart=true`
      await gus.goto(`${link}&name=Gus`)
      await gus.waitForState('failed')
      await gus.waitForText(/not open now/)
      await register(dora, server)
      await dora.goto(`${link}&name=Dana`)
      await dora.waitForState('waiting')
      await gus.goto(`${link}&name=Gus`)
      await Promise.all([dora.hasCall(), gus.hasCall()])
    } finally {
      await server.close()
    }
  },
)
