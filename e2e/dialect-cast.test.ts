import { CAST_KINDS, openSender, openTv, type CastKind } from './harness/cast-pages.ts'
import { castToken } from './harness/server.ts'
import { useStage, type Scene } from './harness/stage.ts'

const stage = useStage()

/** A page of C needs a token. */
function login(scene: Scene, kind: CastKind): { token?: string } {
  return kind === 'C' ? { token: castToken(scene.server) } : {}
}

for (const ofTv of CAST_KINDS) {
  stage.test(`a TV of ${ofTv} shows what senders of every kind send`, async (scene) => {
    const tv = await openTv(scene, ofTv, login(scene, ofTv))
    for (const ofSender of CAST_KINDS) {
      const sender = await openSender(scene, ofSender, login(scene, ofSender))
      await sender.start((await tv.code()).toLowerCase())
      await tv.seesMovement()
      await sender.stop()
      await tv.waitForNoPicture()
      await sender.closeTab()
    }
  })
}

for (const ofSender of CAST_KINDS) {
  stage.test(`a sender of ${ofSender} hears that its TV is gone`, async (scene) => {
    const sender = await openSender(scene, ofSender, login(scene, ofSender))
    for (const ofTv of ofSender === 'duet' ? CAST_KINDS : (['duet', ofSender] as const)) {
      const tv = await openTv(scene, ofTv, login(scene, ofTv))
      await sender.start(await tv.code())
      await tv.seesMovement()
      await tv.closeTab()
      await sender.waitForTvGone()
      await sender.person.page.reload()
    }
  })
}

stage.test('a TV and a sender of A meet on /rtc as well, and across namespaces', async (scene) => {
  const tv = await openTv(scene, 'A', { namespace: '/rtc' })
  for (const namespace of ['/rtc', '/']) {
    const sender = await openSender(scene, 'A', { namespace })
    await sender.start(await tv.code())
    await tv.seesMovement()
    await sender.stop()
    await tv.waitForNoPicture()
  }
})
