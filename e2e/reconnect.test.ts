import { expect } from 'bun:test'
import { useStage } from './harness/stage.ts'
import { startSignalProxy } from './harness/signal-proxy.ts'
import { autostart } from './harness/room.ts'
import { talk } from './harness/talk.ts'
import { waitUntil } from './harness/wait.ts'

/** What a page says while it cannot reach the server. */
const OFFLINE = /The server can’t be reached/

const stage = useStage()

stage.test(
  'the call goes on while the way to the server is cut, and it comes back',
  async (scene) => {
    const proxy = startSignalProxy({ target: scene.server.http })
    try {
      const { ann, ben } = await talk(scene, { origin: proxy.origin })
      proxy.cut()
      expect(proxy.openSockets).toBe(0)
      await Promise.all([ann.hasCall(), ben.hasCall()])
      proxy.restore()
      await waitUntil('both sockets are back', () => proxy.openSockets, {
        isGood: (count) => count === 2,
      })
      await Promise.all([ann.hasCall(), ben.hasCall()])
      await ben.press('hangup')
      await ann.waitForState('waiting')
    } finally {
      await proxy.close()
    }
  },
)

stage.test('what is written while the way to the server is cut arrives once', async (scene) => {
  const proxy = startSignalProxy({ target: scene.server.http })
  try {
    const { ann, ben } = await talk(scene, { origin: proxy.origin })
    await Promise.all([ann.openChat(), ben.openChat()])
    proxy.cut()
    await ann.say('said in the dark')
    proxy.restore()
    await ben.waitForChat('said in the dark')
    await waitUntil('both sockets are back', () => proxy.openSockets, {
      isGood: (count) => count === 2,
    })
    await ann.say('said after')
    await ben.waitForChat('said after')
    expect((await ben.text('chat-log')).split('said in the dark')).toHaveLength(2)
  } finally {
    await proxy.close()
  }
})

stage.test('the call outlives a restart of the server, and both come back', async (scene) => {
  const { ann, ben, link } = await talk(scene)
  expect(await scene.server.stop()).toBe(0)
  for (const person of [ann, ben]) await person.waitForText(OFFLINE)
  await Promise.all([ann.hasCall(), ben.hasCall()])
  await scene.server.start()
  for (const person of [ann, ben]) await person.waitForNoText(OFFLINE)
  const cleo = await scene.newPerson({ name: 'Cleo' })
  await cleo.goto(autostart(link, 'Cleo'))
  await cleo.waitForState('full')
  await Promise.all([ann.hasCall(), ben.hasCall()])
  await ben.press('hangup')
  await ann.waitForState('waiting')
})
