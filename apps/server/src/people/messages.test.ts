import { describe, expect, test } from 'bun:test'
import { userOf } from './fake-stores.ts'
import { PEOPLE_LIMITS } from './limits.ts'
import { Scene, settle } from './scene.ts'

describe('M messages', () => {
  test('M1 M2 kept, then told to all devices of both; the same again is the same', async () => {
    const scene = new Scene()
    const [ann, tablet, ben] = [await scene.attend(1), await scene.attend(1), await scene.attend(2)]
    const said = { to: 2, body: 'hello', clientId: 'c1' }
    expect(await ann.stay.send(said)).toBeUndefined()
    expect(ann.last('message')).toMatchObject({ message: { id: 1, body: 'hello' }, clientId: 'c1' })
    expect(tablet.all('message')).toHaveLength(1)
    expect(ben.last('message')).toEqual({
      type: 'message',
      message: { id: 1, from: 1, to: 2, body: 'hello', sentAt: scene.clock.now() },
    })
    // Only the device that says it again hears of it again.
    await tablet.stay.send(said)
    expect([ben, ann, tablet].map((each) => each.all('message').length)).toEqual([1, 1, 2])
    expect(scene.stores.kept).toHaveLength(1)
    expect(ben.stay.overview().people.find(({ user }) => user.id === 1)?.unread).toBe(1)
  })

  test('M1 nothing is told before it is kept, nor when it cannot be', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    const { promise, resolve } = Promise.withResolvers<void>()
    scene.stores.gate = promise
    const sent = ann.stay.send({ to: 2, body: 'hello', clientId: 'c1' })
    await settle()
    expect([ann, ben].flatMap((each) => each.all('message'))).toEqual([])
    resolve()
    await sent
    expect(ben.all('message')).toHaveLength(1)
    scene.stores.isLost = true
    const failure = await ann.stay
      .send({ to: 2, body: 'lost', clientId: 'c2' })
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'unavailable' })
    scene.stores.isLost = false
    await ann.stay.send({ to: 2, body: 'lost', clientId: 'c2' })
    expect(ben.all('message').map(({ message }) => message.body)).toEqual(['hello', 'lost'])
  })

  test('M2 messages of one conversation come in the order of their ids everywhere', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    // The first answer of the store is the slowest.
    const add = scene.stores.messages.add.bind(scene.stores.messages)
    let isFirst = true
    scene.stores.messages.add = async (message) => {
      const kept = await add(message)
      if (isFirst) {
        isFirst = false
        await settle()
      }
      return kept
    }
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const [from, to] = index % 2 === 0 ? [ann, 2] : [ben, 1]
        return from.stay.send({ to, body: String(index), clientId: `c${index}` })
      }),
    )
    const ids = Array.from({ length: 20 }, (_, index) => index + 1)
    for (const device of [ann, ben]) {
      expect(device.all('message').map(({ message }) => message.id)).toEqual(ids)
    }
  })

  test('M3 to everyone who may see the sender; the operator may restrict it', async () => {
    const users = [userOf(1), userOf(2), userOf(3), userOf(4, { isAdministrator: true })]
    const scene = new Scene({ users })
    scene.stores.block(2, 1)
    const [ann, ben, eve] = [await scene.attend(1), await scene.attend(2), await scene.attend(3)]
    await ann.stay.send({ to: null, body: 'hello', clientId: 'c' })
    expect([ann, ben, eve].map((each) => each.all('message').length)).toEqual([1, 0, 1])
    expect(eve.stay.overview().unreadToAll).toBe(1)
    await eve.stay.markRead(null, 1)
    expect(eve.last('messages-read')).toEqual({
      type: 'messages-read',
      with: null,
      upTo: 1,
      unread: 0,
    })
    scene.stores.values.set('mayAllWriteToAll', 'false')
    expect(await ann.stay.send({ to: null, body: 'no', clientId: 'd' })).toBe('not-allowed')
    const admin = await scene.attend(4)
    expect((await scene.attend(1)).overview.mayWriteToAll).toBe(false)
    expect(admin.overview.mayWriteToAll).toBe(true)
    expect(await admin.stay.send({ to: null, body: 'yes', clientId: 'e' })).toBeUndefined()
  })

  test('M4 messages of one user are limited by number, on all of its devices together', async () => {
    const scene = new Scene({
      limits: { ...PEOPLE_LIMITS, userMessageRate: { perSecond: 1, burst: 10 } },
    })
    const devices = [await scene.attend(1), await scene.attend(1)]
    const answers = []
    for (let time = 0; time < 12; time++) {
      const said = { to: 2, body: 'x', clientId: `c${time}` }
      answers.push(await devices[time % 2]?.stay.send(said))
    }
    expect(answers.filter((answer) => answer === 'rate-limited')).toHaveLength(2)
    scene.clock.advance(1_000)
    expect(await devices[0]?.stay.send({ to: 2, body: 'x', clientId: 'later' })).toBeUndefined()
  })

  test('M2 in the order in which they were said, though one takes longer to judge', async () => {
    const scene = new Scene()
    const ann = await scene.attend(1)
    const { promise, resolve } = Promise.withResolvers<void>()
    scene.stores.gate = promise
    const first = ann.stay.send({ to: null, body: 'first', clientId: 'a' })
    await settle()
    scene.stores.gate = undefined
    const second = ann.stay.send({ to: null, body: 'second', clientId: 'b' })
    await settle()
    resolve()
    await Promise.all([first, second])
    expect(ann.all('message').map(({ message }) => message.body)).toEqual(['first', 'second'])
  })

  test('M4 who goes and comes again has no new rate, for messages or for calls', async () => {
    const rate = { perSecond: 1, burst: 2 }
    const limits = { ...PEOPLE_LIMITS, userMessageRate: rate, userCallRate: rate }
    const scene = new Scene({ limits })
    const first = await scene.attend(1)
    for (const clientId of ['a', 'b']) await first.stay.send({ to: 2, body: 'x', clientId })
    for (const ref of [1, 2]) first.stay.place(2, 'audio', ref)
    await settle()
    first.stay.leave(false)
    await settle()
    const second = await scene.attend(1)
    expect(await second.stay.send({ to: 2, body: 'x', clientId: 'c' })).toBe('rate-limited')
    second.stay.place(2, 'audio', 3)
    await settle()
    expect(second.callWords).toEqual(['refused rate-limited'])
  })

  test('M5 what is read on one device is read on all; counts outlive the devices', async () => {
    const scene = new Scene()
    const ann = await scene.attend(1)
    for (const clientId of ['a', 'b', 'c']) await ann.stay.send({ to: 2, body: 'x', clientId })
    const [ben, phone] = [await scene.attend(2), await scene.attend(2)]
    expect(ben.overview.people[0]?.unread).toBe(3)
    await ben.stay.markRead(1, 2)
    expect(phone.last('messages-read')).toMatchObject({ with: 1, upTo: 2, unread: 1 })
    expect(ann.all('messages-read')).toEqual([])
    await ben.stay.markRead(1, 1)
    expect(phone.last('messages-read').unread).toBe(1)
  })

  test('M1 a message that comes while the overview is being read is counted once', async () => {
    const scene = new Scene()
    const ann = await scene.attend(1)
    const { promise, resolve } = Promise.withResolvers<void>()
    const read = scene.stores.messages.conversationsOf.bind(scene.stores.messages)
    scene.stores.messages.conversationsOf = async (user) => {
      const conversations = await read(user)
      await promise
      return conversations
    }
    const arriving = scene.attend(2)
    await settle()
    await ann.stay.send({ to: 2, body: 'x', clientId: 'a' })
    resolve()
    expect((await arriving).overview.people[0]?.unread).toBe(1)
  })

  test('M1 unknown users and oneself', async () => {
    const scene = new Scene()
    const ann = await scene.attend(1)
    for (const to of [1, 99]) {
      expect(await ann.stay.send({ to, body: 'x', clientId: 'a' })).toBe('no-such-user')
    }
  })
})
