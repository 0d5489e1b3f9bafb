import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { cleanDisplayName, normalizeRoomName, normalizeUserName } from './names.ts'

const historyCount = process.env['DUET_LONG'] === '1' ? 20_000 : 1_000

describe('R2 room names', () => {
  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['\u3000\u00a0', 'empty'],
    ['\u200c\u200d', 'empty'],
    ['\ufe0f', 'empty'],
    ['a'.repeat(65), 'too-long'],
    ['🦆'.repeat(65), 'too-long'],
    ['a'.repeat(100_000), 'too-long'],
    [' '.repeat(100_000), 'too-long'],
    ['a/b', 'bad-character'],
    ['a\\b', 'bad-character'],
    ['a?b', 'bad-character'],
    ['a#b', 'bad-character'],
    ['.', 'bad-character'],
    ['..', 'bad-character'],
    [' .. ', 'bad-character'],
    ['a\nb', 'bad-character'],
    ['a\tb', 'bad-character'],
    ['a\u0000b', 'bad-character'],
    ['a\u0085b', 'bad-character'],
    ['a\u2028b', 'bad-character'],
    ['a\u2029b', 'bad-character'],
    ['a\u200bb', 'bad-character'],
    ['a\u00adb', 'bad-character'],
    ['a\ufeffb', 'bad-character'],
    ['a\ud800b', 'bad-character'],
  ] as const)('R2 %j is refused as %s', (text, fault) => {
    expect(normalizeRoomName(text)).toEqual({ ok: false, fault })
  })

  test.each([
    '\u061c',
    '\u200e',
    '\u200f',
    '\u202a',
    '\u202b',
    '\u202c',
    '\u202d',
    '\u202e',
    '\u2066',
    '\u2067',
    '\u2068',
    '\u2069',
  ])('R2 the direction control %j is refused', (mark) => {
    expect(normalizeRoomName(`a${mark}b`)).toEqual({ ok: false, fault: 'bad-character' })
  })

  test.each([
    ['lake', 'lake'],
    ['Lake', 'lake'],
    ['  Our   Lake ', 'our lake'],
    ['a\u3000b', 'a b'],
    ['会议室', '会议室'],
    ['გამარჯობა', 'გამარჯობა'],
    ['مرحبا', 'مرحبا'],
    ['नमस्ते', 'नमस्ते'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['👩\u200d🚀', '👩\u200d🚀'],
    ['...', '...'],
    ['a.b', 'a.b'],
    ['%2f', '%2f'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['a'.repeat(64), 'a'.repeat(64)],
    ['🦆'.repeat(64), '🦆'.repeat(64)],
    ['e\u0301'.repeat(64), 'é'.repeat(64)],
  ])('R2 %j is the room %j', (text, name) => {
    expect(normalizeRoomName(text)).toEqual({ ok: true, name })
  })

  test.each([
    ['é', 'e\u0301'],
    ['É', 'e\u0301'],
    ['Å', '\u212b'],
    ['ǰ', 'J\u030c'],
    ['ẖ', 'H\u0331'],
    ['İstanbul', 'I\u0307stanbul'],
  ])('R2 %j and %j meet', (one, other) => {
    expect(normalizeRoomName(one)).toEqual(normalizeRoomName(other))
  })

  test('R2 the one form of a name is its own one form, and fits an address', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 80 }),
          fc.string({ unit: 'grapheme', maxLength: 70 }),
        ),
        (text) => {
          const first = normalizeRoomName(text)
          if (!first.ok) return
          expect(normalizeRoomName(first.name)).toEqual(first)
          expect(Array.from(first.name).length).toBeLessThanOrEqual(64)
          const { pathname } = new URL(`https://x/r/${encodeURIComponent(first.name)}`)
          expect(decodeURIComponent(pathname.slice('/r/'.length))).toBe(first.name)
        },
      ),
      { numRuns: historyCount, includeErrorInReport: true },
    )
  })
})

describe('U6 names of users', () => {
  test.each([
    ['Ann', 'ann'],
    ['ＡＮＮ', 'ann'],
    ['\u210cans', 'hans'],
    ['\u{1d400}nn', 'ann'],
    ['张伟', '张伟'],
  ])('U6 %j becomes %j', (text, name) => {
    expect(normalizeUserName(text)).toEqual({ ok: true, name })
  })

  test.each(['\u3164', 'ann\ufe0f', 'ann\u034f', 'ann\u{e0100}', '\uffa0x', 'a\u200db'])(
    'U6 %j holds what nobody sees',
    (text) => {
      expect(normalizeUserName(text)).toEqual({ ok: false, fault: 'bad-character' })
    },
  )

  test('U6 every letter has one form only', () => {
    for (let code = 0; code < 0x110000; code++) {
      const result = normalizeUserName(`a${String.fromCodePoint(code)}`)
      if (!result.ok) continue
      const again = normalizeUserName(result.name)
      if (!again.ok || again.name !== result.name || result.name !== result.name.toLowerCase()) {
        throw new Error(`U+${code.toString(16)} has two`)
      }
    }
  })
})

describe('R4 display names', () => {
  test.each([
    ['Ann', 'Ann'],
    ['  Ann  ', 'Ann'],
    ['A\u0000n\nn', 'Ann'],
    ['A\u202enn', 'Ann'],
    ['A\u061cnn\u2066', 'Ann'],
    ['A\u2028nn', 'Ann'],
    ['A\ud800nn', 'Ann'],
    ['小明', '小明'],
    ['🦆'.repeat(100), '🦆'.repeat(64)],
    ['\u0007', ''],
    ['A\u200bnn\ufeff', 'Ann'],
    ['👩\u200d🚀', '👩\u200d🚀'],
    ['\u200d\u200d', ''],
    ['\u3164', ''],
  ])('R4 %j is shown as %j', (text, shown) => {
    expect(cleanDisplayName(text)).toBe(shown)
  })
})
