import { expect, test } from 'bun:test'
import { ringingEn } from './ringing-en.ts'
import { ringingZh } from './ringing-zh.ts'

/** A call that was refused is told by the sentence of its code. */
const MAY_BE_EMPTY = new Set(['next.refused'])

/** Every word by its path; functions are called with a sample. */
function flatten(words: object, path = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    const here = `${path}${key}`
    if (MAY_BE_EMPTY.has(here)) continue
    if (typeof value === 'function') flat.set(here, (value as (sample: string) => string)(''))
    else if (typeof value === 'string') flat.set(here, value)
    else for (const [inner, text] of flatten(value as object, `${here}.`)) flat.set(inner, text)
  }
  return flat
}

test('both languages say everything on ringing, and nothing is empty', () => {
  const [english, chinese] = [flatten(ringingEn), flatten(ringingZh)]
  expect([...chinese.keys()]).toEqual([...english.keys()])
  for (const text of [...english.values(), ...chinese.values()]) expect(text).not.toBe('')
})

test('Chinese words of ringing are Chinese', () => {
  for (const [key, text] of flatten(ringingZh)) {
    expect(`${key}: ${text}`).toMatch(/\p{Script=Han}/u)
  }
})

test('a person without a name is the other person', () => {
  expect(ringingEn.ends.busy('')).toBe('The other person is in another call')
  expect(ringingEn.ends.busy('Ann')).toBe('Ann is in another call')
})
