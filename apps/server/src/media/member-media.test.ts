import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { MemberMedia } from './member-media.ts'
import { MediaTokens } from './tokens.ts'

function open() {
  const clock = new FakeClock()
  const tokens = new MediaTokens(Buffer.from('key'), clock)
  return { clock, tokens, media: new MemberMedia(tokens) }
}

test('a member may publish as itself and play the other one, for a while', () => {
  const { clock, tokens, media } = open()
  const grant = media.grant({ room: 'lake', self: 'ann1', peer: 'ben1' })
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

test('rooms of calls between users are named in the address as well', () => {
  const { media } = open()
  expect(media.grant({ room: '~call.leg', self: 'a', peer: 'b' })?.publish.url).toBe(
    '/whip/~call.leg/a',
  )
  expect(media.grant({ room: 'über/x', self: 'a', peer: 'b' })?.publish.url).toBe(
    '/whip/%C3%BCber%2Fx/a',
  )
  expect(media.grant({ room: 'lake', self: 'a/b', peer: 'b' })).toBeUndefined()
})
