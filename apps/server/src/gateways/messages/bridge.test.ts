import { describe, expect, test } from 'bun:test'
import type { CallInfo } from '@duet/rules'
import { settle, type SceneDevice } from '../../people/scene.ts'
import { NativeMember, Stage, type Page } from './stage.ts'

const OFFER = { type: 'offer' as const, sdp: 'v=0\r\nm=video 9 x\r\n' }
const ANSWER = { type: 'answer' as const, sdp: 'v=0\r\n' }
const PLAIN = { candidate: 'candidate:1 1 udp', sdpMid: '0', sdpMLineIndex: 0 }
const CANDIDATE = { candidate: { sdpMlineIndex: 0, sdpMid: '0', candidate: 'candidate:1 1 udp' } }

interface Both {
  stage: Stage
  page: Page
  native: SceneDevice
}

/** Ann on a page of this dialect, Ben on one of Duet's own. */
async function both(): Promise<Both> {
  const stage = new Stage()
  const page = await stage.attend(1)
  const native = await stage.native(2)
  await settle()
  page.forget()
  return { stage, page, native }
}

describe('MS13 the page calls, Duet’s own answers', () => {
  test('MS13 it rings early, the page offers after 10013, everything is translated', async () => {
    const { stage, page, native } = await both()
    page.to(2, 'Call')
    await settle()
    const { call, leg = -1 } = native.last('incoming-call')
    expect(call).toMatchObject({ caller: 1, callee: 2, media: 'video' })
    const ben = new NativeMember(stage, 2, { call: call.id, leg })
    await settle()
    // The page's seat was taken first: so Ben waits for its offer.
    expect(ben.notices[0]).toMatchObject({
      type: 'joined',
      peers: [{ peer: { dialect: 'messages' } }],
    })
    native.stay.accept(call.id, 1)
    await settle()
    expect(page.told).toMatchObject([{ code: 10013, data: { fromId: 2, data: null } }])
    page.to(2, 'Offer', OFFER)
    page.to(2, 'Candidate', CANDIDATE)
    expect(ben.signals).toMatchObject([
      { type: 'description', description: OFFER },
      { type: 'candidate', candidate: PLAIN },
    ])
    ben.signal({ type: 'description', description: ANSWER })
    ben.signal({ type: 'candidate', candidate: { ...PLAIN, usernameFragment: 'u' } })
    ben.signal({ type: 'candidate', candidate: null })
    expect(page.told.slice(1)).toMatchObject([
      { code: 10011, method: 'Message/Answer', data: { fromId: 2, data: ANSWER } },
      { code: 10009, method: 'Message/Candidate', data: { fromId: 2, data: CANDIDATE } },
    ])
    // Looking for a direct path, Duet's own page offers once more.
    ben.signal({ type: 'description', description: OFFER })
    expect(page.last).toMatchObject({ code: 10010, data: { data: OFFER } })
    ben.leave()
    await settle()
    expect(page.last).toMatchObject({ code: 10015 })
    expect(stage.scene.rooms.roomCount).toBe(0)
  })

  test('MS13 candidates and an offer before the other one is there wait for it', async () => {
    const { stage, page, native } = await both()
    page.to(2, 'Call')
    page.to(2, 'Offer', OFFER)
    await settle()
    page.to(2, 'Candidate', CANDIDATE)
    const { call, leg = -1 } = native.last('incoming-call')
    native.stay.accept(call.id, 1)
    await settle()
    page.to(2, 'Candidate', CANDIDATE)
    const ben = new NativeMember(stage, 2, { call: call.id, leg })
    await settle()
    expect(ben.signals.map(({ type }) => type)).toEqual(['description', 'candidate', 'candidate'])
  })

  test('MS13 an offer that was in the room before is not for the caller', async () => {
    const { stage, page, native } = await both()
    stage.scene.stores.gate = new Promise((resolve) => setTimeout(resolve, 20))
    page.to(2, 'Call')
    await settle()
    const { call, leg = -1 } = native.last('incoming-call')
    const ben = new NativeMember(stage, 2, { call: call.id, leg })
    ben.signal({ type: 'description', description: OFFER })
    await stage.scene.stores.gate
    await settle()
    native.stay.accept(call.id, 1)
    await settle()
    expect(page.codes).toEqual([10013])
    page.to(2, 'Offer', OFFER)
    expect(ben.signals).toHaveLength(1)
    ben.signal({ type: 'description', description: ANSWER })
    expect(page.codes).toEqual([10013, 10011])
  })

  test('MS14 a page that only offers rings Duet’s own, and its offer waits', async () => {
    const { stage, page, native } = await both()
    page.to(2, 'Offer', { type: 'offer', sdp: 'v=0\r\nm=audio 9 x\r\n' })
    page.to(2, 'Candidate', CANDIDATE)
    await settle()
    const { call, leg = -1 } = native.last('incoming-call')
    expect(call.media).toBe('audio')
    const ben = new NativeMember(stage, 2, { call: call.id, leg })
    await settle()
    expect(ben.signals).toEqual([])
    native.stay.accept(call.id, 1)
    await settle()
    expect(ben.signals.map(({ type }) => type)).toEqual(['description', 'candidate'])
  })

  test('MS14 without a call, answers and candidates have nobody to go to', async () => {
    const { page, native } = await both()
    page.to(2, 'Answer', ANSWER)
    page.to(2, 'Candidate', CANDIDATE)
    expect(page.codes).toEqual([1, 1])
    expect(native.callWords).toEqual([])
  })

  test.each([
    ['declined', 10014],
    ['do-not-disturb', 10016],
  ])('MS13 %s is %i', async (how, code) => {
    const { stage, page, native } = await both()
    if (how === 'do-not-disturb') {
      const user = stage.scene.stores.users.get(2)
      if (user) stage.scene.board.userChanged({ ...user, doNotDisturb: true })
    }
    page.to(2, 'Call')
    await settle()
    if (how === 'declined') native.stay.decline(native.last('incoming-call').call.id, 'later', 1)
    await settle()
    expect(page.last).toMatchObject({ code })
    expect(page.last?.message).toMatch(how === 'declined' ? /later/ : /disturbed/)
  })
})

describe('MS13 Duet’s own page calls', () => {
  async function ring(): Promise<Both & { call: CallInfo }> {
    const all = await both()
    await all.stage.scene.ring(all.native, 1)
    return { ...all, call: all.native.last('call-placed').call }
  }

  test('MS13 the page rings, accepts, and is offered a connection', async () => {
    const { stage, page, native, call } = await ring()
    expect(page.told).toMatchObject([
      { code: 10012, data: { fromId: 2, data: { media: 'video' } } },
    ])
    expect(native.last('call-ringing')).toMatchObject({ isRinging: true })
    page.to(2, 'Accept')
    await settle()
    const { leg } = native.last('call-accepted')
    await stage.settle()
    const ben = new NativeMember(stage, 2, { call: call.id, leg })
    await settle()
    // Whoever comes first offers: that is Ben.
    expect(ben.notices[0]).toMatchObject({ type: 'joined', peers: [] })
    ben.signal({ type: 'description', description: OFFER })
    await stage.settle()
    expect(ben.types).toContain('peer-joined')
    expect(page.told.slice(1)).toMatchObject([
      { code: 10010, method: 'Message/Offer', data: { fromId: 2, data: OFFER } },
    ])
    page.to(2, 'Answer', { answer: ANSWER })
    expect(ben.signals).toMatchObject([{ type: 'description', description: ANSWER }])
    page.to(2, 'Hangup')
    await settle()
    expect(native.last('call-ended')).toMatchObject({ reason: 'hung-up' })
    expect(page.codes).toEqual([10012, 10010])
  })

  test('MS13 a description is told in the form in which the page says its own', async () => {
    const { stage, page, native, call } = await ring()
    page.to(2, 'Accept')
    await settle()
    const ben = new NativeMember(stage, 2, { call: call.id, leg: native.last('call-accepted').leg })
    await stage.settle()
    for (const [data, told] of [
      [{ answer: ANSWER }, { offer: OFFER }],
      [{ sdp: ANSWER }, { sdp: OFFER }],
      [{ description: ANSWER }, { description: OFFER }],
      [ANSWER, OFFER],
    ]) {
      page.to(2, 'Answer', data)
      ben.signal({ type: 'description', description: OFFER })
      expect(page.last).toMatchObject({ code: 10010, data: { fromId: 2, data: told } })
    }
    expect(ben.signals).toHaveLength(4)
  })

  test('MS11 a page that calls back at once has the call', async () => {
    const { stage, page, native, call } = await ring()
    page.to(2, 'Call')
    await settle()
    expect(native.last('call-accepted').call.id).toBe(call.id)
    const ben = new NativeMember(stage, 2, { call: call.id, leg: native.last('call-accepted').leg })
    await stage.settle()
    expect(ben.types).toContain('peer-joined')
    expect(page.codes).toEqual([10012])
  })

  test('MS11 one that answers with an offer is first in the room', async () => {
    const { stage, page, native, call } = await ring()
    page.to(2, 'Offer', OFFER)
    await settle()
    const ben = new NativeMember(stage, 2, { call: call.id, leg: native.last('call-accepted').leg })
    await stage.settle()
    expect(ben.notices[0]).toMatchObject({ type: 'joined', peers: [{}] })
    expect(ben.signals).toMatchObject([{ type: 'description', description: OFFER }])
  })

  test('MS10 cancelled', async () => {
    const { page, native, call } = await ring()
    native.stay.end(call.id, 3)
    await settle()
    expect(page.last).toMatchObject({ code: 10015, message: 'ben has cancelled the call.' })
  })
})

test('MS13 the other one is looked for, but not for ever', async () => {
  const { stage, page, native } = await both()
  await stage.scene.ring(native, 1)
  page.to(2, 'Accept')
  await settle()
  expect(stage.scene.rooms.roomCount).toBe(0)
  for (let second = 0; second < 31; second++) {
    page.socket.pong()
    stage.scene.clock.advance(1_000)
  }
  await settle()
  expect(stage.scene.rooms.roomCount).toBe(1)
})
