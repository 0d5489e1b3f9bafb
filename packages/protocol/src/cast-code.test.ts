import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { CAST_CODE_ALPHABET, CAST_CODE_LENGTH, readCastCode } from './cast-code.ts'

describe('T1 codes of casts', () => {
  test('T1 no look-alikes', () => {
    for (const group of ['0O', '1IL', '5S', '8B', '2Z']) {
      const used = Array.from(group).filter((each) => CAST_CODE_ALPHABET.includes(each))
      expect(used.length).toBeLessThanOrEqual(1)
    }
    expect(new Set(CAST_CODE_ALPHABET).size).toBe(CAST_CODE_ALPHABET.length)
  })

  test.each([
    ['K7PHQX', 'K7PHQX'],
    ['k7phqx', 'K7PHQX'],
    [' k7p hqx ', 'K7PHQX'],
    ['K7P-HQX', 'K7PHQX'],
    ['bz7phq', '827PHQ'],
    ['K7PHQ', undefined],
    ['K7PHQXX', undefined],
    ['K7PHQ0', undefined],
    ['K7PHQI', undefined],
    ['', undefined],
    ['K7PHQ😀', undefined],
    [' '.repeat(1000), undefined],
  ])('T1 %p is read as %p', (typed, code) => {
    expect(readCastCode(typed)).toBe(code)
  })

  test('T1 a code is read as itself, however it is written', () => {
    const anyCode = fc
      .array(fc.constantFrom(...Array.from(CAST_CODE_ALPHABET)), {
        minLength: CAST_CODE_LENGTH,
        maxLength: CAST_CODE_LENGTH,
      })
      .map((characters) => characters.join(''))
    fc.assert(
      fc.property(anyCode, (code) => {
        expect(readCastCode(code)).toBe(code)
        expect(readCastCode(` ${code.slice(0, 3)} ${code.slice(3)}`.toLowerCase())).toBe(code)
      }),
    )
  })

  test('T1 nothing that is typed throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (typed) => void readCastCode(typed)))
  })
})
