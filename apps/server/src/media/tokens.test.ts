import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { MAX_STREAM_NAME_LENGTH } from './limits.ts'
import { MediaTokens, type MediaClaim } from './tokens.ts'

const KEY = Buffer.alloc(32, 3)
const PUBLISH: MediaClaim = { kind: 'publish', stream: 'lake/ann' }

test('MD7 a token allows one thing, until its time is over', () => {
  const clock = new FakeClock()
  const tokens = new MediaTokens(KEY, clock)
  const token = tokens.issue({ ...PUBLISH, ttlMs: 60_000 })
  expect(tokens.read(token)).toEqual({ ...PUBLISH, isExpired: false })
  const others: MediaClaim[] = [
    { kind: 'play', stream: 'lake/ann' },
    { kind: 'publish', stream: 'lake/anna' },
    { kind: 'admin' },
  ]
  expect(tokens.verify(token, PUBLISH)).toBe(true)
  expect(others.map((claim) => tokens.verify(token, claim))).toEqual([false, false, false])
  clock.advance(61_000)
  expect(tokens.verify(token, PUBLISH)).toBe(false)
  expect(tokens.read(token)).toEqual({ ...PUBLISH, isExpired: true })
})

test('MD27 one for a member’s own stream allows nothing else, and nothing else allows that', () => {
  const tokens = new MediaTokens(KEY, new FakeClock())
  const own: MediaClaim = { kind: 'own', member: 'm1', stream: 'a/b/ann' }
  const token = tokens.issue({ ...own, ttlMs: 60_000 })
  expect(tokens.read(token)).toEqual({ ...own, isExpired: false })
  const others: MediaClaim[] = [
    { ...own, member: 'm2' },
    { ...own, stream: 'a/b/ben' },
    { kind: 'publish', stream: 'a/b/ann' },
    { kind: 'publish', stream: 'm1/a/b/ann' },
  ]
  for (const claim of others) {
    expect(tokens.verify(token, claim)).toBe(false)
    expect(tokens.verify(tokens.issue({ ...claim, ttlMs: 60_000 }), own)).toBe(false)
  }
})

test('MD16 an administrator’s token allows no session', () => {
  const tokens = new MediaTokens(KEY, new FakeClock())
  const token = tokens.issue({ kind: 'admin', ttlMs: 1 })
  expect(tokens.verify(token, { kind: 'admin' })).toBe(true)
  expect(tokens.verify(token, PUBLISH)).toBe(false)
  expect(tokens.verify(token, { kind: 'play', stream: '' })).toBe(false)
})

test.each(['x', '湖', '😀'])('MD7 the longest stream, of %s', (letter) => {
  const tokens = new MediaTokens(KEY, new FakeClock())
  const name = letter.repeat(MAX_STREAM_NAME_LENGTH / letter.length)
  const claim: MediaClaim = { kind: 'play', stream: `${name}/${name}` }
  expect(tokens.verify(tokens.issue({ ...claim, ttlMs: 1e12 }), claim)).toBe(true)
  const own: MediaClaim = { ...claim, kind: 'own', member: 'm'.repeat(22) }
  expect(tokens.verify(tokens.issue({ ...own, ttlMs: 1e12 }), own)).toBe(true)
})

test('MD7 one of another server, a changed one and what is none are refused', () => {
  const tokens = new MediaTokens(KEY, new FakeClock())
  const token = tokens.issue({ ...PUBLISH, ttlMs: 60_000 })
  const [kind, stream, expiry, signature] = token.split('.')
  const bad = [
    new MediaTokens(Buffer.alloc(32, 4), new FakeClock()).issue({ ...PUBLISH, ttlMs: 60_000 }),
    `play.${stream}.${expiry}.${signature}`,
    `admin.${stream}.${expiry}.${signature}`,
    `${kind}.${Buffer.from('lake/ben').toString('base64url')}.${expiry}.${signature}`,
    `${kind}.${stream}.${Number(expiry) + 1}.${signature}`,
    `${token}.x`,
    `${kind}.${stream}.${expiry}`,
    '...',
    '',
    'x'.repeat(100_000),
    undefined,
    null,
    5,
    [token],
  ]
  for (const each of bad) expect([each, tokens.read(each)]).toEqual([each, undefined])
})
