import { USER_NAME_FAULTS } from '@duet/protocol'
import { expect, test } from 'bun:test'
import { API_CODES, API_SENTENCES, apiCodeOf, apiSentence } from './api-sentences.ts'
import { LANGUAGES } from './error-sentences.ts'
import { peopleEn } from './people-en.ts'
import { peopleZh } from './people-zh.ts'

/** Every word by its path; functions are called with samples. */
function flatten(words: object, path = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    const here = `${path}${key}`
    if (typeof value === 'function') flat.set(here, (value as (sample: number) => string)(7))
    else if (typeof value === 'string') flat.set(here, value)
    else for (const [inner, text] of flatten(value as object, `${here}.`)) flat.set(inner, text)
  }
  return flat
}

test('both languages say everything on the account pages, and nothing is empty', () => {
  const [english, chinese] = [flatten(peopleEn), flatten(peopleZh)]
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  for (const text of [...english.values(), ...chinese.values()]) expect(text).not.toBe('')
})

test('Chinese words of the account pages are Chinese', () => {
  for (const [key, text] of flatten(peopleZh)) {
    expect(`${key}: ${text}`).toMatch(/\p{Script=Han}/u)
  }
})

test('every code of the account API has its sentence in every language', () => {
  for (const language of LANGUAGES) {
    for (const code of API_CODES) {
      expect(API_SENTENCES[code][language].length).toBeGreaterThan(5)
    }
  }
})

test('a refused user name is told by its fault', () => {
  for (const language of LANGUAGES) {
    const told = USER_NAME_FAULTS.map((detail) =>
      apiSentence({ code: 'bad-user-name', detail }, language),
    )
    expect(new Set(told).size).toBe(USER_NAME_FAULTS.length)
  }
  expect(apiSentence({ code: 'bad-user-name', detail: 'toString' }, 'en')).toBe(
    API_SENTENCES['bad-user-name'].en,
  )
})

test('too many tries say how long to wait', () => {
  expect(apiSentence({ code: 'rate-limited', retryAfterS: 30 }, 'en')).toContain('30 seconds')
  expect(apiSentence({ code: 'rate-limited', retryAfterS: 600 }, 'zh')).toContain('10 分钟')
  expect(apiSentence({ code: 'rate-limited' }, 'en')).toBe(API_SENTENCES['rate-limited'].en)
})

test('the code of a newer server is told as a fault of the server', () => {
  expect(apiCodeOf('from-the-future')).toBe('internal')
  expect(apiCodeOf(undefined)).toBe('internal')
  expect(apiCodeOf('used-up')).toBe('used-up')
})
