import { describe, expect, test } from 'bun:test'
import { GRACE_MS } from '@duet/protocol'
import { legRoomName, type CallId } from '@duet/rules'
import type { FakeClient } from './fake-client.ts'
import { PeopleStage, settle, wordsOf } from './people-stage.ts'

/** Rings, and says the id of the call. */
async function ring(from: FakeClient, to: number): Promise<CallId> {
  from.request({ type: 'place-call', to, media: 'video' })
  await settle()
  return (from.last('call-placed')['call'] as { id: CallId }).id
}

/** Both join the room of a leg. */
async function joinLeg(clients: FakeClient[], call: CallId, leg = 0): Promise<void> {
  for (const client of clients) client.join(legRoomName(call, leg))
  await settle()
}

describe('K calls between users', () => {
  test('K5 K6 K8 ring, connect a leg meanwhile, accept, hang up by leaving', async () => {
    const stage = new PeopleStage()
    const [ann, ben] = [await stage.attend(1), await stage.attend(2)]
    const call = await ring(ann, 2)
    expect(ann.last('call-placed')).toMatchObject({
      call: { id: call, caller: 1, callee: 2, media: 'video', startedAt: stage.clock.now() },
      replyTo: 2,
    })
    expect(ben.last('incoming-call')).toMatchObject({ call: { id: call }, leg: 0 })
    ben.request({ type: 'call-ringing', call })
    expect(ann.last('call-ringing')).toMatchObject({ call, isRinging: true, leg: 0 })
    await joinLeg([ben, ann], call)
    expect(ann.last('joined')).toMatchObject({ room: legRoomName(call, 0), peers: [{ user: 2 }] })
    expect(ben.last('peer-joined')).toMatchObject({ peer: { user: 1 } })
    ben.request({ type: 'accept-call', call })
    expect(ben.last('call-accepted')).toMatchObject({ leg: 0, replyTo: ben.seq })
    expect(ann.last('call-accepted')['replyTo']).toBeUndefined()
    ben.request({ type: 'leave' })
    expect(wordsOf(ann).slice(-2)).toEqual(['peer-left left', 'call-ended hung-up'])
    await settle()
    expect(stage.stores.history.get(call)?.reason).toBe('hung-up')
  })

  test('K8 others, and nobody, are refused in the room of a leg; the call goes on', async () => {
    const stage = new PeopleStage()
    const [ann, ben, eve] = [await stage.attend(1), await stage.attend(2), await stage.attend(3)]
    const call = await ring(ann, 2)
    const guest = stage.greet()
    for (const name of [
      legRoomName(call, 0),
      `  ~${call.toUpperCase()}.0 `,
      legRoomName(call, 7),
    ]) {
      for (const client of [eve, guest]) {
        client.join(name, { wait: true })
        await settle()
        expect(wordsOf(client).at(-1)).toBe('error not-allowed')
      }
    }
    await joinLeg([ann, ben], call)
    expect(wordsOf(ben).at(-1)).toBe('joined')
    expect(stage.hub.roomCount).toBe(1)
  })

  test('K9 both call at once: both hear call-accepted of one call', async () => {
    const stage = new PeopleStage()
    const [ann, ben] = [await stage.attend(1), await stage.attend(2)]
    ann.request({ type: 'place-call', to: 2, media: 'audio' })
    ben.request({ type: 'place-call', to: 1, media: 'audio' })
    await settle()
    const [atAnn, atBen] = [ann, ben].map((client) => client.last('call-accepted'))
    expect(atAnn?.['call']).toEqual(atBen?.['call'] as object)
    expect([atAnn, atBen].filter((each) => each?.['replyTo'] !== undefined)).toHaveLength(1)
  })

  test('K10 another user says anything about the call -> call-over; nothing changes', async () => {
    const stage = new PeopleStage()
    const [ann, ben, eve] = [await stage.attend(1), await stage.attend(2), await stage.attend(3)]
    const call = await ring(ann, 2)
    for (const type of ['accept-call', 'decline-call', 'end-call', 'rejoin-call']) {
      eve.request({ type, call, leg: 0 })
      await settle()
      expect(wordsOf(eve).at(-1)).toBe('error call-over')
    }
    eve.request({ type: 'call-ringing', call })
    expect(wordsOf(ann)).not.toContain('call-ringing')
    expect(wordsOf(ben).at(-1)).toBe('incoming-call')
  })

  test('K12 signing out in a call ends it for the other one', async () => {
    const stage = new PeopleStage()
    const [ann, ben] = [await stage.attend(1), await stage.attend(2)]
    const call = await ring(ann, 2)
    await joinLeg([ann, ben], call)
    ben.request({ type: 'accept-call', call })
    stage.board.loginsEnded(2, [2])
    expect(wordsOf(ann).at(-1)).toBe('call-ended hung-up')
    expect(ben.socket.closed?.code).toBe(4401)
  })

  test('K12 R11 a callee whose connection does not come back: lost, after the grace time', async () => {
    const stage = new PeopleStage()
    const [ann, ben] = [await stage.attend(1), await stage.attend(2)]
    const call = await ring(ann, 2)
    await joinLeg([ann, ben], call)
    ben.request({ type: 'accept-call', call })
    const benInRoom = (ann.events.findLast(({ type }) => type === 'peer-joined')?.['peer'] ??
      {}) as { id?: string }
    ben.socket.cut()
    stage.stage.advance(GRACE_MS - 2_000, ann)
    expect(wordsOf(ann)).not.toContain('call-ended lost')
    ann.request({ type: 'hearing', peer: benInRoom.id, hears: false })
    stage.stage.advance(4_000, ann)
    expect(wordsOf(ann)).toContain('call-ended lost')
    await settle()
    expect(stage.stores.history.get(call)).toMatchObject({ reason: 'lost', endedBy: 2 })
  })

  test('K11 a page with a new session has the call', async () => {
    const stage = new PeopleStage()
    const [ann, ben] = [await stage.attend(1), await stage.attend(2)]
    const call = await ring(ann, 2)
    await joinLeg([ann, ben], call)
    ben.request({ type: 'accept-call', call })
    const fresh = await stage.attend(2)
    fresh.request({ type: 'rejoin-call', call, leg: 0 })
    await settle()
    expect(fresh.last('call-accepted')).toMatchObject({ leg: 0 })
    fresh.join(legRoomName(call, 0), { tag: `tag ${ben.welcome.session}` })
    await settle()
    ben.socket.hangUp()
    expect(wordsOf(ann)).not.toContain('call-ended hung-up')
    fresh.request({ type: 'end-call', call })
    expect(wordsOf(ann).at(-1)).toBe('call-ended hung-up')
  })

  test('K11 S9 a server that comes back: the call goes on, in the rooms as well', async () => {
    const before = new PeopleStage()
    const [ann, ben] = [await before.attend(1), await before.attend(2)]
    const call = await ring(ann, 2)
    await joinLeg([ann, ben], call)
    ben.request({ type: 'accept-call', call })
    await settle()
    await before.stage.gateway.close()
    await before.board.close()
    for (const { socket } of [ann, ben]) expect(socket.closed?.code).toBe(4503)
    expect(wordsOf(ann)).not.toContain('call-ended hung-up')

    const { stores, clock } = before
    const after = new PeopleStage({ stores, clock })
    const [annAgain, benAgain] = [await after.attend(1), await after.attend(2)]
    for (const client of [annAgain, benAgain]) {
      client.request({ type: 'rejoin-call', call, leg: 0 })
      client.join(legRoomName(call, 0))
    }
    await settle()
    expect(wordsOf(annAgain)).toEqual(['attending', 'call-accepted', 'joined', 'peer-joined'])
    after.stage.advance(70_000, annAgain, benAgain)
    await settle()
    expect(stores.history.get(call)?.endedAt).toBeNull()
    benAgain.request({ type: 'leave' })
    expect(wordsOf(annAgain).at(-1)).toBe('call-ended hung-up')
  })
})
