import { beforeEach, describe, expect, test } from 'bun:test'
import type { Description } from '@duet/protocol'
import { bob, ring, ROOM, until, useStage, type Stage } from './call-stage.ts'
import { FakePeerConnection } from './fake-peer-connection.ts'

/** A page that knows nothing of keys, of the data channel, or of who gives way. */
class OlderPage {
  readonly #stage: Stage
  pc = FakePeerConnection.ofPeer()
  /** What its answers and offers went through. */
  refused = 0

  constructor(stage: Stage, { canRollBack = true } = {}) {
    this.#stage = stage
    this.pc.canRollBack = canRollBack
  }

  async offers(): Promise<void> {
    await this.pc.setLocalDescription()
    this.#send()
  }

  /** Takes what the Duet page said: answers an offer, applies an answer, or refuses. */
  async takes(description: Description): Promise<void> {
    try {
      await this.pc.setRemoteDescription(description)
      if (description.type === 'answer') return
      await this.pc.setLocalDescription()
      this.#send()
    } catch {
      this.refused++
    }
  }

  #send(): void {
    const description = this.pc.localDescription as Description
    this.#stage.server.say({ type: 'description', description, from: bob.id })
  }
}

const peer = { id: bob.id, name: '', tag: 'older-1', dialect: 'room' }

/** Ann was first; a newcomer on an older page took her offer, and media flows. */
async function meetAsFirst(stage: Stage, page: OlderPage, path: 'acks' | 'checks' = 'acks') {
  const offer = await stage.joinAlone()
  stage.server.say({ type: 'peer-joined', peer })
  await page.takes(offer)
  await flow(stage, path)
}

/** The older page was first: its offer comes when it heard that Ann is there. */
async function meetAsSecond(stage: Stage, page: OlderPage, path: 'acks' | 'checks' = 'acks') {
  await stage.join()
  const seated = { ...peer, isAway: false, signals: [] }
  stage.server.say({ type: 'joined', room: ROOM, self: 'a1', peers: [seated] })
  expect(stage.call.state.name).toBe('connecting')
  await page.offers()
  await page.takes((await stage.description(0)).description)
  await flow(stage, path)
}

async function flow(stage: Stage, path: 'acks' | 'checks') {
  await until('stream', () => stage.told.includes('stream'))
  if (path === 'acks') stage.ann.connect()
  else stage.ann.become('connected')
  expect(stage.call.state.name).toBe('connected')
}

/** Lets time pass; `each` happens every 250 ms. */
async function pass(stage: Stage, ms: number, each = () => {}) {
  for (let passed = 0; passed < ms; passed += 250) {
    stage.clock.advance(250)
    each()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What both sides hold for the descriptions in use agrees. */
function expectAgreement(stage: Stage, page: OlderPage) {
  const { ann } = stage
  expect([ann.signalingState, page.pc.signalingState]).toEqual(['stable', 'stable'])
  expect(page.pc.remoteDescription?.sdp).toBe(ann.localDescription?.sdp ?? '')
  expect(ann.remoteDescription?.sdp).toBe(page.pc.localDescription?.sdp ?? '')
}

const MEETINGS = [
  ['first', meetAsFirst],
  ['second', meetAsSecond],
] as const

describe('without a key in the link', () => {
  const stages = useStage('')
  let stage: Stage
  beforeEach(() => {
    stage = stages.current
  })

  test.each(MEETINGS)('A3 %s: a call that is not verified', async (_, meet) => {
    await meet(stage, new OlderPage(stage))
    expect(stage.call.verification).toEqual({ name: 'unverified' })
    expect(stage.call.peer).toEqual({ name: '', isAway: false, media: null })
    expect(stage.server.all('mismatch')).toEqual([])
  })

  test('C3 lines go as they are written', async () => {
    await meetAsFirst(stage, new OlderPage(stage))
    stage.call.sendChat('hello')
    await until('line', () => stage.server.all('chat').length === 1)
    expect(stage.server.all('chat')).toEqual([{ type: 'chat', body: 'hello' }])
  })

  test.each(MEETINGS)('D5 %s: acknowledged pings keep a call without media', async (_, meet) => {
    await meet(stage, new OlderPage(stage))
    await pass(stage, 20_000, () => (stage.ann.received += 40))
    expect(stage.told.at(-1)).toBe('connected')
  })

  test('D5 checks alone keep a call without media and without a data channel', async () => {
    await meetAsSecond(stage, new OlderPage(stage), 'checks')
    for (let round = 0; round < 8; round++) {
      await pass(stage, 2_500)
      stage.ann.checks++
    }
    expect(stage.told.at(-1)).toBe('connected')
    await pass(stage, 6_500)
    expect(stage.call.state.name).toBe('reconnecting')
  })

  test('D2 a restart waits for the server: the peer does not listen on the channel', async () => {
    const page = new OlderPage(stage)
    await meetAsFirst(stage, page)
    stage.server.cut()
    stage.call.restartIce()
    await pass(stage, 250)
    expect(stage.ann.channel.sent.some(({ type }) => type === 'signal')).toBe(false)
    await stage.online()
    await page.takes((await stage.description(1)).description)
    await until(
      'agreement',
      () => stage.ann.localDescription?.sdp === page.pc.remoteDescription?.sdp,
    )
    expectAgreement(stage, page)
  })

  test('G5 its offers are answered, and nothing is offered in return', async () => {
    const page = new OlderPage(stage)
    await meetAsSecond(stage, page)
    stage.ann.onnegotiationneeded?.()
    page.pc.restartIce()
    await page.offers()
    await page.takes((await stage.description(1)).description)
    await pass(stage, 500, () => (stage.ann.received += 40))
    expectAgreement(stage, page)
    expect(stage.server.all('description')).toHaveLength(2)
  })

  for (const [place, meet] of MEETINGS) {
    for (const canRollBack of [true, false]) {
      const how = canRollBack ? 'drops its offer' : 'refuses ours'
      test(`G5 ${place}: both offer at once, the older page ${how} -> agreement`, async () => {
        const page = new OlderPage(stage, { canRollBack })
        await meet(stage, page)
        stage.call.restartIce()
        const { description: ours } = await stage.description(1)
        page.pc.restartIce()
        await page.offers()
        await page.takes(ours)
        expect(page.refused).toBe(canRollBack ? 0 : 1)
        await pass(stage, 2_500, () => (stage.ann.received += 40))
        // What the peer's rollback froze is sent anew.
        const isRenewed = canRollBack && place === 'first'
        if (!canRollBack || isRenewed) await page.takes((await stage.description(2)).description)
        await pass(stage, 500, () => (stage.ann.received += 40))
        const directions = stage.ann.transceivers.map(({ direction }) => direction)
        expect(directions.filter((direction) => direction === 'sendonly')).toHaveLength(
          isRenewed ? 2 : 0,
        )
        expectAgreement(stage, page)
        expect(stage.ann.rollbacks).toBe(0)
        expect(page.pc.rollbacks).toBe(canRollBack ? 1 : 0)
      })
    }
  }

  test('G5 candidates of the offer that waited are not lost', async () => {
    const page = new OlderPage(stage, { canRollBack: false })
    await meetAsFirst(stage, page)
    stage.call.restartIce()
    await stage.description(1)
    await page.offers()
    const candidate = { candidate: 'candidate:7', sdpMid: '0', sdpMLineIndex: 0 }
    stage.server.say({ type: 'candidate', candidate, from: bob.id })
    await pass(stage, 1_000, () => (stage.ann.received += 40))
    expect(stage.ann.candidates).toEqual([])
    await pass(stage, 1_500, () => (stage.ann.received += 40))
    await until('candidate', () => stage.ann.candidates.length === 1)
  })

  test.each(MEETINGS)('%s: it offers from a new connection -> a new one here', async (_, meet) => {
    const page = new OlderPage(stage)
    await meet(stage, page)
    const former = stage.ann
    const before = stage.server.all('description').length
    page.pc = FakePeerConnection.ofPeer()
    await page.offers()
    await page.takes((await stage.description(before)).description)
    expect([former.connectionState, stage.ann === former]).toEqual(['closed', false])
    stage.ann.connect()
    expect(stage.call.state.name).toBe('connected')
    expectAgreement(stage, page)
  })

  test('it closed its connection and stays: asked again every 4 s, until we leave', async () => {
    await meetAsFirst(stage, new OlderPage(stage))
    await pass(stage, 3_000)
    expect(stage.call.state.name).toBe('reconnecting')
    await pass(stage, 60_000)
    const offers = stage.server.all('description').length - 1
    expect(offers).toBeGreaterThan(10)
    expect(offers).toBeLessThan(25)
    stage.call.leave()
    expect(stage.call.state.name).toBe('ended')
  })
})

describe('with a key in the link', () => {
  const stages = useStage()
  let stage: Stage
  beforeEach(() => {
    stage = stages.current
  })

  test('A3 first: asked, went on without, its answer is used', async () => {
    const page = new OlderPage(stage)
    const offer = await stage.joinAlone()
    stage.server.say({ type: 'peer-joined', peer })
    await page.takes(offer)
    await until('question', () => stage.call.verification.name === 'mismatch')
    expect(stage.call.verification).toEqual({ name: 'mismatch', fault: 'peer-key-missing' })
    expect(stage.ann.remoteDescription).toBeNull()
    stage.call.continueUnverified()
    await flow(stage, 'acks')
    expectAgreement(stage, page)
    expect(stage.call.verification).toEqual({ name: 'unverified' })
  })

  test('A3 second: asked, went on without, its offer is answered', async () => {
    const page = new OlderPage(stage)
    await goOnAsSecond(page)
    expectAgreement(stage, page)
    expect(stage.call.verification).toEqual({ name: 'unverified' })
  })

  async function goOnAsSecond(page: OlderPage) {
    await stage.join()
    const seated = { ...peer, isAway: false, signals: [] }
    stage.server.say({ type: 'joined', room: ROOM, self: 'a1', peers: [seated] })
    await page.offers()
    await until('question', () => stage.call.verification.name === 'mismatch')
    expect(stage.call.isChatSealed).toBe(true)
    stage.call.continueUnverified()
    await page.takes((await stage.description(0)).description)
    await flow(stage, 'acks')
  }

  test('C4 lines are sealed until the person went on without, then open', async () => {
    const lines: boolean[] = []
    stage.call.on('chat', ({ isSealed }) => lines.push(isSealed))
    await stage.joinAlone()
    stage.server.say({ type: 'peer-joined', peer })
    stage.call.sendChat('before')
    await until('line', () => stage.server.all('chat')[0])
    expect(stage.server.all('chat')[0]?.sealed).toBe(true)
    stage.server.say({ type: 'peer-left', peer: peer.id, reason: 'left' })
    stage.call.leave()
    stage.server.say({ type: 'left' })

    stage.server.heard.length = 0
    await goOnAsSecond(new OlderPage(stage))
    expect(stage.call.isChatSealed).toBe(false)
    stage.call.sendChat('after')
    await until('line', () => stage.server.all('chat')[0])
    expect(stage.server.all('chat')).toEqual([{ type: 'chat', body: 'after' }])
    expect(lines).toEqual([true, false])
  })

  test('C4 a peer that shows the key after all gets sealed lines again', async () => {
    await goOnAsSecond(new OlderPage(stage))
    stage.server.say({ type: 'chat', from: peer.id, body: await ring.seal('hi'), sealed: true })
    await until('line', () => stage.told.at(-1) === 'peer: hi')
    expect(stage.call.isChatSealed).toBe(true)
  })

  test('C4 a peer that says that it has a key gets sealed lines: the page is told', async () => {
    await stage.join()
    const seated = { ...peer, isAway: false, signals: [] }
    stage.server.say({ type: 'joined', room: ROOM, self: 'a1', peers: [seated] })
    await new OlderPage(stage).offers()
    await until('question', () => stage.call.verification.name === 'mismatch')
    stage.call.continueUnverified()
    await stage.description(0)
    const told: unknown[] = []
    stage.call.on('verification', ({ name }) => told.push([name, stage.call.isChatSealed]))
    stage.server.say({ type: 'mismatch', hasKey: true, from: peer.id })
    await until('word', () => told.length > 0)
    expect(told).toEqual([['unverified', true]])
  })

  test('C4 a peer with a proof, even a wrong one, gets sealed lines', async () => {
    await stage.join()
    const offer = { ...(await stage.bobOffers()), auth: 'AAAA' }
    const seated = { ...bob, isAway: false, signals: [offer] }
    stage.server.say({ type: 'joined', room: ROOM, self: 'a1', peers: [seated] })
    await until('question', () => stage.call.verification.name === 'mismatch')
    stage.call.continueUnverified()
    await stage.description(0)
    expect(stage.call.isChatSealed).toBe(true)
  })

  test('C4 with the next peer lines are sealed again', async () => {
    await goOnAsSecond(new OlderPage(stage))
    stage.server.say({ type: 'peer-left', peer: peer.id, reason: 'left' })
    expect(stage.call.isChatSealed).toBe(true)
  })
})
