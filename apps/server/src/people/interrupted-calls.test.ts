import { describe, expect, test } from 'bun:test'
import { legRoomName, MAX_LEGS_PER_CALL } from '@duet/rules'
import { REJOIN_MS } from './limits.ts'
import { Scene, settle } from './scene.ts'

/** A call on a server that dies without a word, and the server after it on the same store. */
async function restart({ isAccepted = true } = {}) {
  const before = new Scene()
  const [ann, ben] = [await before.attend(1), await before.attend(2)]
  const call = await before.ring(ann, 2)
  if (isAccepted) ben.stay.accept(call, 1)
  await settle()
  const { stores, clock } = before
  return { call, scene: new Scene({ stores, clock }) }
}

describe('K11 a call that outlives the server', () => {
  test('K11 both take it up again, and it ends as any other', async () => {
    const { call, scene } = await restart()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    expect(ben.callWords).toEqual([])
    for (const { stay } of [ben, ann]) stay.rejoin(call, 0, 4)
    await settle()
    for (const device of [ann, ben]) {
      expect(device.last('call-accepted')).toMatchObject({ leg: 0, ref: 4, call: { id: call } })
    }
    for (const user of [1, 2]) await scene.enter(user, call, 0)
    scene.clock.advance(REJOIN_MS)
    await settle()
    expect(scene.stores.history.get(call)?.endedAt).toBeNull()
    expect((await scene.attend(3)).overview.people.map(({ presence }) => presence)).toEqual([
      'in-call',
      'in-call',
    ])
    ann.stay.end(call, 5)
    expect(ben.last('call-ended').reason).toBe('hung-up')
    await settle()
    expect(scene.stores.history.get(call)?.reason).toBe('hung-up')
  })

  test('K8 its rooms may be entered before it is taken up again, by the two only', async () => {
    const { call, scene } = await restart()
    expect(await scene.board.legPolicy(3, call, 0)).toBeUndefined()
    for (const user of [1, 2]) await scene.enter(user, call, 0)
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    for (const { stay } of [ann, ben]) stay.rejoin(call, 0, 4)
    await settle()
    scene.leaveRoom(1, legRoomName(call, 0))
    expect(ben.last('call-ended').reason).toBe('hung-up')
  })

  test('K8 L5 it has no more legs than any other call', async () => {
    const { call, scene } = await restart()
    const policies: unknown[] = []
    for (let leg = 0; leg < 100; leg++) {
      const policy = await scene.board.legPolicy(1, call, leg)
      if (policy) policies.push(policy)
    }
    expect(policies).toHaveLength(MAX_LEGS_PER_CALL + 1)
  })

  test('K11 nobody takes it up: lost after 60 s, and over', async () => {
    const { call, scene } = await restart()
    const ann = await scene.attend(1)
    scene.clock.advance(REJOIN_MS - 1)
    await settle()
    expect(scene.stores.history.get(call)?.endedAt).toBeNull()
    scene.clock.advance(1)
    await settle()
    expect(scene.stores.history.get(call)).toMatchObject({ reason: 'lost' })
    ann.stay.rejoin(call, 0, 4)
    await settle()
    expect(ann.callWords).toEqual(['refused call-over'])
    expect(await scene.board.legPolicy(1, call, 0)).toBeUndefined()
  })

  test('K11 one takes it up and the other does not: lost after 60 s', async () => {
    const { call, scene } = await restart()
    const ann = await scene.attend(1)
    ann.stay.rejoin(call, 0, 4)
    await scene.enter(1, call, 0)
    scene.clock.advance(REJOIN_MS)
    await settle()
    expect(ann.last('call-ended').reason).toBe('lost')
    expect(scene.stores.history.get(call)).toMatchObject({ reason: 'lost', endedBy: 2 })
  })

  test('K11 strangers, and pages without a leg, take nothing up', async () => {
    const { call, scene } = await restart({ isAccepted: false })
    const [eve, ann] = [await scene.attend(3), await scene.attend(1)]
    eve.stay.rejoin(call, 0, 1)
    ann.stay.rejoin(call, undefined, 2)
    await settle()
    expect([eve.callWords, ann.callWords]).toEqual([['refused call-over'], ['refused call-over']])
  })

  test('K11 its caller never heard an accept: lost at once, and nobody takes it up', async () => {
    const { call, scene } = await restart({ isAccepted: false })
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    ann.stay.rejoin(call, undefined, 4)
    await settle()
    expect(scene.stores.history.get(call)).toMatchObject({ reason: 'lost', answeredAt: null })
    ben.stay.rejoin(call, 0, 5)
    await settle()
    expect(ben.callWords).toEqual(['refused call-over'])
  })

  test('K11 an accept that was told and not kept is made up for', async () => {
    const { call, scene } = await restart({ isAccepted: false })
    const ann = await scene.attend(1)
    ann.stay.rejoin(call, 0, 4)
    await settle()
    expect(scene.stores.history.get(call)?.answeredAt).toBe(scene.clock.now())
  })

  test('K11 a database that is away at the start is asked again', async () => {
    const before = await restart()
    before.scene.stores.isLost = true
    const { stores, clock } = before.scene
    const scene = new Scene({ stores, clock })
    await settle()
    stores.isLost = false
    const ann = await scene.attend(1)
    stores.isLost = true
    ann.stay.rejoin(before.call, 0, 4)
    await settle()
    expect(ann.callWords).toEqual(['refused unavailable'])
    stores.isLost = false
    ann.stay.rejoin(before.call, 0, 5)
    await settle()
    expect(ann.callWords.at(-1)).toBe('call-accepted')
  })

  test('K11 a database that is away for longer: they are ended when it is back', async () => {
    const before = await restart()
    const { stores, clock } = before.scene
    await before.scene.board.close()
    stores.isLost = true
    const scene = new Scene({ stores, clock })
    await settle()
    clock.advance(REJOIN_MS)
    await settle()
    stores.isLost = false
    clock.advance(1_000)
    await settle()
    expect(stores.history.get(before.call)?.reason).toBe('lost')
    await scene.board.close()
  })
})
