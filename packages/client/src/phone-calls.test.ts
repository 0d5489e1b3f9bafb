import { beforeEach, describe, expect, test } from 'bun:test'
import {
  ANN,
  BOB,
  CALL,
  callOf,
  CID,
  OTHER_CALL,
  usePhoneStage,
  type PhoneStage,
} from './phone-stage.ts'

const stages = usePhoneStage()
let stage: PhoneStage
beforeEach(() => {
  stage = stages.current
})

describe('K2 K4 placing', () => {
  test('placing -> ringing -> talking -> hung up here', async () => {
    const call = await stage.place()
    expect(stage.server.all('place-call')).toEqual([
      { type: 'place-call', to: BOB, media: 'video' },
    ])
    expect(call).toMatchObject({ id: CALL, direction: 'out', peer: BOB, media: 'video', leg: null })
    stage.server.say({ type: 'call-ringing', call: CALL, isRinging: true, leg: 0 })
    expect(call.state).toEqual({ name: 'ringing', isRinging: true })
    stage.server.say({ type: 'call-ringing', call: CALL, isRinging: false })
    expect(call.state).toEqual({ name: 'ringing', isRinging: false })
    stage.server.say({ type: 'call-accepted', call: callOf(ANN, BOB), leg: 0 })
    expect(call.state.name).toBe('talking')
    expect(call.leg).not.toBeNull()
    call.end()
    expect(stage.server.all('end-call')).toEqual([{ type: 'end-call', call: CALL }])
    expect(stage.phone.call).toBeNull()
    expect(stage.told).toEqual([
      'attending',
      `call out ${BOB}`,
      'ringing',
      'ringing',
      'ringing',
      'leg',
      'talking',
      'no leg',
      'ended hung-up',
      'no call',
    ])
  })

  test.each(['declined', 'no-answer', 'busy', 'offline', 'do-not-disturb', 'lost'] as const)(
    'ended by the server: %s',
    async (reason) => {
      const call = await stage.place()
      stage.server.say({ type: 'call-ended', call: CALL, reason, text: 'later' })
      expect(call.state).toEqual({ name: 'ended', reason, text: 'later' })
      expect(stage.phone.call).toBeNull()
      expect(stage.server.all('end-call')).toEqual([])
    },
  )

  test('cancelled while it rings', async () => {
    const call = await stage.place()
    call.end()
    call.end()
    expect(call.state).toEqual({ name: 'ended', reason: 'cancelled' })
    expect(stage.server.all('end-call')).toHaveLength(1)
  })

  test('cancelled before it has an id: ended as soon as it has; the next one follows', async () => {
    await stage.attend()
    const first = stage.phone.place(BOB, 'audio')
    const replyTo = stage.server.received
    first.end()
    expect(stage.server.all('end-call')).toEqual([])
    const second = stage.phone.place(CID, 'audio')
    expect(stage.server.all('place-call')).toHaveLength(1)
    stage.server.say({ type: 'call-placed', call: callOf(ANN, BOB), replyTo })
    expect(stage.server.heard.slice(-2)).toEqual([
      { type: 'end-call', call: CALL },
      { type: 'place-call', to: CID, media: 'audio' },
    ])
    stage.end('cancelled')
    expect(second.state.name).toBe('placing')
    stage.server.say({
      type: 'call-placed',
      call: callOf(ANN, CID, OTHER_CALL),
      replyTo: stage.server.received,
    })
    expect(second).toMatchObject({ id: OTHER_CALL, state: { name: 'ringing' } })
  })

  test('placed before the server knows this page: asked for when it does', async () => {
    const call = stage.phone.place(BOB, 'audio')
    await stage.heard('attend')
    expect(stage.server.all('place-call')).toEqual([])
    await stage.attend()
    expect(stage.server.all('place-call')).toHaveLength(1)
    expect(call.state.name).toBe('placing')
  })

  test('refused -> ended, with the code', async () => {
    await stage.attend()
    const call = stage.phone.place(BOB, 'audio')
    const replyTo = stage.server.received
    stage.server.say({ type: 'error', code: 'no-such-user', message: '', replyTo })
    expect(call.state).toEqual({ name: 'ended', reason: 'refused', code: 'no-such-user' })
  })

  test('a second call at a time is the mistake of the page', async () => {
    await stage.place()
    expect(() => stage.phone.place(CID, 'audio')).toThrow('there is a call already')
  })
})

describe('K9 both at once', () => {
  test('the ring of the one who is called is held, and the answer connects both', async () => {
    await stage.attend()
    const call = stage.phone.place(BOB, 'video')
    const replyTo = stage.server.received
    stage.incoming(0)
    expect(stage.phone.call).toBe(call)
    stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 0, replyTo })
    expect(call).toMatchObject({ id: CALL, state: { name: 'talking' }, direction: 'out' })
    call.end()
    expect(stage.told).toEqual([
      'attending',
      `call out ${BOB}`,
      'leg',
      'talking',
      'no leg',
      'ended hung-up',
      'no call',
    ])
  })

  test('the page that rings at the other one hears that it was accepted', async () => {
    const call = await stage.place()
    stage.server.say({ type: 'call-accepted', call: callOf(ANN, BOB), leg: 0 })
    expect(call.state.name).toBe('talking')
  })

  test('calling the one who rings here accepts', async () => {
    const call = await stage.ring(0)
    expect(stage.phone.place(BOB, 'video')).toBe(call)
    expect(call.state).toEqual({ name: 'incoming', isAccepting: true })
    expect(stage.server.all('accept-call')).toHaveLength(1)
  })

  test('somebody else rings first: shown when the call that was placed is refused', async () => {
    await stage.attend()
    const call = stage.phone.place(BOB, 'video')
    const replyTo = stage.server.received
    stage.incoming(undefined, callOf(CID, ANN, OTHER_CALL))
    expect(stage.phone.call).toBe(call)
    stage.server.say({ type: 'error', code: 'in-call', message: '', replyTo })
    expect(call.state).toMatchObject({ name: 'ended', reason: 'refused' })
    expect(stage.phone.call).toMatchObject({ id: OTHER_CALL, peer: CID })
  })

  test('a ring that is held and ends is not shown', async () => {
    await stage.attend()
    stage.phone.place(BOB, 'video')
    const replyTo = stage.server.received
    stage.incoming(undefined, callOf(CID, ANN, OTHER_CALL))
    stage.end('cancelled', OTHER_CALL)
    stage.server.say({ type: 'error', code: 'in-call', message: '', replyTo })
    expect(stage.phone.call).toBeNull()
  })
})

describe('K5 K6 K7 incoming', () => {
  test('rings, is accepted at once, and has media when the server says so', async () => {
    const call = await stage.ring(0)
    expect(call).toMatchObject({ id: CALL, direction: 'in', peer: BOB, media: 'video' })
    call.tellRinging()
    expect(stage.server.all('call-ringing')).toEqual([{ type: 'call-ringing', call: CALL }])
    call.accept()
    call.accept()
    expect(call.state).toEqual({ name: 'incoming', isAccepting: true })
    expect(stage.server.all('accept-call')).toEqual([{ type: 'accept-call', call: CALL }])
    stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 0 })
    expect(call.state.name).toBe('talking')
  })

  test('declined with a word', async () => {
    const call = await stage.ring()
    call.decline('in a meeting')
    expect(call.state).toEqual({ name: 'ended', reason: 'declined', text: 'in a meeting' })
    expect(stage.server.all('decline-call')).toEqual([
      { type: 'decline-call', call: CALL, text: 'in a meeting' },
    ])
    // A ring that crossed the decline.
    stage.incoming(1)
    expect(stage.phone.call).toBeNull()
  })

  test('ended while the accept is on its way: hung up, whoever came first', async () => {
    const call = await stage.ring(0)
    call.accept()
    call.end()
    expect(stage.server.all('end-call')).toHaveLength(1)
    expect(stage.server.all('decline-call')).toEqual([])
    stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 0 })
    expect(call.state).toEqual({ name: 'ended', reason: 'hung-up' })
    expect(stage.phone.call).toBeNull()
  })

  test.each(['cancelled', 'answered-elsewhere', 'no-answer'] as const)('%s', async (reason) => {
    const call = await stage.ring(0)
    call.accept()
    stage.end(reason)
    expect(call.state).toEqual({ name: 'ended', reason })
    expect(call.leg).toBeNull()
  })

  test('a second ring of a call that was over is another call', async () => {
    await stage.ring(0)
    stage.end('cancelled')
    stage.incoming(0, callOf(BOB, ANN, OTHER_CALL))
    expect(stage.call.id).toBe(OTHER_CALL)
  })
})
