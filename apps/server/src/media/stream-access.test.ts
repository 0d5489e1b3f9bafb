import { describe, expect, test } from 'bun:test'
import { castRoomName, legRoomName, nextRoom, type Dialect } from '@duet/rules'
import type { RoomVerdict } from '../rooms/access.ts'
import { TALK_FOR_TWO, withPolicy } from '../rooms/room-policy.ts'
import { codeOf, OFFER, Stage } from './testing/stage.ts'

const NATIVE: Dialect = { name: 'native', leavesOffers: true, tellsHearing: true }

/** Seats somebody in a room. */
function seat(stage: Stage, room: string, id: string, dialect: Dialect = NATIVE): void {
  const newcomer = { id, address: id, name: '', tag: id, dialect }
  const event = { type: 'join', newcomer, wait: false, ref: 0 } as const
  void stage.hub.update(room, (found) => nextRoom(withPolicy(found, TALK_FOR_TWO, event), event))
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
