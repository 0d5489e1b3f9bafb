import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { CaptureAgreement } from '@duet/protocol'
import { bob, expectNoConnection, ROOM, Stage, until, useBrowser } from '../call-stage.ts'
import { mediaPartsWith, type FakeServerLeg } from '../media-path/media-path-stage.ts'
import { NO_CAPTURE, type CaptureInfo } from './capture-info.ts'

useBrowser()
let stage: Stage
let legs: FakeServerLeg[]
let infos: CaptureInfo[]
let loads: number
/** Whether what is to be loaded can be. */
let canLoad: boolean

function open(isOld = false): void {
  const loadMediaParts = () => {
    loads += 1
    return canLoad ? Promise.resolve(mediaPartsWith(legs)) : Promise.reject(new Error('no network'))
  }
  stage = new Stage(undefined, isOld ? {} : { loadMediaParts })
  stage.call.on('capture', (info) => infos.push(info))
}

beforeEach(() => {
  legs = []
  infos = []
  loads = 0
  canLoad = true
  open()
})
afterEach(() => {
  stage.call.close()
  expect(stage.clock.pending).toBe(0)
  expectNoConnection()
})

const R1 = { id: 'r1', purpose: 'record' as const, by: 'a1' }

/** The same, and Ann agreed to being recorded. */
async function talkAgreed(): Promise<void> {
  await talk()
  stage.call.setConsent('record', true)
  await until('a request', () => asked().length === 1)
}

/** Ann and Bob talk, and both pages can go through the server. */
async function talk(): Promise<void> {
  await stage.talkAsFirst()
  bobCan()
}

const bobCan = () =>
  stage.ann.channel.hear({
    type: 'media-path',
    turn: 0,
    via: 'direct',
    plays: 'direct',
    why: 'pressed',
  })

function agree(active: CaptureAgreement['active'] = [], members = ['a1', bob.id]): void {
  const consents = members.map((member) => ({ member, purposes: ['record' as const] }))
  stage.server.say({ type: 'captures', consents, active })
}

/** What Ann asked for of this, in order. */
const asked = () =>
  stage.server.heard.filter(({ type }) => type === 'consent' || type === 'capture')

const name = () => stage.call.mediaPath.name

describe('B2 what is offered', () => {
  test('B2 with a peer that can, on a server that does', async () => {
    expect(stage.call.capture).toEqual(NO_CAPTURE)
    await stage.talkAsFirst()
    expect(stage.call.capture.offered).toEqual([])
    bobCan()
    expect(stage.call.capture).toEqual({ ...NO_CAPTURE, offered: ['record', 'live'] })
    expect(infos).toEqual([stage.call.capture])
    stage.server.say({ type: 'peer-left', peer: bob.id, reason: 'left' })
    expect([stage.call.capture, infos.at(-1)]).toEqual([NO_CAPTURE, NO_CAPTURE])
    expect(loads).toBe(0)
  })

  test('B2 not on a server that does not', async () => {
    stage.server.captures = []
    stage.server.restart()
    await stage.online()
    await talk()
    expect([stage.call.capture, infos]).toEqual([NO_CAPTURE, []])
  })

  test('B2 not by a page that can’t go through the server', async () => {
    stage.call.close()
    open(true)
    await talk()
    expect([stage.call.capture, infos]).toEqual([NO_CAPTURE, []])
  })
})

describe('B1 B3 asking', () => {
  test('B1 B3 consent, start, stop and taking back are said in order', async () => {
    await talk()
    stage.call.setConsent('live', true)
    stage.call.startCapture('live', { layout: 'side-by-side' })
    stage.call.setConsent('record', true)
    await until('requests', () => asked().length === 3)
    stage.call.startCapture('record')
    stage.call.stopCapture('record')
    stage.call.setConsent('record', false)
    await until('requests', () => asked().length === 6)
    expect(asked()).toEqual([
      { type: 'consent', peer: bob.id, purpose: 'live', isGiven: true },
      { type: 'capture', purpose: 'live', isOn: true, live: { layout: 'side-by-side' } },
      { type: 'consent', peer: bob.id, purpose: 'record', isGiven: true },
      { type: 'capture', purpose: 'record', isOn: true },
      { type: 'capture', purpose: 'record', isOn: false },
      { type: 'consent', purpose: 'record', isGiven: false },
    ])
    expect(loads).toBe(1)
  })

  test('B1 nobody is there: nothing is said, nor later', async () => {
    await stage.joinAlone()
    stage.call.setConsent('record', true)
    stage.server.say({ type: 'peer-joined', peer: bob })
    expect([asked(), loads]).toEqual([[], 0])
  })

  test('B1 whoever was there left while it was loaded: nothing is said to whoever comes', async () => {
    await talk()
    stage.call.setConsent('record', true)
    stage.server.say({ type: 'peer-left', peer: bob.id, reason: 'left' })
    stage.server.say({ type: 'peer-joined', peer: { ...bob, id: 'c1', tag: 'run-c' } })
    stage.call.setConsent('live', true)
    await until('a request', () => asked().length > 0)
    expect(asked()).toEqual([{ type: 'consent', peer: 'c1', purpose: 'live', isGiven: true }])
  })

  test('B1 what would show it is not there: nothing is agreed to, and the person is told', async () => {
    canLoad = false
    await talk()
    stage.call.setConsent('record', true)
    await until('a word', () => stage.told.includes('refused capture-unavailable'))
    expect(asked()).toEqual([])
    canLoad = true
    stage.call.setConsent('record', true)
    await until('a request', () => asked().length === 1)
  })

  test('B3 a refusal is told', async () => {
    await talk()
    stage.call.setConsent('record', true)
    stage.call.startCapture('record')
    await until('requests', () => asked().length === 2)
    const replyTo = stage.server.received
    stage.server.say({ type: 'error', code: 'no-consent', message: '', replyTo })
    expect(stage.told.at(-1)).toBe('refused no-consent')
    expect(stage.call.state.name).toBe('connected')
  })
})

describe('B5 B6 B8 what is on', () => {
  test('B5 B8 it is told, and the call goes through the server until it is over', async () => {
    await talkAgreed()
    agree()
    await until('consents', () => stage.call.capture.peerConsents.length > 0)
    expect(stage.call.capture.ownConsents).toEqual(['record'])
    expect(name()).toBe('direct')
    agree([R1])
    expect(stage.call.capture.active).toEqual([{ ...R1, by: 'self', state: 'starting' }])
    expect(name()).toBe('entering')
    const running = { type: 'capture-state', capture: 'r1', purpose: 'record' } as const
    stage.server.say({ ...running, state: 'running', recording: { id: 'x', key: 'k' } })
    expect(infos.at(-1)?.active).toMatchObject([{ state: 'running', recording: { key: 'k' } }])
    agree()
    expect(name()).toBe('direct')
    expect(infos.at(-1)).toMatchObject({ active: [], ended: [{ id: 'r1', state: 'stopped' }] })
  })

  test('B8 V3 the server says that something is on to which nobody here agreed: it stays direct', async () => {
    await talk()
    agree([R1])
    await until('it', () => stage.call.capture.active.length > 0)
    expect(name()).toBe('direct')
  })

  test('B6 the peer leaves: it is over, and its last state is heard all the same', async () => {
    await talkAgreed()
    agree([R1])
    await until('it', () => stage.call.capture.active.length > 0)
    stage.server.say({ type: 'peer-left', peer: bob.id, reason: 'left' })
    stage.server.say({ type: 'captures', consents: [], active: [] })
    expect(stage.call.capture).toMatchObject({ offered: [], ownConsents: [], active: [] })
    stage.server.say({
      type: 'capture-state',
      capture: 'r1',
      purpose: 'record',
      state: 'stopped',
      recording: { id: 'x', key: 'k' },
    })
    expect(infos.at(-1)?.ended).toMatchObject([{ id: 'r1', recording: { key: 'k' } }])
    stage.call.leave()
    expect(stage.call.capture.ended).toHaveLength(1)
  })

  test('S4 a session that is taken up again: what was missed is heard, and the way follows', async () => {
    await talkAgreed()
    agree([R1])
    await until('the way', () => name() === 'entering')
    stage.server.cut()
    await stage.online()
    expect(stage.call.capture.active).toHaveLength(1)
    agree()
    expect([stage.call.capture.active, name()]).toEqual([[], 'direct'])
  })

  test('R10 B5 a session that was lost: the seat comes back with what is on', async () => {
    await talkAgreed()
    agree([R1])
    await until('the way', () => name() === 'entering')
    stage.server.restart()
    await stage.online()
    await until('join', () => stage.server.all('join').length === 2)
    const peers = [{ ...bob, isAway: false, signals: [] }]
    const consents = [{ member: bob.id, purposes: ['record' as const] }]
    const captures = { consents, active: [R1] }
    stage.server.say({ type: 'joined', room: ROOM, self: 'a1', peers, captures })
    expect(stage.call.capture).toMatchObject({
      ownConsents: [],
      peerConsents: ['record'],
      active: [{ id: 'r1', state: 'starting' }],
    })
    // V5: what was asked about the way was not answered. It is asked again.
    stage.live(5_250)
    expect(name()).toBe('entering')
  })

  test('R10 B5 a server that knows of nothing any more: it is over', async () => {
    await talkAgreed()
    agree([R1])
    await until('the way', () => name() === 'entering')
    stage.server.restart()
    await stage.online()
    await until('join', () => stage.server.all('join').length === 2)
    const peers = [{ ...bob, isAway: false, signals: [] }]
    stage.server.say({ type: 'joined', room: ROOM, self: 'a1', peers })
    expect(stage.call.capture).toMatchObject({ ownConsents: [], peerConsents: [], active: [] })
    expect(name()).toBe('direct')
  })

  test('R10 B4 what was taken back while the session was lost is taken back with the seat', async () => {
    await talkAgreed()
    agree([R1])
    stage.server.cut()
    stage.call.stopCapture('record')
    stage.call.setConsent('record', false)
    stage.call.setConsent('live', true)
    stage.server.restart()
    await stage.online()
    await until('join', () => stage.server.all('join').length === 2)
    expect(asked()).toHaveLength(1)
    const peers = [{ ...bob, isAway: false, signals: [] }]
    stage.server.say({ type: 'joined', room: ROOM, self: 'a1', peers })
    expect(asked().slice(1)).toEqual([
      { type: 'capture', purpose: 'record', isOn: false },
      { type: 'consent', purpose: 'record', isGiven: false },
    ])
  })
})
