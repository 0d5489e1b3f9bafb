import { describe, expect, test } from 'bun:test'
import { RING_MS } from '@duet/protocol'
import { settle } from '../../people/scene.ts'
import { Stage, type Page } from './stage.ts'

const OFFER = { type: 'offer', sdp: 'v=0\r\nm=video 9 x\r\n' }
const ANSWER = { type: 'answer', sdp: 'v=0\r\n' }
const CANDIDATE = { candidate: { sdpMlineIndex: 0, sdpMid: '0', candidate: 'candidate:1 1 udp' } }

async function openStage(count = 2): Promise<{ stage: Stage; pages: Page[] }> {
  const stage = new Stage()
  return { stage, pages: await stage.attendAll(...[1, 2, 3].slice(0, count)) }
}

/** Ann rings Ben, both on pages of this dialect, and he accepts. */
async function talk(): Promise<{ stage: Stage; ann: Page; ben: Page }> {
  const { stage, pages } = await openStage()
  const [ann, ben] = pages as [Page, Page]
  ann.to(2, 'Call')
  await settle()
  ben.to(1, 'Accept')
  await stage.settle()
  for (const page of [ann, ben]) page.forget()
  return { stage, ann, ben }
}

describe('MS10 calls between pages of this dialect', () => {
  test('MS10 call, accept, offer, answer, candidates, hang up; data passes verbatim', async () => {
    const { stage, pages } = await openStage()
    const [ann, ben] = pages as [Page, Page]
    ann.to('2', 'Call', { some: ['thing'] })
    await settle()
    expect(ben.told).toEqual([
      {
        method: 'Message/Call',
        type: 1,
        message: 'ann is calling.',
        code: 10012,
        data: { fromId: 1, data: { some: ['thing'] } },
      },
    ])
    ben.to(1, 'Accept', 'with pleasure')
    await settle()
    expect(ann.told).toEqual([
      {
        method: 'Message/Accept',
        type: 1,
        message: 'ben has accepted the call.',
        code: 10013,
        data: { fromId: 2, data: 'with pleasure' },
      },
    ])
    ann.to(2, 'Offer', { own: 'form' })
    ann.to(2, 'Candidate', CANDIDATE)
    await stage.settle()
    ben.to(1, 'Answer', ANSWER)
    ben.to(1, 'Candidate', CANDIDATE)
    expect(ben.told.slice(1)).toMatchObject([
      { code: 10010, data: { fromId: 1, data: { own: 'form' } } },
      { code: 10009, data: { fromId: 1, data: CANDIDATE } },
    ])
    expect(ann.told.slice(1)).toMatchObject([
      { code: 10011, data: { fromId: 2, data: ANSWER } },
      { code: 10009, data: { fromId: 2, data: CANDIDATE } },
    ])
    ben.to(1, 'Hangup', 'bye')
    await settle()
    expect(ann.last).toMatchObject({
      code: 10015,
      method: 'Message/Hangup',
      message: 'ben has hung up.',
      data: { fromId: 2, data: 'bye' },
    })
    expect(ben.codes).toEqual([10012, 10010, 10009])
    expect(stage.scene.rooms.roomCount).toBe(0)
    expect(stage.scene.board.load.calls).toBe(0)
  })

  test('MS10 reject, with words that were written', async () => {
    const { pages } = await openStage()
    const [ann, ben] = pages as [Page, Page]
    ann.to(2, 'Call')
    await settle()
    ben.say({ method: 'Message/Reject', type: 1, message: 'in ten minutes', toId: 1, data: 7 })
    await settle()
    expect(ann.told).toMatchObject([
      {
        code: 10014,
        method: 'Message/Reject',
        message: 'ben has declined the call: in ten minutes',
        data: { fromId: 2, data: 7 },
      },
    ])
    expect(ben.codes).toEqual([10012])
  })

  test('MS10 the caller hangs up while it rings; all tabs stop', async () => {
    const stage = new Stage()
    const [ann, ben, tab] = await stage.attendAll(1, 2, 2)
    ann?.to(2, 'Call')
    ann?.to(2, 'Hangup')
    await settle()
    ann?.to(2, 'Call')
    await settle()
    ann?.to(2, 'Hangup')
    await settle()
    for (const page of [ben, tab]) expect(page?.codes.slice(-2)).toEqual([10012, 10015])
    expect(ann?.told).toEqual([])
  })

  test('MS10 of two tabs one accepts, and the other hears so', async () => {
    const stage = new Stage()
    const [ann, ben, tab] = await stage.attendAll(1, 2, 2)
    ann?.to(2, 'Call')
    await settle()
    tab?.to(1, 'Accept')
    await settle()
    ben?.to(1, 'Accept')
    expect(ben?.told).toMatchObject([
      { code: 10012 },
      { code: 10015, message: 'The call from ann was answered on another device.' },
      { code: 1, method: 'Message/Accept' },
    ])
    expect(ann?.codes).toEqual([10013])
  })

  test('MS10 busy is told to a third one, and the call goes on', async () => {
    const { stage, ann, ben } = await talk()
    const cleo = await stage.attend(3)
    for (const page of [ann, ben, cleo]) page.forget()
    cleo.to(2, 'Call')
    await settle()
    expect(cleo.told).toMatchObject([
      { code: 10016, method: 'Message/Call', data: { fromId: 2, data: null } },
    ])
    ann.to(3, 'Call')
    await settle()
    expect(ann.told).toMatchObject([{ code: 1, message: 'You are in a call already.' }])
    ann.to(2, 'Offer', OFFER)
    await stage.settle()
    expect(ben.codes).toEqual([10010])
  })

  test('MS10 nobody answers', async () => {
    const { stage, pages } = await openStage()
    const [ann, ben] = pages as [Page, Page]
    ann.to(2, 'Call')
    await settle()
    for (let passed = 0; passed < RING_MS; passed += 5_000) {
      for (const page of pages) page.socket.pong()
      stage.scene.clock.advance(5_000)
    }
    await settle()
    expect(ann.told).toMatchObject([{ code: 10015, message: 'ben does not answer.' }])
    expect(ben.last).toMatchObject({ code: 10015, message: 'You missed a call from ann.' })
  })

  test('MS11 both call at once: one is the caller, and the other one is offered to', async () => {
    const { stage, pages } = await openStage()
    const [ann, ben] = pages as [Page, Page]
    ann.to(2, 'Call')
    ben.to(1, 'Call')
    await settle()
    const [caller, callee] = ann.codes.includes(10013) ? [ann, ben] : [ben, ann]
    expect(caller.codes).toEqual([10013])
    expect(callee.codes).toEqual([10012])
    caller.to(caller === ann ? 2 : 1, 'Offer', OFFER)
    await stage.settle()
    expect(callee.codes).toEqual([10012, 10010])
  })

  test.each([
    ['closes', (page: Page) => page.socket.hangUp(), 'ben has hung up.'],
    ['is cut', (page: Page) => page.socket.cut(), 'The connection to ben is lost.'],
  ])('MS12 a page that %s ends its call at once', async (_, end, message) => {
    const { stage, ann, ben } = await talk()
    end(ben)
    await settle()
    expect(ann.told.filter(({ code }) => code === 10015)).toMatchObject([
      { message, data: { fromId: 2, data: null } },
    ])
    expect(ann.codes).toContain(10008)
    expect(stage.scene.rooms.roomCount).toBe(0)
  })

  test('MS10 what makes no sense is refused', async () => {
    const { pages } = await openStage(3)
    const [ann] = pages as [Page]
    ann.to(2, 'Accept')
    ann.say({ method: 'Message/Call' })
    ann.say({ method: 'Message/Call', toId: '0x2' })
    ann.to(1, 'Call')
    ann.say({ method: 'Message/Dance', toId: 2 })
    ann.say({ toId: 2 })
    expect(ann.told.map(({ code, method }) => [code, method])).toEqual([
      [1, 'Message/Accept'],
      [1, 'Message/Call'],
      [1, 'Message/Call'],
      [1, 'Message/Call'],
      [1, 'Message/Dance'],
      [1, ''],
    ])
    expect(ann.told.every(({ message }) => message !== '')).toBe(true)
  })
})
