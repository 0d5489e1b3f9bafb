import { beforeEach, describe, expect, test } from 'bun:test'
import type { Description } from '@duet/protocol'
import { browser, until } from './call-stage.ts'
import { FakePeerConnection } from './fake-peer-connection.ts'
import type { FakeServer } from './fake-server.ts'
import { fingerprintsOf } from './keyring.ts'
import { PhraseExchange, type PhraseMessage, type PhraseRole } from './phrase-exchange.ts'
import { ANN, BOB, CALL, callOf, usePhoneStage, type PhoneStage } from './phone-stage.ts'
import type { UserCall } from './user-call.ts'

const stages = usePhoneStage()
let stage: PhoneStage
beforeEach(() => {
  stage = stages.current
})

const microphone = { kind: 'audio' } as MediaStreamTrack
const camera = { kind: 'video' } as MediaStreamTrack
const peer = { id: 'b1', name: '', tag: 'run-b', user: BOB }

/** Ann's connection of a leg; they are made in the order of the legs. */
function connection(index: number): FakePeerConnection {
  const made = FakePeerConnection.all[index]
  if (!made) throw new Error(`connection ${index} was not made`)
  return made
}

const sent = (index: number) => connection(index).transceivers.map(({ sender }) => sender.track)

/** Ann waits in the room of a leg, with her offer. */
async function waitInRoom(leg: number): Promise<FakeServer> {
  const room = stage.room(leg)
  if (room.all('description').length > 0) return room
  await until('join', () => room.all('join').length > 0)
  room.say({ type: 'joined', room: `~${CALL}.${leg}`, self: 'a1', peers: [] })
  await until('offer', () => room.all('description').length > 0)
  return room
}

/** Bob comes to the room of a leg in which Ann waits, and media can flow. */
async function connectLeg(leg: number, index: number): Promise<FakeServer> {
  const room = await waitInRoom(leg)
  const offer = await until('offer', () => room.all('description')[0])
  room.say({ type: 'peer-joined', peer })
  const bob = FakePeerConnection.ofPeer()
  await bob.setRemoteDescription(offer.description)
  await bob.setLocalDescription()
  const description = bob.localDescription as Description
  room.say({ type: 'description', description, from: peer.id })
  await until('answer', () => connection(index).remoteDescription)
  connection(index).connect()
  return room
}

/** The other side of a connection agrees on a phrase, as it should. */
async function comparePhrase(index: number, role: PhraseRole): Promise<void> {
  const { channel, localDescription, remoteDescription } = connection(index)
  const linesOf = (description: Description | null) =>
    description ? fingerprintsOf(description).join(',') : ''
  const exchange = new PhraseExchange({
    send: (message) => channel.hear(message),
    onPhrase: () => {},
  })
  const [own, other] = [linesOf(remoteDescription), linesOf(localDescription)]
  await exchange.setFacts({ role, own, peer: other })
  for (const type of ['commit', 'reveal'] as const) {
    await until(type, () => channel.sent.some((message) => message.type === type))
    const message = channel.sent.find((each) => each.type === type)
    await exchange.handle(message as PhraseMessage)
  }
}

const isClosed = (room: FakeServer) => room.sockets.every(({ isOpen }) => !isOpen)

async function talk(): Promise<{ call: UserCall; room: FakeServer }> {
  const call = await stage.ring(0)
  const room = await connectLeg(0, 0)
  call.accept()
  stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 0 })
  return { call, room }
}

describe('K8 while it rings', () => {
  test('the callee’s device connects its leg: over the relay, with nothing to send', async () => {
    const call = await stage.ring(0)
    await call.setTrack('audio', microphone)
    await call.setTrack('video', camera)
    call.setMuted(true)
    await connectLeg(0, 0)
    expect(connection(0).configuration.iceTransportPolicy).toBe('relay')
    expect(sent(0)).toEqual([null, null])
    expect(connection(0).channel.sent).toContainEqual({
      type: 'media',
      audio: false,
      video: false,
      screen: false,
    })
    expect(call.leg).toBeNull()
  })

  test('a device without a leg connects nothing', async () => {
    await stage.ring()
    expect(stage.rooms.size).toBe(0)
  })

  test('the caller connects one leg to each device that rings, three at most, each once', async () => {
    await stage.place()
    for (const leg of [0, 1, 1, 2, 3]) {
      stage.server.say({ type: 'call-ringing', call: CALL, isRinging: true, leg })
    }
    expect([...stage.rooms.keys()]).toEqual([`~${CALL}.0`, `~${CALL}.1`, `~${CALL}.2`])
    await until('joins', () => [0, 1, 2].every((leg) => stage.room(leg).all('join').length === 1))
  })

  test.each(['cancelled', 'answered-elsewhere'] as const)('%s -> dropped', async (reason) => {
    await stage.ring(0)
    const room = await connectLeg(0, 0)
    stage.end(reason)
    expect(isClosed(room)).toBe(true)
    expect(connection(0).connectionState).toBe('closed')
  })

  test('somebody who connects says nothing to the page', async () => {
    await stage.ring(0)
    await connectLeg(0, 0)
    expect(stage.told).toEqual(['attending', `call in ${BOB}`])
  })
})

describe('K8 accepted', () => {
  test('the leg is kept, what was kept is sent, and then it goes direct', async () => {
    const call = await stage.ring(0)
    await call.setTrack('audio', microphone)
    await call.setTrack('video', camera, { screen: true })
    call.setMuted(true)
    const room = await connectLeg(0, 0)
    call.accept()
    expect(sent(0)).toEqual([null, null])
    stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 0 })
    expect(call.leg?.state.name).toBe('connected')
    expect(sent(0)).toEqual([microphone, camera])
    // The first frames go over the relay.
    stage.clock.advance(299)
    expect(connection(0).configuration.iceTransportPolicy).toBe('relay')
    stage.clock.advance(1)
    await until('restart', () => room.all('description').length === 2)
    expect(connection(0).configuration.iceTransportPolicy).toBe('all')
    expect(FakePeerConnection.all).toHaveLength(1)
    expect(room.all('join')).toHaveLength(1)
    expect(connection(0).channel.sent).toContainEqual({
      type: 'media',
      audio: false,
      video: true,
      screen: true,
    })
    expect(call.leg?.verification).toEqual({ name: 'unverified' })
  })

  test('the right one of two is kept, the other one is dropped', async () => {
    const call = await stage.place()
    await call.setTrack('audio', microphone)
    for (const leg of [0, 1]) {
      stage.server.say({ type: 'call-ringing', call: CALL, isRinging: true, leg })
    }
    // Bob's devices wait in the rooms, each with its offer.
    for (const leg of [0, 1]) {
      const room = stage.room(leg)
      await until('join', () => room.all('join').length > 0)
      const bob = FakePeerConnection.ofPeer()
      await bob.setLocalDescription()
      const description = bob.localDescription as Description
      const signals = [{ type: 'description' as const, description }]
      const peers = [{ ...peer, isAway: false, signals }]
      room.say({ type: 'joined', room: `~${CALL}.${leg}`, self: 'a1', peers })
      await until('answer', () => room.all('description').length === 1)
    }
    for (const index of [0, 1]) connection(index).connect()
    stage.server.say({ type: 'call-accepted', call: callOf(ANN, BOB), leg: 1 })
    expect(isClosed(stage.room(0))).toBe(true)
    expect(connection(0).connectionState).toBe('closed')
    expect(call.leg?.state.name).toBe('connected')
    expect(sent(1)).toContain(microphone)
    stage.clock.advance(300)
    await until('all', () => connection(1).configuration.iceTransportPolicy === 'all')
    // The one who offered restarts.
    expect(stage.room(1).all('description')).toHaveLength(1)
  })

  test('by a device without a leg: it is connected now, directly', async () => {
    const call = await stage.place()
    stage.server.say({ type: 'call-ringing', call: CALL, isRinging: true, leg: 0 })
    await call.setTrack('video', camera)
    stage.server.say({ type: 'call-accepted', call: callOf(ANN, BOB), leg: 4 })
    expect(isClosed(stage.room(0))).toBe(true)
    await connectLeg(4, 1)
    expect(connection(1).configuration.iceTransportPolicy).toBe('all')
    expect(call.leg?.state.name).toBe('connected')
    expect(stage.room(4).all('description')).toHaveLength(1)
  })

  test('before the leg has made its offer: that one has all addresses', async () => {
    const call = await stage.ring(0)
    call.accept()
    stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 0 })
    const room = await connectLeg(0, 0)
    expect(connection(0).configuration.iceTransportPolicy).toBe('all')
    expect(room.all('description')).toHaveLength(1)
  })

  test('while its offer waits for the caller: followed by one with all addresses', async () => {
    const call = await stage.ring(0)
    await waitInRoom(0)
    call.accept()
    stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 0 })
    const room = await connectLeg(0, 0)
    await until('restart', () => room.all('description').length === 2)
    expect(connection(0).configuration.iceTransportPolicy).toBe('all')
  })

  test('here, as the server says, but by nobody: nothing is sent, and it is over', async () => {
    const call = await stage.ring(0)
    await call.setTrack('audio', microphone)
    await connectLeg(0, 0)
    stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 0 })
    expect(sent(0)).toEqual([null, null])
    expect(call.state).toEqual({ name: 'ended', reason: 'lost' })
    expect(stage.server.all('end-call')).toHaveLength(1)
  })

  test('what is sent changes later, too', async () => {
    const { call } = await talk()
    await call.setTrack('video', camera)
    expect(sent(0)).toEqual([null, camera])
    await call.setTrack('video', null)
    expect(sent(0)).toEqual([null, null])
  })
})

describe('K3 K12 the end', () => {
  test('hung up here: the peer hears it at once, and everything is closed', async () => {
    const { call, room } = await talk()
    call.end()
    expect(connection(0).channel.sent.at(-1)).toEqual({ type: 'bye' })
    expect(stage.server.all('end-call')).toHaveLength(1)
    expect(isClosed(room)).toBe(true)
    expect(call.leg).toBeNull()
  })

  test('hung up there: by the word of the server', async () => {
    const { call, room } = await talk()
    room.say({ type: 'peer-left', peer: peer.id, reason: 'left' })
    expect(call.state.name).toBe('talking')
    stage.end('hung-up')
    expect(call.state).toEqual({ name: 'ended', reason: 'hung-up' })
    expect(stage.server.all('end-call')).toEqual([])
  })

  test('the peer is gone, and the server says nothing -> ended in a moment', async () => {
    const { call, room } = await talk()
    room.say({ type: 'peer-left', peer: peer.id, reason: 'lost' })
    stage.clock.advance(999)
    expect(call.state.name).toBe('talking')
    stage.clock.advance(1)
    expect(call.state).toEqual({ name: 'ended', reason: 'lost' })
    expect(stage.server.all('end-call')).toHaveLength(1)
  })

  test('the peer is gone from the room, and back -> goes on', async () => {
    const { call, room } = await talk()
    room.say({ type: 'peer-left', peer: peer.id, reason: 'lost' })
    room.say({ type: 'peer-joined', peer: { ...peer, id: 'b2', tag: 'run-c' } })
    stage.clock.advance(2_000)
    expect(call.state.name).toBe('talking')
  })

  test('the peer says goodbye while the server is away: ended, and the server hears it later', async () => {
    const { call, room } = await talk()
    stage.server.cut()
    room.cut()
    connection(0).channel.hear({ type: 'bye' })
    expect(call.state).toEqual({ name: 'ended', reason: 'hung-up' })
    await stage.restart()
    await stage.attend(2)
    expect(stage.server.all('end-call')).toEqual([{ type: 'end-call', call: CALL }])
    expect(stage.server.all('rejoin-call')).toEqual([])
  })

  test('the server goes away and comes back: nobody notices', async () => {
    const { call, room } = await talk()
    const { leg } = call
    stage.server.cut()
    room.cut()
    expect(call.leg?.state.name).toBe('connected')
    await stage.restart()
    await stage.attend(2)
    expect(stage.server.all('rejoin-call')).toEqual([{ type: 'rejoin-call', call: CALL, leg: 0 }])
    stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 0 })
    expect(call).toMatchObject({ leg, state: { name: 'talking' } })
    expect(stage.told.filter((told) => told === 'talking')).toHaveLength(1)
  })
})

describe('K8 the room of a leg', () => {
  const accepted = async () => {
    const call = await stage.place()
    stage.server.say({ type: 'call-accepted', call: callOf(ANN, BOB), leg: 0 })
    const room = stage.room(0)
    await until('join', () => room.all('join').length === 1)
    return { call, room }
  }

  test('can not be entered just now -> again in a moment', async () => {
    const { call, room } = await accepted()
    room.say({ type: 'error', code: 'unavailable', message: '' })
    expect(call.state.name).toBe('talking')
    expect(room.all('join')).toHaveLength(1)
    stage.clock.advance(1_000)
    expect(room.all('join')).toHaveLength(2)
  })

  test('is not theirs -> the call is lost', async () => {
    const { call, room } = await accepted()
    room.say({ type: 'error', code: 'not-allowed', message: '' })
    expect(call.state).toEqual({ name: 'ended', reason: 'lost' })
    expect(stage.server.all('end-call')).toHaveLength(1)
  })

  test('was refused while it rang -> entered when the call is accepted', async () => {
    const call = await stage.ring(0)
    const room = stage.room(0)
    await until('join', () => room.all('join').length === 1)
    room.say({ type: 'error', code: 'not-allowed', message: '' })
    expect(call.state.name).toBe('incoming')
    call.accept()
    stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 0 })
    expect(room.all('join')).toHaveLength(2)
    expect(call.state.name).toBe('talking')
  })

  test('a page without WebRTC says so, and the call goes on until its person hangs up', async () => {
    const made = browser['RTCPeerConnection']
    delete browser['RTCPeerConnection']
    try {
      const call = await stage.place()
      stage.server.say({ type: 'call-accepted', call: callOf(ANN, BOB), leg: 0 })
      expect(call.state.name).toBe('talking')
      expect(call.leg?.state).toMatchObject({ name: 'failed', code: 'no-webrtc' })
    } finally {
      browser['RTCPeerConnection'] = made
    }
  })
})

describe('D6 D7 the phrase', () => {
  test('agreed while it rings, told when the call is accepted', async () => {
    const call = await stage.ring(0)
    await connectLeg(0, 0)
    const phrases: unknown[] = []
    call.on('phrase', (phrase) => phrases.push(phrase))
    const { channel } = connection(0)
    await until('commit', () => channel.sent.some(({ type }) => type === 'commit'))
    // The peer keeps to no rule.
    channel.hear({ type: 'reveal', nonce: 'A'.repeat(43) })
    call.accept()
    expect(call.phrase).toBeNull()
    stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 0 })
    await until('phrase', () => call.phrase)
    expect(phrases).toEqual([{ name: 'failed' }])
  })

  test('another one in the same call has failed: nobody would look again', async () => {
    const { call, room } = await talk()
    await comparePhrase(0, 'answerer')
    await until('phrase', () => call.phrase)
    expect(call.phrase?.name).toBe('agreed')
    const stranger = FakePeerConnection.ofPeer()
    await stranger.setLocalDescription()
    const description = stranger.localDescription as Description
    room.say({ type: 'description', description, from: peer.id })
    await until('answer', () => connection(1).localDescription)
    expect(call.phrase).toBeNull()
    connection(1).connect()
    await comparePhrase(1, 'offerer')
    await until('phrase', () => call.phrase)
    expect(call.phrase).toEqual({ name: 'failed' })
    call.end()
    expect(call.phrase).toBeNull()
  })
})
