import { beforeEach, describe, expect, test } from 'bun:test'
import type { Description, Signal } from '@duet/protocol'
import { bob, browser, ROOM, until, useStage, type Stage } from './call-stage.ts'
import { FakePeerConnection } from './fake-peer-connection.ts'

const stages = useStage()
let stage: Stage
beforeEach(() => {
  stage = stages.current
})

describe('joining', () => {
  test('alone -> waiting, with an offer left in the room', async () => {
    const offer = await stage.joinAlone()
    expect(stage.told).toEqual(['joining', 'waiting'])
    expect(stage.server.heard.map(({ type }) => type)).toEqual(['join', 'description'])
    expect(offer.type).toBe('offer')
    expect(stage.server.all('description')[0]).not.toHaveProperty('to')
  })

  test('with somebody -> the answer is the next message', async () => {
    await stage.talkAsSecond()
    expect(stage.server.heard.map(({ type }) => type)).toEqual(['join', 'description'])
    expect(stage.server.all('description')[0]).toMatchObject({
      to: bob.id,
      description: { type: 'answer' },
    })
    expect(stage.told).toEqual(['joining', 'connecting', 'stream', 'connected'])
  })

  test('one peer connection is made, and one transport in it', async () => {
    await stage.talkAsSecond()
    expect(FakePeerConnection.all).toHaveLength(1)
    expect(stage.ann.configuration).toMatchObject({
      bundlePolicy: 'max-bundle',
      iceServers: [{ urls: ['stun:stun.example'] }],
    })
  })

  test('full -> no seat, nothing open; waiting in line -> a seat', async () => {
    await stage.join()
    stage.server.say({ type: 'full', room: ROOM, waiting: false })
    expect(stage.call.state).toEqual({ name: 'full', waiting: false })
    expect(stage.ann.connectionState).toBe('closed')
    stage.call.join({ wait: true })
    await until('second join', () => stage.server.all('join').length === 2)
    expect(stage.server.all('join')[1]?.wait).toBe(true)
    stage.server.say({ type: 'full', room: ROOM, waiting: true })
    stage.server.say({
      type: 'joined',
      room: ROOM,
      self: 'a1',
      peers: [{ ...bob, isAway: false, signals: [await stage.bobOffers()] }],
    })
    expect((await stage.description(0)).description.type).toBe('answer')
    expect(stage.call.state.name).toBe('connecting')
  })

  test('refused by the room -> failed; join() again works', async () => {
    await stage.join()
    stage.server.say({ type: 'error', code: 'line-full', message: '' })
    expect(stage.call.state).toMatchObject({ name: 'failed', code: 'line-full' })
    stage.call.join()
    stage.server.say({ type: 'left' })
    stage.server.say({ type: 'joined', room: ROOM, self: 'a1', peers: [] })
    await until('offer', () => stage.server.all('description').length > 0)
    expect(stage.call.state.name).toBe('waiting')
  })

  test('refused by the server for good -> failed; join() opens a new socket', async () => {
    await stage.joinAlone()
    stage.server.cut(4400)
    expect(stage.call.state).toMatchObject({ name: 'failed', code: 'bad-frames' })
    stage.server.isReachable = true
    stage.server.restart()
    stage.call.join()
    await until('second join', () => stage.server.all('join').length === 2)
    expect(stage.server.sockets).toHaveLength(2)
  })

  test('without WebRTC -> failed, and nothing is asked for', async () => {
    delete browser['RTCPeerConnection']
    stage.call.join()
    browser['RTCPeerConnection'] = FakePeerConnection
    expect(stage.call.state).toMatchObject({ name: 'failed', code: 'no-webrtc' })
    expect(stage.server.all('join')).toEqual([])
  })

  test('leave and join in one breath: what belongs to the former stay is not heard', async () => {
    await stage.joinAlone()
    stage.call.leave()
    stage.call.join()
    stage.server.say({ type: 'peer-joined', peer: bob })
    expect(stage.call.peer).toBeNull()
    stage.server.say({ type: 'left' })
    stage.server.say({ type: 'joined', room: ROOM, self: 'a2', peers: [] })
    await stage.description(1)
    expect(stage.told).toEqual(['joining', 'waiting', 'no stream', 'ended', 'joining', 'waiting'])
    const [first, second] = stage.server.all('join')
    expect(first?.tag).not.toBe(second?.tag)
  })
})

describe('the proof', () => {
  test('wrong -> the description is not used until the person goes on', async () => {
    await stage.join()
    const offer = await stage.bobOffers()
    const forged = { ...offer, auth: 'AAAA' } as Signal
    stage.server.say({
      type: 'joined',
      room: ROOM,
      self: 'a1',
      peers: [{ ...bob, isAway: false, signals: [forged] }],
    })
    await until('mismatch', () => stage.call.verification.name === 'mismatch')
    expect(stage.ann.remoteDescription).toBeNull()
    expect(stage.server.all('description')).toEqual([])
    stage.call.continueUnverified()
    expect((await stage.description(0)).description.type).toBe('answer')
    expect(stage.call.verification).toEqual({ name: 'unverified' })
  })

  test('of the answer wrong -> the first member does not use it either', async () => {
    const offer = await stage.joinAlone()
    stage.server.say({ type: 'peer-joined', peer: bob })
    await stage.bob.setRemoteDescription(offer)
    await stage.bob.setLocalDescription()
    const description = stage.bob.localDescription as Description
    stage.server.say({ type: 'description', description, from: bob.id })
    await until('mismatch', () => stage.call.verification.name === 'mismatch')
    expect(stage.ann.remoteDescription).toBeNull()
  })

  test('wrong in a verified call -> ignored, the call goes on verified', async () => {
    await stage.talkAsFirst()
    const before = stage.ann.remoteDescription
    const sdp = before?.sdp ?? ''
    stage.server.say({ type: 'description', description: { type: 'offer', sdp }, from: bob.id })
    await until('an objection', () => stage.server.heard.at(-1)?.type === 'mismatch')
    expect(stage.ann.remoteDescription).toBe(before)
    expect(stage.call.verification).toEqual({ name: 'verified' })
    expect(stage.call.state.name).toBe('connected')
  })
})

describe('the peer', () => {
  test('left -> waiting with a new offer for the next one', async () => {
    await stage.talkAsFirst()
    const former = stage.ann
    stage.server.say({ type: 'peer-left', peer: bob.id, reason: 'left' })
    expect(stage.call.state.name).toBe('waiting')
    const second = await stage.description(1)
    expect(second).not.toHaveProperty('to')
    expect(former.connectionState).toBe('closed')
    expect(stage.told.slice(-3)).toEqual(['no stream', 'gone left', 'waiting'])
    expect([stage.call.peer, stage.call.verification.name]).toEqual([null, 'none'])
  })

  test('candidates that come before their description are used', async () => {
    const offer = await stage.joinAlone()
    stage.server.say({ type: 'peer-joined', peer: bob })
    const candidate = { candidate: 'candidate:1', sdpMid: '0', usernameFragment: null }
    stage.server.say({ type: 'candidate', candidate, from: bob.id })
    await stage.bobAnswers(offer)
    await until('candidate', () => stage.ann.candidates.length === 1)
  })

  test('signals of somebody else are not used', async () => {
    const verifications: string[] = []
    stage.call.on('verification', ({ name }) => verifications.push(name))
    const offer = await stage.joinAlone()
    stage.server.say({ type: 'peer-joined', peer: bob })
    stage.server.say({ type: 'description', description: offer, auth: 'AAAA', from: 'm1' })
    await stage.bobAnswers(offer)
    await until('verified', () => stage.call.verification.name === 'verified')
    expect(verifications).toEqual(['checking', 'verified'])
  })

  test('comes back anew while this side thinks that it is still there -> a new connection', async () => {
    await stage.talkAsSecond()
    const former = stage.ann
    stage.bob = FakePeerConnection.ofPeer()
    const offer = await stage.bobOffers()
    stage.server.say({ ...offer, from: bob.id })
    await stage.description(1)
    expect(former.connectionState).toBe('closed')
    expect(stage.ann).not.toBe(former)
    expect(stage.call.state.name).toBe('connecting')
  })
})

describe('the path', () => {
  test('pings alone keep a call that sends nothing -> no restart', async () => {
    await stage.talkAsFirst()
    stage.live(30_000)
    expect(stage.call.state.name).toBe('connected')
    expect(stage.server.all('description')).toHaveLength(1)
  })

  test('disconnected is weather', async () => {
    await stage.talkAsFirst()
    stage.ann.become('disconnected')
    stage.live(500)
    expect(stage.call.state.name).toBe('connected')
  })

  test('silence -> reconnecting, a restart at once -> connected', async () => {
    await stage.talkAsFirst()
    await stage.fallSilent()
    stage.clock.advance(0)
    const restart = await stage.description(1)
    expect(restart).toMatchObject({ to: bob.id, description: { type: 'offer' } })
    await stage.bobAnswers(restart.description)
    stage.ann.channel.hear({ type: 'ping', intervalMs: 250 })
    expect(stage.call.state.name).toBe('connected')
    expect(stage.told.filter((line) => line === 'stream')).toHaveLength(1)
  })

  test('silence, and the server lost the peer too: the page can say whose network it is', async () => {
    await stage.talkAsFirst()
    await stage.fallSilent()
    expect(stage.call.state).toEqual({ name: 'reconnecting', reason: 'no-packets' })
    stage.server.say({ type: 'peer-away', peer: bob.id })
    expect(stage.call.state).toEqual({ name: 'reconnecting', reason: 'peer-away' })
    stage.server.say({ type: 'peer-back', peer: bob.id, fresh: false })
    expect(stage.call.state).toEqual({ name: 'reconnecting', reason: 'no-packets' })
  })

  test('the second member leaves the first restart to the first, and never rolls back', async () => {
    await stage.talkAsSecond()
    await stage.fallSilent()
    expect(stage.server.all('description')).toHaveLength(1)
    stage.clock.advance(600)
    const proposal = await stage.description(1)
    expect(proposal.description.type).toBe('offer')
    expect(stage.ann.signalingState).toBe('stable')
    // Both at once: the first member's offer wins.
    stage.bob.restartIce()
    const offer = await stage.bobOffers()
    stage.server.say({ ...offer, from: bob.id })
    const answer = await stage.description(2)
    expect(answer.description.type).toBe('answer')
    await stage.bob.setRemoteDescription(answer.description)
    expect([stage.ann.rollbacks, stage.bob.rollbacks]).toEqual([0, 0])
  })

  test("the second member's offer is taken up when it is answered", async () => {
    await stage.talkAsSecond()
    stage.call.restartIce()
    const { description: offer } = await stage.description(1)
    await stage.bobAnswers(offer)
    await until('taken up', () => stage.ann.localDescription?.sdp === offer.sdp)
    expect(stage.ann.signalingState).toBe('stable')
  })

  test('an offer that is not answered is said again, not changed', async () => {
    await stage.talkAsFirst()
    stage.call.restartIce()
    const first = await stage.description(1)
    stage.call.restartIce()
    const second = await stage.description(2)
    expect(second.description).toEqual(first.description)
  })

  test('a track that comes later is sent without new descriptions', async () => {
    await stage.talkAsSecond()
    const track = { kind: 'video' } as MediaStreamTrack
    await stage.call.setTrack('video', track, { screen: true })
    expect(stage.ann.transceivers.map(({ sender }) => sender.track)).toEqual([null, track])
    expect(stage.ann.channel.sent.at(-1)).toEqual({
      type: 'media',
      audio: false,
      video: true,
      screen: true,
    })
    expect(stage.server.all('description')).toHaveLength(1)
  })
})
