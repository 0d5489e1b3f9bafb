import { beforeEach, describe, expect, test } from 'bun:test'
import type { MessageInfo } from '@duet/protocol'
import { until } from './call-stage.ts'
import {
  ANN,
  BOB,
  CALL,
  callOf,
  CID,
  person,
  usePhoneStage,
  type PhoneStage,
} from './phone-stage.ts'

const stages = usePhoneStage()
let stage: PhoneStage
beforeEach(() => {
  stage = stages.current
})

const messageOf = (id: number, from: number, to: number | null, body = `m${id}`): MessageInfo => ({
  id,
  from,
  to,
  body,
  sentAt: 0,
})

describe('U2 attending', () => {
  test('connecting -> attending, with who is there, by name', async () => {
    expect(stage.phone.state.name).toBe('connecting')
    expect(stage.phone.self).toBeNull()
    await stage.attend()
    expect(stage.phone.self?.name).toBe('ann')
    expect(stage.phone.people.map(({ name }) => name)).toEqual(['bob', 'cid'])
    expect(stage.phone).toMatchObject({
      mayWriteToAll: true,
      missed: 0,
      unreadToAll: 0,
      call: null,
    })
    expect(stage.server.heard).toEqual([{ type: 'attend' }])
  })

  test('the socket is lost -> offline, people as last known -> the same session, not asked again', async () => {
    await stage.attend()
    const { people } = stage.phone
    stage.server.cut()
    expect(stage.phone.state.name).toBe('offline')
    expect(stage.phone.people).toBe(people)
    stage.server.isReachable = true
    await until('attending', () => {
      stage.clock.advance(100)
      return stage.phone.state.name === 'attending'
    })
    expect(stage.server.all('attend')).toHaveLength(1)
    expect(stage.told).toEqual(['attending', 'offline', 'attending'])
  })

  test('a new session -> attends again', async () => {
    await stage.attend()
    await stage.restart()
    expect(stage.phone.state.name).toBe('offline')
    await stage.attend(2)
    expect(stage.told).toEqual(['attending', 'offline', 'attending'])
  })

  test('nobody is logged in -> signed-out, and the server is left alone', async () => {
    await stage.heard('attend')
    stage.server.say({ type: 'error', code: 'not-signed-in', message: '', replyTo: 1 })
    expect(stage.told).toEqual(['signed-out'])
    expect(stage.server.sockets.some(({ isOpen }) => isOpen)).toBe(false)
    expect(() => stage.phone.place(BOB, 'audio')).toThrow('nobody is logged in')
  })

  test('the login ends -> signed-out, and the call with it', async () => {
    const call = await stage.place()
    stage.server.cut(4401)
    expect(stage.phone.state.name).toBe('signed-out')
    expect(call.state).toEqual({ name: 'ended', reason: 'lost' })
    expect(stage.told).not.toContain('refused signed-out')
  })

  test('the server does not want this page -> offline, with the reason', async () => {
    await stage.attend()
    stage.server.cut(4406)
    expect(stage.told).toEqual(['attending', 'offline', 'refused unsupported-version'])
  })

  test('the server can not say who is there -> asked again after a pause', async () => {
    await stage.heard('attend')
    stage.server.say({ type: 'error', code: 'unavailable', message: '', replyTo: 1 })
    expect(stage.phone.state.name).toBe('connecting')
    expect(stage.server.all('attend')).toHaveLength(1)
    stage.clock.advance(2_000)
    await stage.attend(2)
  })

  test('the server forgot the device but not the session -> attends again, then calls', async () => {
    await stage.attend()
    const call = stage.phone.place(BOB, 'audio')
    const replyTo = stage.server.received
    stage.server.say({ type: 'error', code: 'not-attending', message: '', replyTo })
    expect(stage.phone.state.name).toBe('offline')
    expect(call.state.name).toBe('placing')
    stage.clock.advance(2_000)
    await stage.attend(2)
    expect(stage.server.all('place-call')).toHaveLength(2)
  })

  test('closed while it merely rings here: not declined, for it may be picked up elsewhere', async () => {
    await stage.ring(0)
    stage.phone.close()
    expect(stage.server.all('decline-call')).toEqual([])
    expect(stage.server.all('end-call')).toEqual([])
    expect(stage.server.sockets.some(({ isOpen }) => isOpen)).toBe(false)
  })

  test('closed: nothing is told any more, the call is ended', async () => {
    await stage.place()
    stage.phone.close()
    stage.phone.close()
    expect(stage.server.all('end-call')).toHaveLength(1)
    expect(stage.server.sockets.some(({ isOpen }) => isOpen)).toBe(false)
  })
})

describe('U3 people', () => {
  test('come, change and go: a new array each time', async () => {
    await stage.attend()
    const told: string[][] = []
    stage.phone.on('people', (people) => told.push(people.map(({ name }) => name)))
    const before = stage.phone.people
    stage.server.say({ type: 'person', person: person(9, 'abe') })
    expect(stage.phone.people).not.toBe(before)
    stage.server.say({ type: 'person', person: { ...person(BOB, 'bob'), presence: 'in-call' } })
    expect(stage.phone.people.find(({ id }) => id === BOB)?.presence).toBe('in-call')
    stage.server.say({ type: 'person-gone', user: CID })
    expect(told).toEqual([
      ['abe', 'bob', 'cid'],
      ['abe', 'bob', 'cid'],
      ['abe', 'bob'],
    ])
  })

  test('oneself, as changed in the settings', async () => {
    await stage.attend()
    stage.server.say({
      type: 'self',
      self: { id: ANN, name: 'ann', displayName: 'Annie', doNotDisturb: true },
    })
    expect(stage.phone.self).toMatchObject({ displayName: 'Annie', doNotDisturb: true })
  })

  test('missed calls', async () => {
    await stage.attend()
    const missed: number[] = []
    stage.phone.on('history', (count) => missed.push(count))
    stage.server.say({ type: 'history-changed', missed: 2 })
    expect(missed).toEqual([2])
    expect(stage.phone.missed).toBe(2)
  })
})

describe('M1 M2 M5 messages', () => {
  test('unread ones are counted, and read on any device', async () => {
    await stage.attend()
    stage.server.say({ type: 'message', message: messageOf(1, BOB, ANN) })
    stage.server.say({ type: 'message', message: messageOf(2, CID, null) })
    stage.server.say({ type: 'message', message: messageOf(3, ANN, BOB), clientId: 'elsewhere' })
    expect(stage.phone.people.map(({ unread }) => unread)).toEqual([1, 0])
    expect(stage.phone.unreadToAll).toBe(1)
    stage.server.say({ type: 'messages-read', with: BOB, upTo: 1, unread: 0 })
    stage.server.say({ type: 'messages-read', with: null, upTo: 2, unread: 0 })
    expect(stage.phone.people.map(({ unread }) => unread)).toEqual([0, 0])
    expect(stage.phone.unreadToAll).toBe(0)
    expect(stage.told.slice(1)).toEqual(['message m1', 'message m2', 'message m3'])
  })

  test('are sent one after the other, and told when they are kept', async () => {
    await stage.attend()
    const kept: (string | undefined)[] = []
    stage.phone.on('message', (_message, clientId) => kept.push(clientId))
    const first = stage.phone.send(BOB, 'one')
    const second = stage.phone.send(null, 'two')
    expect(stage.server.all('send-message').map(({ body }) => body)).toEqual(['one'])
    stage.server.say({ type: 'message', message: messageOf(1, ANN, BOB, 'one'), clientId: first })
    expect(stage.server.all('send-message').map(({ body }) => body)).toEqual(['one', 'two'])
    stage.server.say({ type: 'message', message: messageOf(2, ANN, null, 'two'), clientId: second })
    expect(kept).toEqual([first, second])
  })

  test('wait while the server cannot be reached', async () => {
    stage.phone.send(BOB, 'early')
    await stage.attend()
    expect(stage.server.all('send-message')).toHaveLength(1)
  })

  test('not known to be kept -> again in the new session, with the same id; told once', async () => {
    await stage.attend()
    const clientId = stage.phone.send(BOB, 'one')
    await stage.restart()
    await stage.attend(2)
    const sent = stage.server.all('send-message')
    expect(sent.map((message) => message.clientId)).toEqual([clientId, clientId])
    stage.server.say({ type: 'message', message: messageOf(7, ANN, BOB, 'one'), clientId })
    stage.server.say({ type: 'message', message: messageOf(7, ANN, BOB, 'one'), clientId })
    expect(stage.told.filter((told) => told === 'message one')).toHaveLength(1)
    await stage.restart()
    await stage.attend(3)
    expect(stage.server.all('send-message')).toHaveLength(2)
  })

  test('could not be kept -> again after a pause, before the next one', async () => {
    await stage.attend()
    stage.phone.send(BOB, 'one')
    const replyTo = stage.server.received
    stage.phone.send(BOB, 'two')
    stage.server.say({ type: 'error', code: 'unavailable', message: '', replyTo })
    expect(stage.server.all('send-message')).toHaveLength(1)
    stage.clock.advance(2_000)
    expect(stage.server.all('send-message').map(({ body }) => body)).toEqual(['one', 'one'])
    expect(stage.told).toEqual(['attending'])
  })

  test('may not be sent -> refused, and the next one follows', async () => {
    await stage.attend()
    const refused: unknown[] = []
    stage.phone.on('refused', (...args) => refused.push(args))
    const clientId = stage.phone.send(BOB, 'one')
    const replyTo = stage.server.received
    stage.phone.send(CID, 'two')
    stage.server.say({ type: 'error', code: 'not-allowed', message: '', replyTo })
    expect(refused).toEqual([['not-allowed', clientId]])
    expect(stage.server.all('send-message').map(({ body }) => body)).toEqual(['one', 'two'])
  })

  test('a hundred wait, one more is refused', async () => {
    await stage.heard('attend')
    for (let count = 0; count < 101; count++) stage.phone.send(BOB, 'again')
    expect(stage.told).toEqual(['refused rate-limited'])
  })

  test.each(['', ' \n', 'x'.repeat(8001)])('text that is none, or too long', (body) => {
    expect(() => stage.phone.send(BOB, body)).toThrow(TypeError)
  })

  test('what was read is said once, and again in a new session until the server knows', async () => {
    await stage.attend()
    stage.phone.markRead(BOB, 5)
    stage.phone.markRead(BOB, 5)
    stage.phone.markRead(BOB, 4)
    expect(stage.server.all('mark-read')).toEqual([{ type: 'mark-read', with: BOB, upTo: 5 }])
    await stage.restart()
    await stage.attend(2)
    expect(stage.server.all('mark-read')).toHaveLength(2)
    stage.server.say({ type: 'messages-read', with: BOB, upTo: 5, unread: 0 })
    await stage.restart()
    await stage.attend(3)
    expect(stage.server.all('mark-read')).toHaveLength(2)
  })
})

describe('K11 calls and lost sessions', () => {
  test('ringing here: rung again with a new leg, and what the person did is said again', async () => {
    const call = await stage.ring(0)
    call.tellRinging()
    call.accept()
    await stage.restart()
    await stage.attend(2)
    expect(stage.server.all('rejoin-call')).toEqual([{ type: 'rejoin-call', call: CALL, leg: 0 }])
    stage.incoming(1)
    expect(stage.phone.call).toBe(call)
    expect(stage.server.all('call-ringing')).toHaveLength(2)
    expect(stage.server.all('accept-call')).toHaveLength(2)
    expect(stage.room(0).sockets.every(({ isOpen }) => !isOpen)).toBe(true)
    stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 1 })
    expect(call.state.name).toBe('talking')
  })

  test('ringing here, and nobody took it: no word of a leg, which means an answer', async () => {
    await stage.ring(0)
    await stage.restart()
    await stage.attend(2)
    expect(stage.server.all('rejoin-call')).toEqual([{ type: 'rejoin-call', call: CALL }])
  })

  test('over meanwhile -> ended', async () => {
    const call = await stage.ring(0)
    await stage.restart()
    await stage.attend(2)
    const replyTo = stage.server.received
    stage.server.say({ type: 'error', code: 'call-over', message: '', replyTo })
    expect(call.state).toEqual({ name: 'ended', reason: 'lost' })
    expect(stage.told).not.toContain('refused call-over')
  })

  test('placing: placed again', async () => {
    await stage.attend()
    const call = stage.phone.place(BOB, 'audio')
    await stage.restart()
    await stage.attend(2)
    expect(stage.server.all('place-call')).toHaveLength(2)
    stage.server.say({
      type: 'call-placed',
      call: callOf(ANN, BOB),
      replyTo: stage.server.received,
    })
    expect(call.state.name).toBe('ringing')
  })

  test('an end that was not heard is said again', async () => {
    const call = await stage.place()
    stage.server.cut()
    call.end()
    expect(stage.server.all('end-call')).toEqual([])
    await stage.restart()
    await stage.attend(2)
    expect(stage.server.all('end-call')).toEqual([{ type: 'end-call', call: CALL }])
  })

  test('an end of the time in which the server knows nobody is said later', async () => {
    const call = await stage.ring()
    await stage.restart()
    call.decline('later')
    await stage.attend(2)
    expect(stage.server.all('decline-call')).toEqual([
      { type: 'decline-call', call: CALL, text: 'later' },
    ])
    stage.incoming()
    expect(stage.phone.call).toBeNull()
  })

  test('talking: goes on, and is joined again', async () => {
    const call = await stage.place()
    stage.server.say({ type: 'call-accepted', call: callOf(ANN, BOB), leg: 0 })
    const { leg } = call
    stage.server.cut()
    expect(call.state.name).toBe('talking')
    await stage.restart()
    await stage.attend(2)
    expect(stage.server.all('rejoin-call')).toEqual([{ type: 'rejoin-call', call: CALL, leg: 0 }])
    stage.server.say({ type: 'call-accepted', call: callOf(ANN, BOB), leg: 0 })
    expect(call).toMatchObject({ leg, state: { name: 'talking' } })
  })
})
