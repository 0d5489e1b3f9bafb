import { afterEach, describe, expect, test } from 'bun:test'
import { silentLogger } from '@duet/base'
import { GRACE_MS, type LiveOptions } from '@duet/protocol'
import { legRoomName } from '@duet/rules'
import { FakeControl } from '../../captures/fake-control.ts'
import { MemoryHub } from '../../hub/memory.ts'
import { Stage as SrsStage } from '../srs/stage.ts'
import { Stage, type FakeClient } from './fake-client.ts'
import { PeopleStage, settle } from './people-stage.ts'

let stage: Stage
let control: FakeControl
afterEach(async () => {
  control.close()
  await stage.gateway.close()
})

const idOf = (client: FakeClient) => String(client.last('joined')['self'])

function agree(client: FakeClient, purpose = 'record', isGiven = true): void {
  client.request({ type: 'consent', purpose, isGiven })
}

function capture(client: FakeClient, isOn = true, more: object = {}): void {
  client.request({ type: 'capture', purpose: 'record', isOn, ...more })
}

/** A message without its numbers. */
function wordsOf(client: FakeClient, type: string): object {
  const { seq: _seq, ack: _ack, ...words } = client.last(type)
  return words
}

/** Ann and Ben, who talk on a server that records and broadcasts. */
function openTalk() {
  const hub = new MemoryHub(silentLogger)
  control = new FakeControl(hub)
  stage = new Stage({ hub, captures: control.offered })
  const [ann, ben] = stage.pair()
  return { ann, ben, annId: idOf(ann), benId: idOf(ben) }
}

/** And whose call is recorded. */
function openRecorded() {
  const talk = openTalk()
  for (const client of [talk.ann, talk.ben]) agree(client)
  capture(talk.ann)
  return talk
}

describe('B1-B5 consent and captures', () => {
  test('B2 welcome says what the server does', () => {
    const { ann } = openTalk()
    expect(ann.welcome.captures).toEqual(['record', 'live'])
  })

  test('B1 B5 a consent is told to both', () => {
    const { ann, ben, annId } = openTalk()
    agree(ann)
    for (const client of [ann, ben]) {
      expect(wordsOf(client, 'captures')).toEqual({
        type: 'captures',
        consents: [{ member: annId, purposes: ['record'] }],
        active: [],
      })
    }
    expect(ann.types).not.toContain('error')
  })

  test('B3 without the other one nothing starts', () => {
    const { ann } = openTalk()
    agree(ann)
    capture(ann)
    expect(ann.last('error')).toMatchObject({ code: 'no-consent', replyTo: ann.seq })
    expect(control.starts).toEqual([])
  })

  test('B3 both agreed: it is begun once, with both members, and stopped once by either', () => {
    const { ann, ben, annId, benId } = openRecorded()
    capture(ben)
    const [begun] = control.starts
    expect(control.starts).toEqual([
      {
        id: begun?.id ?? '',
        room: 'lake',
        purpose: 'record',
        by: annId,
        members: [
          { id: annId, name: '', stream: annId },
          { id: benId, name: '', stream: benId },
        ],
      },
    ])
    expect(ben.last('captures')['active']).toEqual([
      { id: begun?.id, purpose: 'record', by: annId },
    ])
    capture(ben, false)
    capture(ann, false)
    expect(control.stops).toEqual(['lake record'])
    expect(ann.last('captures')['active']).toEqual([])
  })

  test('B4 a consent that is taken back stops it', () => {
    const { ann, ben } = openRecorded()
    agree(ben, 'record', false)
    expect(control.stops).toEqual(['lake record'])
    capture(ann)
    expect(ann.last('error')).toMatchObject({ code: 'no-consent', replyTo: ann.seq })
  })

  test('B7 the address of a broadcast and its key reach nobody but who sends there', () => {
    const { ann, ben } = openTalk()
    const live: LiveOptions = { layout: 'inset', push: { url: 'rtmp://a.example', key: 'hidden' } }
    for (const client of [ann, ben]) agree(client, 'live')
    capture(ann, true, { purpose: 'live', live })
    expect(control.starts.at(-1)?.live).toEqual(live)
    expect(JSON.stringify([ann.events, ben.events])).not.toContain('hidden')
  })

  test('B3 what a recording does not need is not passed on', () => {
    const { ann, ben } = openTalk()
    for (const client of [ann, ben]) agree(client)
    capture(ann, true, { live: { layout: 'inset' } })
    expect(control.starts.at(-1)).not.toHaveProperty('live')
  })

  test('B4 leaving, and a connection that is lost for good, stop it', () => {
    const { ann, ben } = openRecorded()
    ben.socket.cut()
    stage.advance(GRACE_MS / 2, ann)
    expect(control.stops).toEqual([])
    ann.request({ type: 'leave' })
    expect(control.stops).toEqual(['lake record'])
    stage.advance(GRACE_MS, ann)
    expect(control.stops).toEqual(['lake record'])
  })
})

describe('B2 where nothing is offered', () => {
  test.each([
    ['a server that does nothing', []],
    ['a server that only broadcasts', ['live' as const]],
  ])('B2 %s: capture-unavailable', (_what, captures) => {
    const hub = new MemoryHub(silentLogger)
    control = new FakeControl(hub)
    stage = new Stage({ hub, captures })
    const [ann] = stage.pair()
    expect(ann.welcome.captures ?? []).toEqual(captures)
    agree(ann)
    expect(ann.last('error')).toMatchObject({ code: 'capture-unavailable', replyTo: ann.seq })
    capture(ann)
    expect(ann.last('error')).toMatchObject({ code: 'capture-unavailable', replyTo: ann.seq })
    agree(ann, 'record', false)
    capture(ann, false)
    expect(ann.types.filter((type) => type === 'error')).toHaveLength(2)
  })

  test('B2 out of a room: not-in-room', () => {
    openTalk()
    const eve = stage.greet()
    agree(eve)
    expect(eve.last('error')).toMatchObject({ code: 'not-in-room', replyTo: eve.seq })
    capture(eve)
    expect(eve.last('error')).toMatchObject({ code: 'not-in-room', replyTo: eve.seq })
  })

  test('B2 in a cast: capture-unavailable', () => {
    openTalk()
    const [tv, ann] = [stage.greet(), stage.greet()]
    tv.request({ type: 'open-cast', tag: 'tv', secret: 'the secret of one TV' })
    ann.request({ type: 'join-cast', tag: 'ann', code: tv.last('joined')['code'] })
    for (const client of [tv, ann]) {
      agree(client)
      expect(client.last('error')).toMatchObject({ code: 'capture-unavailable' })
    }
  })

  test('B2 R14 with somebody on an older dialect: capture-unavailable, and that one hears nothing', () => {
    openTalk()
    const srs = new SrsStage({ hub: stage.hub })
    const ann = stage.greet()
    ann.join('hill')
    const page = srs.connect()
    page.ask('join', { room: 'hill', display: 'old' })
    const heard = [...page.heard]
    agree(ann)
    expect(ann.last('error')).toMatchObject({ code: 'capture-unavailable', replyTo: ann.seq })
    expect(page.heard).toEqual(heard)
  })
})

describe('B6 how a capture goes', () => {
  test('B6 both hear it, after they heard that it is on', () => {
    const { ann, ben } = openRecorded()
    const recording = { id: 'r1', key: 'key of r1' }
    control.tell(0, { state: 'running', recording })
    for (const client of [ann, ben]) {
      expect(client.types.slice(-3)).toEqual(['captures', 'capture-state', 'capture-state'])
      expect(wordsOf(client, 'capture-state')).toEqual({
        type: 'capture-state',
        capture: control.starts[0]?.id ?? '',
        purpose: 'record',
        state: 'running',
        recording,
      })
    }
  })

  test('B6 one that failed is not on any more, and is not stopped; the next one is another', () => {
    const { ann, ben } = openRecorded()
    control.tell(0, { state: 'failed', fault: 'disk-full' })
    expect(ben.last('capture-state')).toMatchObject({ state: 'failed', fault: 'disk-full' })
    expect(ben.last('captures')['active']).toEqual([])
    expect(control.stops).toEqual([])
    capture(ann)
    expect(new Set(control.starts.map(({ id }) => id)).size).toBe(2)
  })

  test('B6 the key of a recording is not told to who came after it', () => {
    const { ann, ben } = openRecorded()
    ben.request({ type: 'leave' })
    const eve = stage.greet()
    eve.join()
    control.tell(0, { state: 'stopped', recording: { id: 'r1', key: 'key of r1' } })
    expect(ann.last('capture-state')).toMatchObject({
      state: 'stopped',
      recording: { key: 'key of r1' },
    })
    expect(eve.types).not.toContain('capture-state')
    expect(JSON.stringify(ben.events)).not.toContain('key of r1')
  })

  test('B6 R12 everybody is gone: nobody hears it, and no room comes back', () => {
    const { ann, ben } = openRecorded()
    for (const client of [ann, ben]) client.request({ type: 'leave' })
    control.tell(0, { state: 'stopped' })
    expect(stage.hub.roomCount).toBe(0)
  })

  test('S4 B6 a session that is taken up again hears what it missed, once and in order', () => {
    const { ann, ben } = openRecorded()
    ben.socket.cut()
    control.tell(0, { state: 'running' })
    capture(ann, false)
    control.tell(0, { state: 'stopped', recording: { id: 'r1', key: 'key of r1' } })
    ben.resume()
    expect(ben.events).toMatchObject([
      { type: 'capture-state', state: 'running' },
      { type: 'captures', active: [] },
      { type: 'capture-state', state: 'stopped', recording: { id: 'r1', key: 'key of r1' } },
    ])
    expect(control.stops).toEqual(['lake record'])
  })

  test('R10 B5 B6 a new session that takes the seat back finds what is on, and how it goes', () => {
    const { ann, ben, annId, benId } = openRecorded()
    control.tell(0, { state: 'running' })
    ben.socket.cut()
    const again = stage.greet()
    again.join('lake', { tag: `tag ${ben.welcome.session}` })
    const { id } = control.starts[0] ?? { id: '' }
    expect(again.last('joined')).toMatchObject({
      self: benId,
      captures: {
        consents: [annId, benId].map((member) => ({ member, purposes: ['record'] })),
        active: [{ id, purpose: 'record', by: annId }],
      },
    })
    expect(again.last('capture-state')).toMatchObject({ capture: id, state: 'running' })
    expect(ann.last('peer-back')).toMatchObject({ peer: benId, fresh: true })
    agree(again, 'record', false)
    expect(control.stops).toEqual(['lake record'])
  })

  test('B5 a newcomer finds nothing that was agreed on with somebody else', () => {
    const { ann, ben } = openRecorded()
    ben.request({ type: 'leave' })
    const eve = stage.greet()
    eve.join()
    expect(eve.last('joined')['captures']).toBeUndefined()
    expect(wordsOf(ann, 'captures')).toEqual({ type: 'captures', consents: [], active: [] })
  })
})

test('K8 B3 a call between users is recorded in the room of its leg, and its members are users', async () => {
  const people = new PeopleStage({ captures: ['record'] })
  stage = people.stage
  control = new FakeControl(people.hub)
  const [ann, ben] = [await people.attend(1), await people.attend(2)]
  ann.request({ type: 'place-call', to: 2, media: 'video' })
  await settle()
  const { id: call } = ann.last('call-placed')['call'] as { id: string }
  for (const client of [ann, ben]) {
    client.join(legRoomName(call, 0))
    await settle()
  }
  ben.request({ type: 'accept-call', call })
  for (const client of [ann, ben]) agree(client)
  capture(ben)
  expect(control.starts).toMatchObject([
    { room: legRoomName(call, 0), members: [{ user: 1 }, { user: 2 }] },
  ])
  ann.request({ type: 'end-call', call })
  for (const client of [ann, ben]) client.request({ type: 'leave' })
  expect(control.stops).toEqual([`${legRoomName(call, 0)} record`])
  await people.board.close()
})
