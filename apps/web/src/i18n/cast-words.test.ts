import { expect, test } from 'bun:test'
import { castEn } from './cast-en.ts'
import { castZh } from './cast-zh.ts'

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

test('both languages say everything on showing, and nothing is empty', () => {
  const [english, chinese] = [flatten(castEn), flatten(castZh)]
  expect([...chinese.keys()]).toEqual([...english.keys()])
  for (const text of [...english.values(), ...chinese.values()]) expect(text).not.toBe('')
})

test('Chinese words of showing are Chinese', () => {
  for (const [key, text] of flatten(castZh)) {
    expect(`${key}: ${text}`).toMatch(/\p{Script=Han}/u)
  }
})

test('a TV without a name is the TV', () => {
  expect(castEn.shown.showing('')).toBe('Shown on the TV')
  expect(castEn.shown.showing('Living room')).toBe('Shown on “Living room”')
})
