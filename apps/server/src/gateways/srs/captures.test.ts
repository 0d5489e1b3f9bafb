import { afterEach, describe, expect, test } from 'bun:test'
import { silentLogger } from '@duet/base'
import { FakeControl } from '../../captures/fake-control.ts'
import { MemoryHub } from '../../hub/memory.ts'
import { DIALECT_LIMITS } from '../dialect-limits.ts'
import { Stage as NativeStage } from '../native/fake-client.ts'
import { Stage, type HeardFrame, type Page } from './stage.ts'

const ANN = { room: 'lake', display: 'ann' }
const BEN = { room: 'lake', display: 'ben' }

let control: FakeControl
afterEach(() => control.close())

function openStage(): Stage {
  const hub = new MemoryHub(silentLogger)
  control = new FakeControl(hub)
  return new Stage({ hub, captures: control.offered })
}

function enter(
  stage: Stage,
  who: { room: string; display: string },
  captures: unknown = ['live', 'record'],
): Page {
  const page = stage.connect()
  page.ask('join', { ...who, captures })
  return page
}

/** Two pages that ask for consent, and what they heard of coming in is forgotten. */
function openTalk(): { stage: Stage; ann: Page; ben: Page } {
  const stage = openStage()
  const [ann, ben] = [enter(stage, ANN), enter(stage, BEN)]
  for (const page of [ann, ben]) page.forget()
  return { stage, ann, ben }
}

function agree(page: Page, who: object, given = true): void {
  page.ask('consent', { ...who, purpose: 'live', given })
}

function latest({ frames }: Page, event: string): HeardFrame['msg'] {
  return frames.findLast(({ msg }) => msg?.event === event)?.msg ?? null
}

describe('SG20 who asks its person', () => {
  test('SG20 is answered with what the server does, and nobody else is', () => {
    const stage = openStage()
    const [ann, ben] = [enter(stage, ANN), enter(stage, BEN, null)]
    expect(ann.frames[0]?.msg?.['captures']).toEqual(['record', 'live'])
    expect(ben.frames[0]?.msg).not.toHaveProperty('captures')
  })

  test('SG20 and gets a token for its own stream, as the member that it is', () => {
    const asked: object[] = []
    const media = {
      ownToken(own: { room: string; member: string; label: string }) {
        asked.push(own)
        return `token of ${own.label}`
      },
    }
    const hub = new MemoryHub(silentLogger)
    control = new FakeControl(hub)
    const stage = new Stage({ hub, captures: control.offered, media })
    const ann = enter(stage, { ...ANN, room: 'Lake' })
    const ben = enter(stage, BEN)
    expect(ann.frames[0]?.msg?.['token']).toBe('token of ann')
    expect(enter(stage, { room: '?', display: 'ann' }).frames[0]?.msg).not.toHaveProperty('token')
    const silent = enter(stage, { room: 'sea', display: 'ann' }, false)
    expect(silent.frames[0]?.msg).not.toHaveProperty('token')
    expect(JSON.stringify([...ann.frames.slice(1), ...ben.frames])).not.toContain('token of ann')
    for (const [page, who] of [[ann, ANN] as const, [ben, BEN] as const]) {
      page.ask('consent', { ...who, purpose: 'record', given: true })
    }
    ann.ask('capture', { ...ANN, purpose: 'record', on: true })
    const [start] = control.starts
    const own = start?.members.map(({ id: member, stream: label }) => ({ member, label }))
    expect(asked).toEqual((own ?? []).map((each) => ({ room: 'lake', ...each })))
  })

  test.each(['with blanks ', 'a/b'])('SG20 a room “%s” of this dialect alone: nothing', (room) => {
    const stage = openStage()
    const page = enter(stage, { room, display: 'ann' })
    if (page.frames[0]?.msg?.room !== room) throw new Error('it is not in the room')
    const isOurs = room.trim() !== room
    expect(page.frames[0].msg['captures']).toEqual(isOurs ? ['record', 'live'] : [])
  })

  test('SG20 with one who does not ask its person nothing can be agreed on', () => {
    const stage = openStage()
    const ann = enter(stage, ANN)
    const ben = enter(stage, BEN, null)
    ann.forget()
    ben.forget()
    agree(ann, ANN)
    expect(ann.heard).toEqual(['error 2 capture-unavailable'])
    expect(ben.heard).toEqual([])
  })
})

describe('SG20 what a page asks for', () => {
  test('SG20 only that can be agreed on, with both', () => {
    const stage = openStage()
    const ann = enter(stage, ANN, ['live', 'sell', 7])
    expect(ann.frames[0]?.msg?.['captures']).toEqual(['live'])
    enter(stage, BEN)
    ann.ask('consent', { ...ANN, purpose: 'record', given: true })
    expect(ann.heard.at(-1)).toBe('error 2 capture-unavailable')
  })

  test('SG20 one who asks for something else: what only one asks for can’t be agreed on', () => {
    const stage = openStage()
    const [ann, ben] = [enter(stage, ANN, ['live', 'record']), enter(stage, BEN, ['live'])]
    ann.ask('consent', { ...ANN, purpose: 'record', given: true })
    expect(ann.heard.at(-1)).toBe('error 2 capture-unavailable')
    ben.ask('consent', { ...BEN, purpose: 'live', given: true })
    expect(ben.heard.at(-1)).toBe('done 2')
  })

  test('SG20 a display that names no stream -> nothing', () => {
    const page = enter(openStage(), { room: 'lake', display: 'a/b' })
    expect(page.frames[0]?.msg?.['captures']).toEqual([])
  })
})

describe('SG21 consent', () => {
  test('SG21 it is given to one who is there: not to who sits there instead', () => {
    const { ann, ben, stage } = openTalk()
    ben.ask('leave')
    const mallory = enter(stage, { room: 'lake', display: 'mallory' })
    ann.ask('consent', { ...ANN, peer: 'ben', purpose: 'live', given: true })
    expect(ann.heard.at(-1)).toBe('error 2 no-such-peer')
    expect(latest(mallory, 'captures')).toBeNull()
    ann.ask('consent', { ...ANN, peer: 'mallory', purpose: 'live', given: true })
    expect(ann.heard.at(-1)).toBe('done 3')
  })

  test('SG15 SG21 it is taken back also over the rate', () => {
    const { ann, ben } = openTalk()
    agree(ann, ANN)
    agree(ben, BEN)
    ann.ask('capture', { ...ANN, purpose: 'live', on: true })
    const tooMany = DIALECT_LIMITS.messageRate.burst + 10
    for (let count = 0; count < tooMany; count += 1) ben.ask('publish', BEN)
    expect(ben.heard.at(-1)).toMatch(/rate-limited$/)
    agree(ben, BEN, false)
    expect(ben.heard.at(-1)).toMatch(/^done/)
    expect(control.stops).toEqual(['lake live'])
  })

  test('SG21 is answered, and told to both', () => {
    const { ann, ben } = openTalk()
    agree(ben, BEN)
    expect(ben.heard.at(-1)).toBe('done 2')
    for (const page of [ann, ben]) {
      expect(latest(page, 'captures')).toMatchObject({
        action: 'notify',
        consents: [{ display: 'ben', purposes: ['live'] }],
        active: [],
        participants: [{ display: 'ann' }, { display: 'ben' }],
      })
    }
  })

  test('SG21 with nobody there -> no-such-peer', () => {
    const ann = enter(openStage(), ANN)
    agree(ann, ANN)
    expect(ann.heard.at(-1)).toBe('error 2 no-such-peer')
  })

  test.each([
    ['no purpose', 'consent', { ...ANN, given: true }],
    ['another purpose', 'consent', { ...ANN, purpose: 'sell', given: true }],
    ['no word', 'consent', { ...ANN, purpose: 'live' }],
    ['no text', 'consent', { ...ANN, purpose: 'live', given: 'yes' }],
    ['no name', 'consent', { ...ANN, peer: 7, purpose: 'live', given: true }],
    ['nothing said', 'capture', { ...ANN, purpose: 'live' }],
    ['another layout', 'capture', { ...ANN, purpose: 'live', on: true, layout: 'above' }],
    ['no object', 'capture', { ...ANN, purpose: 'live', on: true, push: 'rtmp://a.example/live' }],
    ['no address', 'capture', { ...ANN, purpose: 'live', on: true, push: { key: 'k' } }],
    ['HTTP', 'capture', { ...ANN, purpose: 'live', on: true, push: { url: 'https://a.example/' } }],
  ])('SG21 SG22 %s -> bad-field', (_, action, fields) => {
    const { ann } = openTalk()
    ann.ask(action, fields)
    expect(ann.heard).toEqual(['error 2 bad-field'])
  })

  test('SG10 SG21 for nobody else', () => {
    const { ann, ben } = openTalk()
    agree(ann, BEN)
    expect(ann.heard).toEqual(['error 2 not-in-room'])
    expect(ben.heard).toEqual([])
  })
})

describe('SG22 what both agreed to', () => {
  test('SG22 without the other one -> no-consent', () => {
    const { ann } = openTalk()
    agree(ann, ANN)
    ann.ask('capture', { ...ANN, purpose: 'live', on: true })
    expect(ann.heard.at(-1)).toBe('error 3 no-consent')
    expect(control.starts).toEqual([])
  })

  test('SG22 begins once, of both streams, with layout and address; either stops it', () => {
    const { ann, ben } = openTalk()
    agree(ann, ANN)
    agree(ben, BEN)
    const push = { URL: 'rtmp://a.example/live', Key: 'secret' }
    ann.ask('capture', { ...ANN, purpose: 'live', on: true, layout: 'side-by-side', push })
    expect(ann.heard.at(-1)).toBe('done 3')
    expect(control.starts).toMatchObject([
      {
        room: 'lake',
        purpose: 'live',
        members: [{ stream: 'ann' }, { stream: 'ben' }],
        live: { layout: 'side-by-side', push: { url: 'rtmp://a.example/live', key: 'secret' } },
      },
    ])
    expect(latest(ben, 'captures')).toMatchObject({ active: [{ purpose: 'live', by: 'ann' }] })
    expect(JSON.stringify(ben.frames)).not.toContain('secret')
    ben.ask('capture', { ...BEN, purpose: 'live', on: false })
    expect(control.stops).toEqual(['lake live'])
    expect(latest(ann, 'captures')).toMatchObject({ active: [] })
  })

  test('SG22 how it goes is told to both, with displays', () => {
    const { ann, ben } = openTalk()
    agree(ann, ANN)
    agree(ben, BEN)
    ann.ask('capture', { ...ANN, purpose: 'live', on: true })
    const [, second] = control.starts[0]?.members ?? []
    control.tell(0, { state: 'running', missing: [second?.id ?? ''], live: { path: '/live/lake' } })
    for (const page of [ann, ben]) {
      expect(latest(page, 'capture')).toMatchObject({
        purpose: 'live',
        state: 'running',
        missing: ['ben'],
        live: { path: '/live/lake' },
      })
    }
  })

  test('SG22 it ends with a consent, and when somebody leaves', () => {
    const { ann, ben, stage } = openTalk()
    for (const [page, who] of [[ann, ANN] as const, [ben, BEN] as const]) agree(page, who)
    ann.ask('capture', { ...ANN, purpose: 'live', on: true })
    agree(ben, BEN, false)
    expect(control.stops).toEqual(['lake live'])
    agree(ben, BEN)
    ann.ask('capture', { ...ANN, purpose: 'live', on: true })
    ben.ask('leave')
    expect(control.stops).toEqual(['lake live', 'lake live'])
    expect(enter(stage, BEN).frames.at(-1)?.msg).toMatchObject({ action: 'join' })
    ann.ask('capture', { ...ANN, purpose: 'live', on: true })
    expect(ann.heard.at(-1)).toMatch(/no-consent$/)
  })

  test('SG16 SG22 with a client of Duet’s own both streams have labels', () => {
    const hub = new MemoryHub(silentLogger)
    control = new FakeControl(hub)
    const srs = new Stage({ hub, captures: control.offered })
    const client = new NativeStage({ hub, captures: control.offered }).greet()
    client.join('lake', { name: 'Ben' })
    const page = enter(srs, ANN)
    client.request({ type: 'consent', purpose: 'record', isGiven: true })
    page.ask('consent', { ...ANN, purpose: 'record', given: true })
    page.ask('capture', { ...ANN, purpose: 'record', on: true })
    expect(control.starts).toMatchObject([{ members: [{ stream: 'Ben' }, { stream: 'ann' }] }])
    expect(client.last('captures')['active']).toMatchObject([{ purpose: 'record' }])
  })
})
