import { expect, test } from 'bun:test'
import { PHRASE_LIST } from './phrase-entries.ts'

test('every index of a phrase has a picture and a word in both languages', () => {
  expect(PHRASE_LIST).toHaveLength(256)
  for (const { picture, en, zh } of PHRASE_LIST) {
    expect(picture).toMatch(/^\p{Emoji}[\u{fe0f}]?$/u)
    expect(en).toMatch(/^[a-z]{2,12}$/)
    expect(zh).toMatch(/^\p{Script=Han}{1,5}$/u)
  }
})

test('no two of them are the same to the eye or the ear', () => {
  for (const field of ['picture', 'en', 'zh'] as const) {
    const seen = new Set<string>()
    const twice = PHRASE_LIST.map((entry) => entry[field]).filter(
      (text) => seen.size === seen.add(text).size,
    )
    expect({ field, twice }).toEqual({ field, twice: [] })
  }
})
