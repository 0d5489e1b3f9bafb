import { describe, expect, test } from 'bun:test'
import { GRACE_MS } from '@duet/protocol'
import { userOf } from './fake-stores.ts'
import {
  MAX_LISTED_PEOPLE,
  PEOPLE_LIMITS,
  PERSONS_INTERVAL_MS,
  PERSONS_PER_INTERVAL,
} from './limits.ts'
import { TooManyDevicesError } from './people.ts'
import { Scene, settle } from './scene.ts'

describe('U presence', () => {
  test('U3 counts devices: closing one of two changes nothing', async () => {
    const scene = new Scene()
    const ann = await scene.attend(1)
    const [tab, phone] = [await scene.attend(2), await scene.attend(2)]
    expect(ann.presencesOf(2)).toEqual(['online'])
    tab.stay.leave(false)
    expect(ann.presencesOf(2)).toEqual(['online'])
    phone.stay.connectionLost()
    scene.clock.advance(GRACE_MS)
    expect(ann.presencesOf(2)).toEqual(['online'])
    phone.stay.leave(true)
    phone.stay.leave(true)
    expect(ann.presencesOf(2)).toEqual(['online', 'offline'])
    expect(ann.last('person').person.lastSeenAt).toBe(scene.clock.now())
    await settle()
    expect(scene.stores.users.get(2)?.lastSeenAt).toBe(scene.clock.now())
  })

  test('U2 U3 the overview says how everybody is, by name, without oneself', async () => {
    const users = [userOf(1), userOf(2), userOf(3, { doNotDisturb: true, lastSeenAt: 5 })]
    const scene = new Scene({ users: [...users, userOf(4, { lastSeenAt: 7 })] })
    for (const user of [2, 3]) await scene.attend(user)
    const { overview } = await scene.attend(1)
    expect(overview.self.id).toBe(1)
    expect(
      overview.people.map(({ user, presence, lastSeenAt }) => [user.id, presence, lastSeenAt]),
    ).toEqual([
      [2, 'online', null],
      [3, 'do-not-disturb', null],
      [4, 'offline', 7],
    ])
    expect(overview).toMatchObject({ unreadToAll: 0, mayWriteToAll: true, missed: 0 })
  })

  test('U3 in a call and out of it; do not disturb, and its end', async () => {
    const scene = new Scene()
    const [eve, ann, ben] = [await scene.attend(3), await scene.attend(1), await scene.attend(2)]
    ben.stay.accept(await scene.ring(ann, 2), 1)
    ben.stay.end(ann.last('call-placed').call.id, 2)
    expect(eve.presencesOf(2)).toEqual(['online', 'in-call', 'online'])
    for (const doNotDisturb of [true, false]) {
      scene.board.userChanged(userOf(2, { doNotDisturb }))
      expect(ben.last('self').self.doNotDisturb).toBe(doNotDisturb)
    }
    expect(eve.presencesOf(2).slice(3)).toEqual(['do-not-disturb', 'online'])
  })

  test('U3 a user that is new, renamed, deleted', async () => {
    const scene = new Scene()
    const ann = await scene.attend(1)
    scene.board.userChanged(userOf(9))
    scene.board.userChanged(userOf(9, { displayName: 'Nina' }))
    expect(ann.all('person').map(({ person }) => person.user.displayName)).toEqual(['', 'Nina'])
    scene.board.userDeleted(9)
    expect(ann.last('person-gone').user).toBe(9)
    expect((await scene.board.seenBy(1)).map(({ user }) => user.id)).toEqual([2, 3])
  })

  test('U1 logins that end sign their devices out, and nobody else', async () => {
    const scene = new Scene()
    const ended: unknown[] = []
    scene.board.onSignOut((signOut) => ended.push(signOut))
    const [ann, ben] = [await scene.attend(1), await scene.attend(2, 20)]
    const other = await scene.attend(2, 21)
    ben.stay.accept(await scene.ring(ann, 2), 1)
    scene.board.loginsEnded(2, [20])
    expect([ben, other, ann].map((each) => each.all('signed-out').length)).toEqual([1, 0, 0])
    expect(ann.last('call-ended').reason).toBe('hung-up')
    ben.stay.place(1, 'audio', 5)
    await settle()
    expect(ann.all('incoming-call')).toEqual([])
    expect(ended).toEqual([{ user: 2, logins: [20] }])
  })

  test('U1 an account that is deleted is signed out everywhere, and its call ends', async () => {
    const scene = new Scene()
    const [ann, ben, tab] = [await scene.attend(1), await scene.attend(2), await scene.attend(2)]
    const call = await scene.ring(ann, 2)
    for (const user of [1, 2]) await scene.enter(user, call, 0)
    ben.stay.accept(call, 1)
    scene.board.userDeleted(2)
    expect([ben, tab].map((each) => each.all('signed-out').length)).toEqual([1, 1])
    expect(ann.last('call-ended').reason).toBe('hung-up')
    expect(ann.heard.at(-1)).toEqual({ type: 'person-gone', user: 2 })
    await settle()
    expect(scene.stores.history.get(call)?.reason).toBe('hung-up')
    expect(scene.board.load.desks).toBe(1)
  })

  test('U1 an account that is deleted while it begins to attend does not come back', async () => {
    const scene = new Scene()
    const ann = await scene.attend(1)
    const { promise, resolve } = Promise.withResolvers<void>()
    scene.stores.gate = promise
    const attempt = scene.attend(2).then(
      () => 'attends',
      () => 'refused',
    )
    await settle()
    scene.board.userDeleted(2)
    resolve()
    expect(await attempt).toBe('refused')
    await settle()
    expect(ann.stay.overview().people.map(({ user }) => user.id)).toEqual([3])
    expect(scene.board.load.desks).toBe(1)
  })

  test('U2 a lost database: the overview is refused, and works when it is back', async () => {
    const scene = new Scene()
    scene.stores.isLost = true
    const failure = await scene.attend(1).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'unavailable' })
    await settle()
    expect(scene.board.load).toEqual({ desks: 0, devices: 0, presences: 0, calls: 0 })
    scene.stores.isLost = false
    expect((await scene.attend(1)).overview.people).toHaveLength(2)
  })

  test('L5 nothing stays of those who came, and no timer is left', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    ben.stay.accept(await scene.ring(ann, 2), 1)
    for (const { stay } of [ann, ben]) stay.leave(false)
    await settle()
    expect(scene.board.load).toEqual({ desks: 0, devices: 0, presences: 0, calls: 0 })
    expect(scene.people.size).toBe(0)
    await scene.board.close()
    expect(scene.clock.pending).toBe(0)
  })
})

describe('U4 contacts only', () => {
  test('U4 accepted ones are seen; those who ask or are asked are listed; others do not exist', async () => {
    const users = [1, 2, 3, 4, 5].map((id) => userOf(id, { lastSeenAt: 3 }))
    const scene = new Scene({ mode: 'contacts', users })
    scene.stores.relate(1, 2, { contact: 'accepted' })
    scene.stores.relate(1, 3, { contact: 'asking' })
    scene.stores.relate(1, 4, { contact: 'asked' })
    const ann = await scene.attend(1)
    for (const user of [2, 3, 4, 5]) await scene.attend(user)
    expect(
      ann.stay.overview().people.map((each) => [each.user.id, each.presence, each.contact]),
    ).toEqual([
      [2, 'online', 'accepted'],
      [3, 'offline', 'asking'],
      [4, 'offline', 'asked'],
    ])
    expect(ann.all('person').map(({ person }) => person.user.id)).toEqual([2])
    expect(ann.stay.overview().people.map(({ lastSeenAt }) => lastSeenAt)).toEqual([
      null,
      null,
      null,
    ])
    for (const to of [3, 5]) ann.stay.place(to, 'audio', to)
    await settle()
    expect(ann.callWords).toEqual(['refused not-allowed', 'refused no-such-user'])
    const said = { body: 'hi', clientId: 'c' }
    expect(await ann.stay.send({ ...said, to: 4 })).toBe('not-allowed')
    expect(await ann.stay.send({ ...said, to: 5 })).toBe('no-such-user')
    expect(await ann.stay.send({ ...said, to: 2 })).toBeUndefined()
  })

  test('U4 a contact that begins and ends is told as it is', async () => {
    const scene = new Scene({ mode: 'contacts' })
    const [ann] = [await scene.attend(1), await scene.attend(2)]
    expect(ann.overview.people).toEqual([])
    for (const contact of ['asked', 'accepted', null] as const) {
      scene.stores.relate(1, 2, { contact })
      scene.board.relationChanged(1, 2)
      await settle()
    }
    expect(
      ann.heard.map((each) => (each.type === 'person' ? each.person.presence : each.type)),
    ).toEqual(['offline', 'online', 'person-gone'])
  })
})

describe('U5 block', () => {
  test('U5 the one who is blocked sees the other offline, and its call ends so', async () => {
    const scene = new Scene()
    scene.stores.block(2, 1)
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    expect(ann.presencesOf(2)).toEqual([])
    expect(ann.stay.overview().people[0]).toMatchObject({ presence: 'offline', lastSeenAt: null })
    expect(ben.stay.overview().people[0]).toMatchObject({ presence: 'online', isBlocked: true })
    const call = await scene.ring(ann, 2)
    expect(ann.callWords).toEqual(['call-placed', 'ended offline'])
    expect(ben.heard.filter(({ type }) => type !== 'person')).toEqual([])
    await settle()
    expect(scene.stores.history.get(call)).toMatchObject({ reason: 'offline' })
    expect([...(scene.stores.history.get(call)?.forgottenBy ?? [])]).toEqual([2])
    expect(await ann.stay.send({ to: 2, body: 'hi', clientId: 'c' })).toBe('not-allowed')
    ben.stay.place(1, 'audio', 4)
    await settle()
    expect(ben.callWords).toEqual(['refused not-allowed'])
    expect(await ben.stay.send({ to: 1, body: 'hi', clientId: 'c' })).toBe('not-allowed')
  })

  test('U5 a block, and its end, change what is seen at once', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    scene.stores.block(2, 1)
    scene.board.relationChanged(2, 1)
    await settle()
    expect(ann.presencesOf(2)).toEqual(['online', 'offline'])
    expect(ben.last('person').person.isBlocked).toBe(true)
    scene.stores.relate(2, 1, { blocks: false })
    scene.stores.relate(1, 2, { isBlocked: false })
    scene.board.relationChanged(1, 2)
    await settle()
    expect(ann.presencesOf(2)).toEqual(['online', 'offline', 'online'])
  })
})

describe('L limits', () => {
  test('L1 changes of people come at a pace, and only the latest of each', async () => {
    const count = 3 * PERSONS_PER_INTERVAL
    const users = Array.from({ length: count + 1 }, (_, index) => userOf(index + 1))
    const scene = new Scene({ users })
    const ann = await scene.attend(1)
    for (const { id } of users.slice(1)) await scene.attend(id)
    expect(ann.all('person')).toHaveLength(PERSONS_PER_INTERVAL)
    scene.board.userChanged(userOf(count, { displayName: 'Zoe' }))
    scene.clock.advance(PERSONS_INTERVAL_MS)
    expect(ann.all('person')).toHaveLength(2 * PERSONS_PER_INTERVAL)
    scene.clock.advance(PERSONS_INTERVAL_MS)
    expect(ann.all('person')).toHaveLength(3 * PERSONS_PER_INTERVAL)
    expect(ann.all('person').filter(({ person }) => person.user.id === count)).toMatchObject([
      { person: { user: { displayName: 'Zoe' }, presence: 'online' } },
    ])
  })

  test('L1 a device that is away hears of people when it is back, once each', async () => {
    const scene = new Scene()
    const ann = await scene.attend(1)
    ann.stay.connectionLost()
    for (let time = 0; time < 5; time++) (await scene.attend(2)).stay.leave(false)
    expect(ann.all('person')).toEqual([])
    ann.stay.connectionBack()
    expect(ann.presencesOf(2)).toEqual(['offline'])
  })

  test('L1 an overview is bounded: those who are there, or wrote, first', async () => {
    const users = Array.from({ length: MAX_LISTED_PEOPLE + 100 }, (_, index) => userOf(index + 1))
    const scene = new Scene({ users })
    const last = users.length
    const [zoe] = [await scene.attend(last)]
    await zoe.stay.send({ to: 1, body: 'hi', clientId: 'c' })
    await scene.attend(last - 1)
    const { people } = (await scene.attend(1)).overview
    expect(people).toHaveLength(MAX_LISTED_PEOPLE)
    expect(people.slice(-3).map(({ user }) => user.id)).toEqual([
      MAX_LISTED_PEOPLE - 1,
      last - 1,
      last,
    ])
  })

  test('L3 one device too many takes the place of the one that is away for the longest', async () => {
    const scene = new Scene({ limits: { ...PEOPLE_LIMITS, maxDevicesPerUser: 3 } })
    const devices = [await scene.attend(1), await scene.attend(1), await scene.attend(1)]
    expect(await scene.attend(1).catch((error: unknown) => error)).toBeInstanceOf(
      TooManyDevicesError,
    )
    for (const device of [devices[2], devices[0]]) {
      device?.stay.connectionLost()
      scene.clock.advance(1_000)
    }
    await scene.attend(1)
    expect(devices.map((each) => each.all('displaced').length)).toEqual([0, 0, 1])
    expect(scene.board.load.devices).toBe(3)
  })

  test('L3 a device that has a call keeps its place; the server as a whole has a bound', async () => {
    const scene = new Scene({
      limits: { ...PEOPLE_LIMITS, maxDevicesPerUser: 1, maxDevices: 2 },
    })
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    ben.stay.accept(await scene.ring(ann, 2), 1)
    ann.stay.connectionLost()
    for (const user of [1, 3]) {
      const failure = await scene.attend(user).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(TooManyDevicesError)
    }
    expect(ann.all('call-ended')).toEqual([])
  })
})
