import { describe, expect, test } from 'bun:test'
import { GRACE_MS, RING_MS } from '@duet/protocol'
import { Scene, settle } from './scene.ts'

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

  test('K7 nobody answers for 60 s -> no-answer, missed', async () => {
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
    ben.stay.accept(call, 4)
    expect(ben.callWords.at(-1)).toBe('refused call-over')
  })
})

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
    expect(ann.presencesOf(2)).toEqual(['online', 'offline'])
    expect(ann.last('person').person.lastSeenAt).toBe(scene.clock.now())
    await settle()
    expect(scene.stores.users.get(2)?.lastSeenAt).toBe(scene.clock.now())
  })
})

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
    await tablet.stay.send(said)
    expect([ben, ann, tablet].map((each) => each.all('message').length)).toEqual([1, 1, 2])
    expect(ben.stay.overview().people.find(({ user }) => user.id === 1)?.unread).toBe(1)
    await ben.stay.markRead(1, 1)
    expect(ben.last('messages-read')).toMatchObject({ with: 1, upTo: 1, unread: 0 })
  })
})
