import { describe, expect, test } from 'bun:test'
import { castRoomName, legRoomName, nextRoom, type Dialect } from '@duet/rules'
import type { RoomVerdict } from '../rooms/access.ts'
import { TALK_FOR_TWO, withPolicy } from '../rooms/room-policy.ts'
import { codeOf, OFFER, SDP_HEADERS, Stage } from './testing/stage.ts'

const NATIVE: Dialect = { name: 'native', leavesOffers: true, tellsHearing: true }

/** Seats somebody in a room. */
function seat(
  stage: Stage,
  room: string,
  id: string,
  dialect: Dialect = NATIVE,
  label?: string,
): void {
  const newcomer = { id, address: id, name: '', tag: id, dialect, ...(label && { label }) }
  const event = { type: 'join', newcomer, wait: false, ref: 0 } as const
  void stage.hub.update(room, (found) => nextRoom(withPolicy(found, TALK_FOR_TWO, event), event))
}

/** Somebody leaves again. */
function unseat(stage: Stage, room: string, from: string): void {
  void stage.hub.update(room, (found) =>
    found ? nextRoom(found, { type: 'leave', from }) : [found, []],
  )
}

const streamUrl = (stream: string, query = '') => `webrtc://host/${stream}${query}`

describe('MD8 without a token, at SRS’s addresses', () => {
  test('MD8 anybody publishes and plays what is nobody’s', async () => {
    const stage = new Stage()
    expect((await stage.openSrs('publish', streamUrl('lake/ann'))).code).toBe(0)
    expect((await stage.openSrs('play', streamUrl('lake/ann'))).code).toBe(0)
  })

  test('MD8 but not as, or of, a member of Duet’s own call', async () => {
    const stage = new Stage()
    seat(stage, 'lake', 'member-1')
    for (const kind of ['publish', 'play'] as const) {
      for (const app of ['lake', 'LAKE', '%6Cake']) {
        const answer = await stage.openSrs(kind, streamUrl(`${app}/member-1`))
        expect([kind, app, answer.code]).toEqual([kind, app, 400])
      }
      expect((await stage.openSrs(kind, streamUrl('lake/other'))).code).toBe(0)
      expect((await stage.openSrs(kind, streamUrl('sea/member-1'))).code).toBe(0)
    }
  })

  test('MD8 members of other dialects publish nothing of ours', async () => {
    const stage = new Stage()
    seat(stage, 'lake', 'member-1', { ...NATIVE, name: 'srs' })
    expect((await stage.openSrs('play', streamUrl('lake/member-1'))).code).toBe(0)
  })

  test.each([
    ['a leg of a call', legRoomName('0123456789abcdef'.repeat(2), 0)],
    ['a cast', castRoomName('ACDEFG')],
  ])('MD8 nothing in the room of %s', async (_name, room) => {
    const stage = new Stage({ access: () => ({ policy: TALK_FOR_TWO }) })
    expect((await stage.openSrs('play', streamUrl(`${room}/x`))).code).toBe(400)
    expect((await stage.openSrs('publish', streamUrl(`${room}/x`))).code).toBe(400)
    expect((await stage.openNative('publish', `${room}/x`)).status).toBe(201)
  })

  test.each([
    ['a waiting room', { policy: { ...TALK_FOR_TWO, host: 7 } }],
    ['a room for those with an account', { policy: { ...TALK_FOR_TWO, needsAccount: true } }],
    ['a room that is closed', { refusal: 'room-closed' }],
    ['a room that cannot be judged', { refusal: 'unavailable' }],
  ] satisfies [string, RoomVerdict][])('MD8 nothing in %s', async (_name, verdict) => {
    const asked: unknown[] = []
    const stage = new Stage({
      access: (room, user) => {
        asked.push([room, user])
        return Promise.resolve(verdict)
      },
    })
    expect((await stage.openSrs('publish', streamUrl('Lake/ann'))).code).toBe(400)
    expect(asked).toEqual([['lake', undefined]])
    expect(stage.media.requests).toEqual([])
    const token = stage.tokens.issue({ kind: 'publish', stream: 'lake/ann', ttlMs: 1000 })
    const trusted = await stage.openSrs('publish', streamUrl('lake/ann', `?token=${token}`))
    expect(trusted.code).toBe(0)
  })

  test('MD8 WHIP there is told which token is wanted', async () => {
    const stage = new Stage()
    seat(stage, 'lake', 'member-1')
    const path = '/rtc/v1/whep/?app=lake&stream=member-1'
    const refused = await stage.ask('POST', path, { body: OFFER })
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'token-missing'])
    const headers = stage.bearer('play', 'lake/member-1')
    expect((await stage.ask('POST', path, { headers, body: OFFER })).status).toBe(201)
  })

  test('MD8 a token that only callbacks understand counts as none', async () => {
    const stage = new Stage()
    expect((await stage.openSrs('publish', streamUrl('a/b', '?token=theirs'))).code).toBe(0)
    const other = stage.tokens.issue({ kind: 'play', stream: 'x/y', ttlMs: 1000 })
    expect((await stage.openSrs('play', streamUrl('a/b', `?token=${other}`))).code).toBe(0)
  })
})

describe('MD9 who has a token goes first', () => {
  test('MD9 what was published with a token is played with one', async () => {
    const stage = new Stage()
    await stage.openNative('publish', 'lake/show')
    expect((await stage.openSrs('play', streamUrl('lake/show'))).code).toBe(400)
    expect((await stage.openNative('play', 'lake/show')).status).toBe(201)
    const token = stage.tokens.issue({ kind: 'play', stream: 'lake/show', ttlMs: 1000 })
    expect((await stage.openSrs('play', streamUrl('lake/show', `?token=${token}`))).code).toBe(0)
  })

  test('MD9 those who wait without one are sent away before anything flows', async () => {
    const stage = new Stage()
    await stage.openSrs('play', streamUrl('lake/show'))
    await stage.openSrs('play', streamUrl('lake/other'))
    await stage.openNative('play', 'lake/show')
    const ends: unknown[] = []
    stage.media.on('ended', ({ stream }, reason) => ends.push([stream, reason]))
    await stage.openNative('publish', 'lake/show')
    expect(ends).toEqual([['lake/show', 'kicked']])
    expect(stage.media.stream('lake/show')).toMatchObject({ players: 1 })
  })

  test('MD9 a publisher without one gives way; one with a token does not', async () => {
    const stage = new Stage()
    await stage.openSrs('publish', streamUrl('lake/show'))
    expect((await stage.openSrs('publish', streamUrl('lake/show'))).code).toBe(5020)
    expect((await stage.openNative('publish', 'lake/show')).status).toBe(201)
    expect((await stage.openNative('publish', 'lake/show')).status).toBe(409)
    expect((await stage.openSrs('publish', streamUrl('lake/show'))).code).toBe(5020)
    expect(stage.media.sessions()).toHaveLength(1)
  })

  test('MD9 an offer that can’t be answered sends no player away', async () => {
    const stage = new Stage()
    await stage.openSrs('play', streamUrl('lake/show'))
    expect((await stage.openNative('publish', 'lake/show', 'hello')).status).toBe(400)
    expect(stage.media.sessions()).toHaveLength(1)
  })

  test('MD9 a session that the server itself opened counts as one with a token', async () => {
    const stage = new Stage()
    await stage.opening
    const request = { stream: 'lake/own', sdp: OFFER, address: '' }
    stage.media.open({ kind: 'publish', ...request })
    expect((await stage.openSrs('play', streamUrl('lake/own'))).code).toBe(400)
  })
})

/** Publishes or plays `lake/Ann`: without a token, with an ordinary one, or as a member's own. */
type Who = 'nobody' | 'token' | { member: string }

describe('MD27 a stream of a member’s label', () => {
  const SRS: Dialect = { ...NATIVE, name: 'srs', streamsByLabel: true }

  function open(stage: Stage, kind: 'publish' | 'play', who: Who): Promise<number> {
    const stream = 'lake/Ann'
    const claim = typeof who === 'object' ? ({ kind: 'own', ...who } as const) : { kind }
    const token = who === 'nobody' ? '' : stage.tokens.issue({ ...claim, stream, ttlMs: 60_000 })
    return stage
      .openSrs(kind, streamUrl(stream, token && `?token=${token}`))
      .then(({ code }) => code)
  }

  /** Somebody else had the label before, and has left; Ben is a page of SRS. */
  function seatOwners(): Stage {
    const stage = new Stage()
    seat(stage, 'lake', 'former', SRS, 'Ann')
    unseat(stage, 'lake', 'former')
    seat(stage, 'lake', 'ben', SRS, 'Ben')
    seat(stage, 'lake', 'ann', SRS, 'Ann')
    return stage
  }

  const OWNER = { member: 'ann' }
  const FORMER = { member: 'former' }
  test.each<[first: Who, then: Who, code: number, left: number]>([
    ['nobody', OWNER, 0, 1],
    [OWNER, 'nobody', 5020, 1],
    [OWNER, FORMER, 5020, 1],
    [OWNER, { member: 'ben' }, 5020, 1],
    [OWNER, OWNER, 5020, 1],
    ['token', OWNER, 5020, 1],
    [OWNER, 'token', 5020, 1],
    // It counts as none.
    [FORMER, 'nobody', 5020, 1],
    [FORMER, OWNER, 0, 1],
    [{ member: 'ben' }, OWNER, 0, 1],
  ])('MD27 published by %p and then by %p: %d', async (first, then, code, left) => {
    const stage = seatOwners()
    expect(await open(stage, 'publish', first)).toBe(0)
    const [before] = stage.media.sessions()
    expect(await open(stage, 'publish', then)).toBe(code)
    const after = stage.media.sessions()
    expect(after).toHaveLength(left)
    expect(after[0]?.id === before?.id).toBe(code !== 0)
  })

  test('MD27 it is played without a token, before and after', async () => {
    const stage = seatOwners()
    expect(await open(stage, 'play', 'nobody')).toBe(0)
    expect(await open(stage, 'publish', OWNER)).toBe(0)
    expect(await open(stage, 'play', 'nobody')).toBe(0)
    expect(stage.media.stream('lake/Ann')).toMatchObject({ players: 2 })
    expect(await open(stage, 'play', OWNER)).toBe(0)
  })

  test('MD27 whoever gets the label takes the place of one who had it', async () => {
    const stage = new Stage()
    seat(stage, 'lake', 'former', SRS, 'Ann')
    expect(await open(stage, 'publish', FORMER)).toBe(0)
    unseat(stage, 'lake', 'former')
    seat(stage, 'lake', 'ann', SRS, 'Ann')
    const ends: unknown[] = []
    stage.media.on('ended', ({ stream }, reason) => ends.push([stream, reason]))
    expect(await open(stage, 'publish', OWNER)).toBe(0)
    expect(ends).toEqual([['lake/Ann', 'kicked']])
  })

  test('MD27 a member that leaves while its offer is on its way has no session', async () => {
    const stage = seatOwners()
    const token = stage.tokens.issue({ kind: 'own', ...OWNER, stream: 'lake/Ann', ttlMs: 60_000 })
    const coming = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          asked.resolve()
          await coming.promise
          controller.enqueue(new TextEncoder().encode(OFFER))
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const path = `/rtc/v1/whip/?app=lake&stream=Ann&token=${token}`
    const answer = stage.ask('POST', path, { headers: SDP_HEADERS, body })
    await asked.promise
    unseat(stage, 'lake', 'ann')
    coming.resolve()
    expect(await codeOf(await answer)).toBe('token-wrong')
    expect(stage.media.sessions()).toEqual([])
  })

  test('MD27 what others publish there is none of the member', async () => {
    const stage = seatOwners()
    const service = await stage.opening
    const isByAnother = () => service.isByAnother('lake/Ann', 'ann')
    expect(isByAnother()).toBe(false)
    await open(stage, 'publish', 'nobody')
    expect(isByAnother()).toBe(true)
    await open(stage, 'publish', OWNER)
    expect(isByAnother()).toBe(false)
    expect(service.isByAnother('lake/Ann', 'former')).toBe(true)
    stage.media.timeOut(stage.media.sessions()[0]?.id ?? '')
    await open(stage, 'publish', 'token')
    expect(isByAnother()).toBe(false)
  })

  test('MD26 MD27 without a token nobody publishes what is shown live', async () => {
    let isShown = true
    const stage = new Stage({ isLive: (stream) => isShown && stream === 'lake/Ann' })
    expect(await open(stage, 'publish', 'nobody')).toBe(400)
    isShown = false
    expect(await open(stage, 'publish', 'nobody')).toBe(0)
  })
})

test('MD10 --srs-access token wants one at SRS’s addresses as well', async () => {
  const stage = new Stage({ flags: '--srs-access token' })
  expect((await stage.openSrs('publish', streamUrl('lake/ann'))).code).toBe(400)
  const refused = await stage.ask('POST', '/rtc/v1/whip/?app=lake&stream=ann', { body: OFFER })
  expect(refused.status).toBe(401)
  const token = stage.tokens.issue({ kind: 'publish', stream: 'lake/ann', ttlMs: 1000 })
  const body = JSON.stringify({ sdp: OFFER, streamurl: streamUrl('lake/ann') })
  const answer = await stage.ask('POST', `/rtc/v1/publish/?token=${token}`, { body })
  expect(await answer.json()).toMatchObject({ code: 0 })
})
