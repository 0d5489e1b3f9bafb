import { describe, expect, test } from 'bun:test'
import { RING_MS } from '@duet/protocol'
import { legRoomName, MAX_LEGS_PER_CALL } from '@duet/rules'
import { userOf } from './fake-stores.ts'
import { KEEP_PATIENCE_MS } from './limits.ts'
import { Scene, settle } from './scene.ts'
import type { Wake } from './wake.ts'

describe('K calls between users', () => {
  test('K2 K5 K6 ring -> ringing -> accept -> end, and the history keeps it', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    const call = await scene.ring(ann, 2)
    expect(call).toMatch(/^[0-9a-f]{32}$/)
    expect(ben.last('incoming-call')).toMatchObject({ call: { id: call, caller: 1 }, leg: 0 })
    ben.stay.ringing(call)
    expect(ann.last('call-ringing')).toMatchObject({ isRinging: true, leg: 0 })
    ben.stay.accept(call, 3)
    expect(ben.last('call-accepted')).toMatchObject({ leg: 0, ref: 3 })
    expect(ann.callWords).toEqual(['call-placed', 'call-ringing', 'call-accepted'])
    scene.clock.advance(5_000)
    ann.stay.end(call, 8)
    expect(ben.last('call-ended').reason).toBe('hung-up')
    await settle()
    expect([ann, ben].map((each) => each.last('call-ended').reason)).toEqual(['hung-up', 'hung-up'])
    await settle()
    expect(scene.stores.history.get(call)).toMatchObject({
      caller: 1,
      callee: 2,
      reason: 'hung-up',
      endedBy: 1,
      answeredAt: scene.clock.now() - 5_000,
      endedAt: scene.clock.now(),
    })
    expect(scene.board.load.calls).toBe(0)
  })

  test('K6 two devices race to accept: one has it, the other hears it was answered elsewhere', async () => {
    const scene = new Scene()
    const ann = await scene.attend(1)
    const devices = [await scene.attend(2), await scene.attend(2)]
    const call = await scene.ring(ann, 2)
    for (const { stay } of devices) stay.accept(call, 3)
    const [first, second] = devices.map(({ callWords }) => callWords)
    expect(first).toEqual(['incoming-call', 'call-accepted'])
    expect(second).toEqual(['incoming-call', 'ended answered-elsewhere', 'refused call-over'])
    expect(ann.last('call-accepted').leg).toBe(0)
  })

  test('K9 both call at once: they are connected, with one call in the history', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    ann.stay.place(2, 'audio', 1)
    ben.stay.place(1, 'audio', 1)
    await settle()
    expect(ann.last('call-accepted').call.id).toBe(ben.last('call-accepted').call.id)
    expect([...scene.stores.history.values()].map(({ answeredAt }) => answeredAt)).toEqual([
      scene.clock.now(),
    ])
  })

  test('K7 nobody answers for 60 s -> no-answer, missed; what comes late is refused', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    const call = await scene.ring(ann, 2)
    scene.clock.advance(RING_MS - 1)
    expect(ann.callWords).toEqual(['call-placed'])
    scene.clock.advance(1)
    expect(ann.callWords).toEqual(['call-placed', 'ended no-answer'])
    expect(ben.callWords).toEqual(['incoming-call', 'ended no-answer'])
    await settle()
    expect(ben.last('history-changed').missed).toBe(1)
    ben.stay.ringing(call)
    ben.stay.accept(call, 4)
    ben.stay.decline(call, 'too late', 5)
    ben.stay.end(call, 6)
    ben.stay.rejoin(call, 0, 7)
    await settle()
    expect(ben.callWords.slice(2)).toEqual(Array.from({ length: 4 }, () => 'refused call-over'))
    expect(ann.callWords).toHaveLength(2)
    expect(scene.stores.history.get(call)?.reason).toBe('no-answer')
  })

  test('K7 a decline has words; a cancel stops the ringing everywhere', async () => {
    const scene = new Scene()
    const ann = await scene.attend(1)
    const devices = [await scene.attend(2), await scene.attend(2)]
    devices[0]?.stay.decline(await scene.ring(ann, 2), 'in a meeting', 3)
    expect(ann.last('call-ended')).toMatchObject({ reason: 'declined', text: 'in a meeting' })
    await settle()
    expect(devices.map((each) => each.last('call-ended').reason)).toEqual(['declined', 'declined'])
    ann.stay.end(await scene.ring(ann, 2), 4)
    expect(devices.map((each) => each.last('call-ended').reason)).toEqual([
      'cancelled',
      'cancelled',
    ])
  })

  test('K4 busy, do-not-disturb and offline do not ring, and are kept as missed', async () => {
    const users = [userOf(1), userOf(2), userOf(3, { doNotDisturb: true }), userOf(4)]
    const scene = new Scene({ users: [...users, userOf(5)] })
    const [ann, ben, cleo] = [await scene.attend(1), await scene.attend(2), await scene.attend(3)]
    const dan = await scene.attend(5)
    await scene.ring(dan, 2)
    for (const to of [2, 3, 4]) await scene.ring(ann, to)
    expect(ann.callWords.filter((word) => word.startsWith('ended'))).toEqual([
      'ended busy',
      'ended do-not-disturb',
      'ended offline',
    ])
    expect([ben.callWords, cleo.callWords]).toEqual([['incoming-call'], []])
    expect(cleo.last('history-changed').missed).toBe(1)
    expect((await scene.attend(4)).overview.missed).toBe(1)
  })

  test('K1 false ids, unknown users and oneself', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    ann.stay.place(1, 'audio', 1)
    ann.stay.place(99, 'audio', 2)
    await settle()
    expect(ann.callWords).toEqual(['refused no-such-user', 'refused no-such-user'])
    const call = await scene.ring(ann, 2)
    ann.stay.place(3, 'audio', 3)
    await settle()
    expect(ann.callWords.at(-1)).toBe('refused in-call')
    // Somebody else's call is one that is over.
    const eve = await scene.attend(3)
    eve.stay.accept(call, 1)
    eve.stay.decline(call, undefined, 2)
    eve.stay.end(call, 3)
    eve.stay.rejoin(call, 0, 4)
    await settle()
    expect(eve.callWords).toEqual(Array.from({ length: 4 }, () => 'refused call-over'))
    expect(scene.board.decline(3, call, undefined)).toBe('call-over')
    expect(ben.callWords).toEqual(['incoming-call'])
    expect(scene.board.decline(2, call, 'busy')).toBeUndefined()
    expect(ann.last('call-ended')).toMatchObject({ reason: 'declined', text: 'busy' })
  })

  test('K7 a caller that is gone: cancelled when it closes, lost when it does not come back', async () => {
    const scene = new Scene()
    const ben = await scene.attend(2)
    for (const [isLost, reason] of [
      [false, 'cancelled'],
      [true, 'lost'],
    ] as const) {
      const ann = await scene.attend(1)
      const call = await scene.ring(ann, 2)
      ann.stay.leave(isLost)
      expect(ben.last('call-ended').reason).toBe(reason)
      await settle()
      expect(scene.stores.history.get(call)?.reason).toBe(reason)
    }
  })

  test('M4 calls of one user are limited by number', async () => {
    const scene = new Scene()
    const ann = await scene.attend(1)
    for (let time = 0; time < 25; time++) await scene.ring(ann, 2)
    expect(ann.callWords.filter((word) => word === 'refused rate-limited')).toHaveLength(5)
  })
})

describe('K8 rooms of legs', () => {
  test('K8 K12 only the two may enter; a seat that is given up ends the call', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    const call = await scene.ring(ann, 2)
    expect(await scene.board.legPolicy(3, call, 0)).toBeUndefined()
    expect(await scene.board.legPolicy(1, call, 1)).toBeUndefined()
    expect(await scene.board.legPolicy(1, 'f'.repeat(32), 0)).toBeUndefined()
    for (const user of [1, 2]) await scene.enter(user, call, 0)
    ben.stay.accept(call, 3)
    scene.leaveRoom(2, legRoomName(call, 0))
    expect(ann.last('call-ended').reason).toBe('hung-up')
    expect(scene.board.load.calls).toBe(0)
    expect(await scene.board.legPolicy(1, call, 0)).toBeUndefined()
  })

  test('K8 however many devices came and went: who accepts without a leg is given one', async () => {
    const scene = new Scene()
    const [ann, first] = [await scene.attend(1), await scene.attend(2)]
    const call = await scene.ring(ann, 2)
    let ben = first
    for (let leg = 0; leg < MAX_LEGS_PER_CALL; leg++) {
      expect(ben.last('incoming-call').leg).toBe(leg)
      expect(await scene.board.legPolicy(2, call, leg)).toBeDefined()
      const next = await scene.attend(2)
      ben.stay.leave(false)
      ben = next
    }
    expect(ben.last('incoming-call').leg).toBeUndefined()
    ben.stay.accept(call, 1)
    const { leg } = ben.last('call-accepted')
    expect(await scene.board.legPolicy(2, call, leg)).toBeDefined()
  })

  test('K12 a device that is gone ends nothing while its seat is taken', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    const call = await scene.ring(ann, 2)
    for (const user of [1, 2]) await scene.enter(user, call, 0)
    ben.stay.accept(call, 3)
    ben.stay.leave(true)
    expect(ann.all('call-ended')).toEqual([])
    scene.leaveRoom(2, legRoomName(call, 0), true)
    expect(ann.last('call-ended').reason).toBe('lost')
  })
})

describe('the history and a lost database', () => {
  test('K3 a call that cannot be kept is not placed, and rings nobody any more', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    scene.stores.isLost = true
    ann.stay.place(2, 'audio', 1)
    await settle()
    expect(ann.callWords).toEqual(['refused unavailable'])
    expect(ben.callWords).toEqual(['incoming-call', 'ended cancelled'])
    scene.stores.isLost = false
    await scene.ring(ann, 2)
    expect(ben.callWords.at(-1)).toBe('incoming-call')
    expect(scene.stores.history.size).toBe(1)
  })

  test('K3 the caller hears of its call when it is kept; accept and end do not wait', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    const { promise, resolve } = Promise.withResolvers<void>()
    scene.stores.gate = promise
    ann.stay.place(2, 'audio', 1)
    await settle()
    expect(ann.callWords).toEqual([])
    const { id } = ben.last('incoming-call').call
    ben.stay.accept(id, 2)
    expect(ben.callWords.at(-1)).toBe('call-accepted')
    resolve()
    await settle()
    expect(ann.callWords).toEqual(['call-placed', 'call-accepted'])
  })

  test('K3 the end is told at once and kept when the database is back, once', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    const call = await scene.ring(ann, 2)
    scene.stores.isLost = true
    ben.stay.accept(call, 2)
    ann.stay.end(call, 3)
    expect(ben.last('call-ended').reason).toBe('hung-up')
    const endedAt = scene.clock.now()
    await settle()
    scene.clock.advance(1_000)
    await settle()
    scene.stores.isLost = false
    scene.clock.advance(60_000)
    await settle()
    scene.clock.advance(60_000)
    await settle()
    expect(scene.stores.history.get(call)).toMatchObject({ reason: 'hung-up', endedAt })
    expect(scene.stores.history.get(call)?.answeredAt).toBe(endedAt)
    expect(ann.all('history-changed')).toHaveLength(1)
  })

  test('K3 who ends a call hears so when it is kept, or after a second without the database', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    const call = await scene.ring(ann, 2)
    scene.stores.isLost = true
    ann.stay.end(call, 3)
    ann.stay.place(2, 'audio', 4)
    await settle()
    expect(ben.callWords).toEqual(['incoming-call', 'ended cancelled'])
    expect(ann.callWords).toEqual(['call-placed'])
    scene.clock.advance(KEEP_PATIENCE_MS)
    await settle()
    expect(ann.callWords).toEqual(['call-placed', 'ended cancelled', 'refused unavailable'])
  })

  test('S9 a server that goes away ends no call, and waits until all is kept', async () => {
    const scene = new Scene()
    const [ann, ben] = [await scene.attend(1), await scene.attend(2)]
    const over = await scene.ring(ann, 2)
    ann.stay.end(over, 2)
    const call = await scene.ring(ann, 2)
    ben.stay.accept(call, 3)
    await scene.board.close()
    expect(ann.last('call-ended').call).toBe(over)
    expect(scene.stores.history.get(over)?.reason).toBe('cancelled')
    expect(scene.stores.history.get(call)).toMatchObject({ endedAt: null })
    expect(scene.stores.history.get(call)?.answeredAt).toBe(scene.clock.now())
    // The timer of the time within which calls are taken up again is cleared as well.
    expect(scene.clock.pending).toBe(0)
  })
})

describe('web push', () => {
  test('K4 K5 one who can be woken up is rung; what rings is told when it rings no more', async () => {
    const told: string[] = []
    const wake: Wake = {
      canWake: (user) => Promise.resolve(user === 2 || user === 3),
      ring: ({ callee }) => void told.push(`ring ${callee}`),
      over: ({ callee }, outcome) => void told.push(`over ${callee} ${outcome}`),
    }
    const users = [userOf(1), userOf(2), userOf(3, { doNotDisturb: true }), userOf(4)]
    const scene = new Scene({ wake, users })
    const ann = await scene.attend(1)
    for (const to of [3, 4]) await scene.ring(ann, to)
    expect(ann.callWords.filter((word) => word.startsWith('ended'))).toEqual([
      'ended offline',
      'ended offline',
    ])
    const call = await scene.ring(ann, 2)
    const ben = await scene.attend(2)
    expect(ben.last('incoming-call').call.id).toBe(call)
    ben.stay.accept(call, 1)
    ann.stay.end(call, 9)
    await scene.ring(ann, 2)
    scene.clock.advance(RING_MS)
    expect(told).toEqual(['ring 2', 'over 2 answered', 'ring 2', 'over 2 no-answer'])
  })

  test('E4 a push service that fails is nobody who can be woken up', async () => {
    const wake: Wake = {
      canWake: () => Promise.reject(new Error('no network')),
      ring: () => {},
      over: () => {},
    }
    const scene = new Scene({ wake })
    const ann = await scene.attend(1)
    await scene.ring(ann, 2)
    expect(ann.last('call-ended').reason).toBe('offline')
  })
})
