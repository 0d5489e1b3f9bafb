import { describe, expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { CastTokens, MAX_TOKEN_NAME_LENGTH } from './tokens.ts'

const KEY = Buffer.alloc(32, 3)

describe('CA9 tokens', () => {
  test('a token says who holds it, until its time is over', () => {
    const clock = new FakeClock()
    const tokens = new CastTokens(KEY, clock)
    const token = tokens.issue('客厅 TV.1', 60)
    expect(tokens.read(token)).toEqual({ name: '客厅 TV.1' })
    clock.advance(59_000)
    expect(tokens.read(token)).toBeDefined()
    clock.advance(2_000)
    expect(tokens.read(token)).toBeUndefined()
  })

  test.each(['x'.repeat(MAX_TOKEN_NAME_LENGTH), '客'.repeat(MAX_TOKEN_NAME_LENGTH)])(
    'the longest name: %s',
    (name) => {
      const tokens = new CastTokens(KEY, new FakeClock())
      expect(tokens.read(tokens.issue(name, 3660 * 86_400))).toEqual({ name })
    },
  )

  test('one of another server, a changed one and what is none are refused', () => {
    const tokens = new CastTokens(KEY, new FakeClock())
    const token = tokens.issue('TV', 60)
    const [name, expiry, signature] = token.split('.')
    const other = new CastTokens(Buffer.alloc(32, 4), new FakeClock()).issue('TV', 60)
    const bad = [
      other,
      `${name}.${Number(expiry) + 1}.${signature}`,
      `${Buffer.from('Me').toString('base64url')}.${expiry}.${signature}`,
      `${token}.x`,
      `${name}.${expiry}`,
      '..',
      '',
      'x'.repeat(10_000),
      undefined,
      null,
      5,
      { token },
      [token],
    ]
    for (const each of bad) expect([each, tokens.read(each)]).toEqual([each, undefined])
  })
})
