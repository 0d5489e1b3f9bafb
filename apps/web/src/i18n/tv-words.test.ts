import { expect, test } from 'bun:test'
import { tvEn } from './tv-en.ts'
import { TV_WORDS } from './tv-words.ts'

/** Every word by its path; functions are called with a sample. */
function flatten(words: object, path = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    const here = `${path}${key}`
    if (typeof value === 'function') flat.set(here, (value as (sample: string) => string)(''))
    else if (typeof value === 'string') flat.set(here, value)
    else for (const [inner, text] of flatten(value as object, `${here}.`)) flat.set(inner, text)
  }
  return flat
}

test('both languages say everything on a TV, and nothing is empty', () => {
  const [english, chinese] = [flatten(TV_WORDS.en), flatten(TV_WORDS.zh)]
  expect([...chinese.keys()]).toEqual([...english.keys()])
  for (const text of [...english.values(), ...chinese.values()]) expect(text).not.toBe('')
})

test('Chinese words of a TV are Chinese', () => {
  for (const [key, text] of flatten(TV_WORDS.zh)) {
    expect(`${key}: ${text}`).toMatch(/\p{Script=Han}/u)
  }
})

test('a sender without a name is somebody', () => {
  expect(tvEn.paused('')).toBe('Somebody paused')
  expect(tvEn.paused('Ann')).toBe('Ann paused')
})
