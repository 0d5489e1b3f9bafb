import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { MemberMedia } from './member-media.ts'
import { MediaTokens } from './tokens.ts'

const REQUEST = { room: 'lake', member: 'ann1', publishes: 'ann1', plays: 'ben1', isOpen: false }

function open(isOpen = true) {
  const clock = new FakeClock()
  const tokens = new MediaTokens(Buffer.from('key'), clock)
  return { clock, tokens, media: new MemberMedia({ tokens, isOpen }) }
}

test('V1 a member may publish as itself and play the other one, for a while', () => {
  const { clock, tokens, media } = open()
  const grant = media.grant(REQUEST)
  expect(grant).toMatchObject({
    publish: { url: '/whip/lake/ann1' },
    play: { url: '/whep/lake/ben1' },
  })
  const claims = [
    [grant?.publish.token, 'publish', 'lake/ann1', true],
    [grant?.publish.token, 'publish', 'lake/ben1', false],
    [grant?.publish.token, 'play', 'lake/ann1', false],
    [grant?.play.token, 'play', 'lake/ben1', true],
    [grant?.play.token, 'publish', 'lake/ben1', false],
  ] as const
  for (const [token, kind, stream, isRight] of claims) {
    expect(tokens.verify(token, { kind, stream })).toBe(isRight)
  }
  clock.advance(13 * 3_600_000)
  expect(tokens.verify(grant?.play.token, { kind: 'play', stream: 'lake/ben1' })).toBe(false)
})

test('V1 rooms of calls between users are named in the address as well', () => {
  const { media } = open()
  const publishIn = (room: string) => media.grant({ ...REQUEST, room })?.publish.url
  expect(publishIn('~call.leg')).toBe('/whip/~call.leg/ann1')
  expect(publishIn('über/x')).toBe('/whip/%C3%BCber%2Fx/ann1')
  expect(media.grant({ ...REQUEST, publishes: 'a/b' })).toBeUndefined()
})

const LABELLED = { ...REQUEST, publishes: 'Ann', plays: 'ben', isOpen: true }
const OWN = { kind: 'own', member: 'ann1', stream: 'lake/Ann' } as const

function tokenIn(url = ''): string | null {
  return new URL(url, 'http://localhost').searchParams.get('token')
}

test('V6 MD27 under its label a member publishes as its owner, and plays without a token', () => {
  const { tokens, media } = open()
  const grant = media.grant(LABELLED)
  expect(grant?.publish.url).toStartWith('/rtc/v1/whip/?app=lake&stream=Ann&token=')
  expect(tokens.verify(tokenIn(grant?.publish.url), OWN)).toBe(true)
  expect(grant?.play).toEqual({ url: '/rtc/v1/whep/?app=lake&stream=ben' })
})

test('V6 where everybody must show one, it is in both addresses, as older clients have it', () => {
  const { tokens, media } = open(false)
  const grant = media.grant(LABELLED)
  expect(tokens.verify(tokenIn(grant?.publish.url), OWN)).toBe(true)
  const play = { kind: 'play', stream: 'lake/ben' } as const
  expect(tokens.verify(tokenIn(grant?.play.url), play)).toBe(true)
})

test('MD27 a member of another dialect gets the same, where it can be played without a token', () => {
  const { tokens, media } = open()
  const own = { room: 'lake', member: 'ann1', label: 'Ann' }
  expect(tokens.verify(media.ownToken(own), OWN)).toBe(true)
  expect(media.ownToken({ ...own, label: 'a/b' })).toBeUndefined()
  expect(open(false).media.ownToken(own)).toBeUndefined()
})
