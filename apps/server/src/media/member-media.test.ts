import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { MemberMedia } from './member-media.ts'
import { MediaTokens } from './tokens.ts'

const REQUEST = { room: 'lake', publishes: 'ann1', plays: 'ben1', isOpen: false }

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

test('V6 with a peer that can show no token, none is shown', () => {
  const { media } = open()
  expect(media.grant({ ...REQUEST, publishes: 'Ann', plays: 'ben', isOpen: true })).toEqual({
    publish: { url: '/rtc/v1/whip/?app=lake&stream=Ann' },
    play: { url: '/rtc/v1/whep/?app=lake&stream=ben' },
  })
})

test('V6 where everybody must show one, it is in the address, as older clients have it', () => {
  const { tokens, media } = open(false)
  const { url = '' } = media.grant({ ...REQUEST, isOpen: true })?.publish ?? {}
  const token = new URL(url, 'http://localhost').searchParams.get('token')
  expect(url).toStartWith('/rtc/v1/whip/?app=lake&stream=ann1&token=')
  expect(tokens.verify(token, { kind: 'publish', stream: 'lake/ann1' })).toBe(true)
})
