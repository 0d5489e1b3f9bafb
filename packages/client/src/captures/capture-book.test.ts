import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import type {
  CaptureAgreement,
  CaptureProgress,
  CapturePurpose,
  CaptureRequest,
} from '@duet/protocol'
import { NO_MEDIA_PATH, type MediaPathInfo } from '../media-path/media-path.ts'
import type { MediaVia } from '../media-path/media-path-state.ts'
import { CaptureBook } from './capture-book.ts'

/** A path that goes where it is told to, and remembers who told it. */
class FakePath {
  info: MediaPathInfo = { ...NO_MEDIA_PATH, isOffered: true }
  readonly moves: MediaVia[] = []

  move(via: MediaVia): void {
    this.moves.push(via)
    this.become({ name: via === 'server' ? 'entering' : 'direct', by: 'self', why: 'pressed' })
  }

  become(info: Partial<MediaPathInfo>): void {
    this.info = { ...this.info, ...info }
    book.steer()
  }
}

let clock: FakeClock
let path: FakePath
let book: CaptureBook
let peer: string | undefined
let said: CaptureRequest[]
beforeEach(() => {
  clock = new FakeClock()
  path = new FakePath()
  peer = 'b1'
  said = []
  book = new CaptureBook({
    clock,
    peer: () => peer,
    mediaPath: () => path,
    send: (request) => said.push(request),
    onChange: () => {},
  })
  for (const purpose of ['record', 'live'] as const) consent(purpose, true)
})
afterEach(() => {
  book.close()
  expect(clock.pending).toBe(0)
})

const R1 = { id: 'r1', purpose: 'record', by: 'a1' } as const
const L1 = { id: 'l1', purpose: 'live', by: 'b1' } as const

function agree(
  active: CaptureAgreement['active'] = [],
  consents: CaptureAgreement['consents'] = [],
): void {
  book.hear({ type: 'captures', consents, active })
}

function consent(purpose: CapturePurpose, isGiven: boolean): void {
  book.say({ type: 'consent', purpose, isGiven })
}

function tell(capture: string, progress: Partial<CaptureProgress>): void {
  book.hear({ type: 'capture-state', capture, purpose: 'record', state: 'running', ...progress })
}

describe('B5 B6 what the server says', () => {
  test('B1 consents are told apart', () => {
    agree(
      [],
      [
        { member: 'a1', purposes: ['record', 'live'] },
        { member: 'b1', purposes: ['live'] },
      ],
    )
    expect(book.info).toMatchObject({ ownConsents: ['record', 'live'], peerConsents: ['live'] })
  })

  test('B5 what is on, who started it, and how it goes', () => {
    agree([R1, L1])
    expect(book.info.active).toEqual([
      { ...R1, by: 'self', state: 'starting' },
      { ...L1, by: 'peer', state: 'starting' },
    ])
    const recording = { id: 'x', key: 'k' }
    tell('r1', { fault: 'no-media', missing: ['a1', 'b1'] })
    expect(book.info.active[0]).toMatchObject({ fault: 'no-media', missing: ['self', 'peer'] })
    tell('r1', { recording })
    agree([R1, L1])
    expect(book.info.active[0]).toEqual({ ...R1, by: 'self', state: 'running', recording })
  })

  test('B6 stopped: what is known of it stays, and what comes late is added', () => {
    agree([R1])
    tell('r1', { recording: { id: 'x', key: 'k' } })
    agree()
    const stopped = { ...R1, by: 'self', state: 'stopped', recording: { id: 'x', key: 'k' } }
    expect(book.info).toMatchObject({ active: [], ended: [stopped] })
    tell('r1', { state: 'failed', fault: 'disk-full' })
    expect(book.info.ended as unknown).toEqual([
      { ...stopped, state: 'failed', fault: 'disk-full' },
    ])
  })

  test('B6 failed: it is over before the server says that it is off', () => {
    agree([R1])
    tell('r1', { state: 'failed', fault: 'no-ffmpeg' })
    expect(book.info.active).toEqual([])
    agree()
    expect(book.info.ended).toMatchObject([{ id: 'r1', state: 'failed', fault: 'no-ffmpeg' }])
  })

  test('B6 a state of something that nobody here knows is nothing', () => {
    tell('r9', { state: 'stopped' })
    expect(book.info).toMatchObject({ active: [], ended: [] })
  })

  test('B6 a former one that ends late does not end the present one', () => {
    agree([R1])
    agree()
    agree([{ ...R1, id: 'r2' }])
    tell('r1', { state: 'stopped', recording: { id: 'x', key: 'k' } })
    expect(book.info.active).toMatchObject([{ id: 'r2' }])
    expect(book.info.ended).toMatchObject([{ id: 'r1', recording: { key: 'k' } }])
  })

  test('of those that are over the latest 8 are kept', () => {
    for (let number = 0; number < 20; number++) {
      agree([{ ...R1, id: `r${number}` }])
      agree()
    }
    expect(book.info.ended.map(({ id }) => id)).toEqual(
      [12, 13, 14, 15, 16, 17, 18, 19].map((number) => `r${number}`),
    )
  })

  test('B1 whoever was agreed with is gone: nothing is agreed on or on', () => {
    agree([R1], [{ member: 'b1', purposes: ['record'] }])
    peer = undefined
    book.clear()
    expect(book.info).toMatchObject({ ownConsents: [], peerConsents: [], active: [] })
    expect(book.info.ended).toMatchObject([{ id: 'r1', by: 'self', state: 'stopped' }])
  })
})

describe('B8 the way through the server', () => {
  test('B8 direct -> on -> to the server -> off -> back', () => {
    agree([R1])
    expect(path.moves).toEqual(['server'])
    path.become({ name: 'server' })
    agree()
    expect(path.moves).toEqual(['server', 'direct'])
  })

  test('B8 agreed on, and not started: nothing is moved', () => {
    agree([], [{ member: 'a1', purposes: ['record'] }])
    expect(path.moves).toEqual([])
  })

  test('B8 V3 on by the server’s word, and not agreed to here: nothing is moved', () => {
    consent('record', false)
    agree([R1], [{ member: 'a1', purposes: ['record', 'live'] }])
    expect(path.moves).toEqual([])
    expect(book.info.active).toHaveLength(1)
    consent('record', true)
    expect(path.moves).toEqual(['server'])
  })

  test('B8 B4 taken back here: it goes back before the server says that it is over', () => {
    agree([R1])
    path.become({ name: 'server' })
    consent('record', false)
    expect(path.moves).toEqual(['server', 'direct'])
    expect(said.at(-1)).toEqual({ type: 'consent', purpose: 'record', isGiven: false })
  })

  test('B8 B1 what was agreed to was with the one who left', () => {
    book.clear()
    agree([R1])
    expect(path.moves).toEqual([])
  })

  test('B1 B8 the peer says no: what is begun afterwards moves nothing', () => {
    agree([], [{ member: 'a1', purposes: ['record', 'live'] }])
    agree([], [{ member: 'a1', purposes: ['live'] }])
    agree([R1])
    expect(path.moves).toEqual([])
    consent('record', true)
    expect(path.moves).toEqual(['server'])
  })

  test('B1 B8 the peer takes it back: another one by the server’s word moves nothing', () => {
    agree([R1], [{ member: 'a1', purposes: ['record'] }])
    path.become({ name: 'server' })
    agree([], [])
    agree([{ ...R1, id: 'r2' }])
    expect(path.moves).toEqual(['server', 'direct'])
  })

  test('B8 what is agreed to here counts before the server says so', () => {
    agree([], [{ member: 'b1', purposes: ['record'] }])
    agree([R1])
    expect(path.moves).toEqual(['server'])
  })

  test('R10 B8 the one that was agreed to goes on, and no other', () => {
    agree([R1], [{ member: 'a1', purposes: ['record'] }])
    path.become({ name: 'server' })
    agree([R1], [{ member: 'b1', purposes: ['record'] }])
    expect(path.moves).toEqual(['server'])
    agree([{ ...R1, id: 'r2' }], [{ member: 'b1', purposes: ['record'] }])
    expect(path.moves).toEqual(['server', 'direct'])
  })

  test('B8 two are on: back when the last one is over', () => {
    agree([R1, L1])
    path.become({ name: 'server' })
    agree([L1])
    expect(path.moves).toEqual(['server'])
    agree()
    expect(path.moves).toEqual(['server', 'direct'])
  })

  test.each(['self', 'peer'] as const)('B8 %s moved it there before: it stays', (by) => {
    path.become({ name: 'server', by })
    agree([R1])
    agree()
    expect(path.moves).toEqual([])
  })

  test('B8 it can’t go there yet: it goes when it can', () => {
    path.become({ isOffered: false })
    agree([R1])
    expect(path.moves).toEqual([])
    path.become({ isOffered: true })
    expect(path.moves).toEqual(['server'])
  })

  test('B8 there is no path when it starts: the next one goes there', () => {
    const next = path
    path = undefined as unknown as FakePath
    agree([R1])
    path = next
    book.steer()
    expect(next.moves).toEqual(['server'])
  })

  test('B8 V5 a new connection begins directly: it goes there again, and both are left', () => {
    agree([R1])
    const former = path
    path = new FakePath()
    book.steer()
    expect([former.moves, path.moves]).toEqual([['server'], ['server']])
    agree()
    expect([former.moves, path.moves]).toEqual([['server'], ['server', 'direct']])
  })

  test('B8 on the way back -> on again -> to the server', () => {
    agree([R1])
    path.become({ name: 'server' })
    agree()
    path.become({ name: 'returning' })
    agree([{ ...R1, id: 'r2' }])
    expect(path.moves).toEqual(['server', 'direct', 'server'])
  })

  test.each([
    ['failed', [5_000, 5_000, 5_000]],
    ['lost', [1_000, 5_000, 5_000]],
  ] as const)('B8 V5 %s -> again after %j ms, for as long as it is on', (why, pauses) => {
    agree([R1])
    for (const [round, pauseMs] of pauses.entries()) {
      path.become({ name: 'direct', why })
      clock.advance(pauseMs - 1)
      expect(path.moves).toHaveLength(round + 1)
      clock.advance(1)
      expect(path.moves).toHaveLength(round + 2)
    }
    path.become({ name: 'direct', why })
    agree()
    clock.advance(60_000)
    expect(path.moves.filter((via) => via === 'server')).toHaveLength(4)
  })

  test('B8 V5 lost -> a minute without a loss -> lost: again after 1 s', () => {
    agree([R1])
    for (const round of [1, 2]) {
      path.become({ name: 'returning', why: 'lost' })
      path.become({ name: 'direct' })
      clock.advance(1_000)
      expect(path.moves).toHaveLength(round + 1)
      path.become({ name: 'server' })
      clock.advance(59_000)
    }
  })

  test('B8 V5 a loss counts before the call is back, and when the other side was faster', () => {
    agree([R1])
    path.become({ name: 'returning', why: 'lost' })
    path.become({ name: 'server', by: 'peer', why: 'pressed' })
    path.become({ name: 'direct', why: 'lost' })
    clock.advance(4_999)
    expect(path.moves).toHaveLength(1)
    clock.advance(1)
    expect(path.moves).toHaveLength(2)
  })

  test('B8 V5 lost, and not back yet: nothing is tried before it is', () => {
    agree([R1])
    path.become({ name: 'returning', why: 'lost' })
    clock.advance(60_000)
    expect(path.moves).toHaveLength(1)
    path.become({ name: 'direct' })
    clock.advance(999)
    expect(path.moves).toHaveLength(1)
    clock.advance(1)
    expect(path.moves).toHaveLength(2)
  })

  test('B8 V5 lost, and the other side was faster: it is not moved twice', () => {
    agree([R1])
    path.become({ name: 'direct', why: 'lost' })
    path.become({ name: 'entering', by: 'peer', why: 'pressed' })
    clock.advance(60_000)
    expect(path.moves).toEqual(['server'])
  })

  test('B8 a person moves it back in spite of it: it stays there', () => {
    agree([R1])
    path.become({ name: 'direct', by: 'peer', why: 'pressed' })
    clock.advance(60_000)
    expect(path.moves).toEqual(['server'])
  })

  test('V5 whoever was agreed with is gone: nothing is tried any more', () => {
    agree([R1])
    path.become({ name: 'direct', why: 'lost' })
    book.clear()
    clock.advance(60_000)
    expect(path.moves).toEqual(['server'])
  })
})
