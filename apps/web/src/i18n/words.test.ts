import { CLOSE_CODES, ERROR_CODES, ROOM_NAME_FAULTS } from '@duet/protocol'
import { expect, test } from 'bun:test'
import { FakeMemory } from '../testing/fakes.ts'
import { en } from './en.ts'
import { FAIL_SENTENCES, failSentence, LANGUAGES, ROOM_NAME_SENTENCES } from './error-sentences.ts'
import { firstLanguage, LanguageModel } from './language.ts'
import { zh } from './zh.ts'

/** Every word by its path; functions are called with samples. */
function flatten(words: object, path = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    const here = `${path}${key}`
    if (typeof value === 'function')
      flat.set(here, (value as (...args: unknown[]) => string)(1, 2, 3))
    else if (typeof value === 'string') flat.set(here, value)
    else for (const [inner, text] of flatten(value as object, `${here}.`)) flat.set(inner, text)
  }
  return flat
}

test('both languages say everything, and nothing is empty', () => {
  const [english, chinese] = [flatten(en), flatten(zh)]
  expect([...chinese.keys()]).toEqual([...english.keys()])
  for (const text of [...english.values(), ...chinese.values()]) expect(text).not.toBe('')
})

test('Chinese words are Chinese, but for names and numbers', () => {
  const foreign = new Set([
    'appName',
    'otherLanguage',
    'switchLanguage',
    'deviceNumber',
    ...Array.from(flatten(zh).keys()).filter((key) => key.endsWith('Code')),
  ])
  for (const [key, text] of flatten(zh)) {
    if (!foreign.has(key)) expect(`${key}: ${text}`).toMatch(/\p{Script=Han}/u)
  }
})

test('every code of the protocol has its sentence in every language', () => {
  const names = Object.values(CLOSE_CODES).map(({ name }) => name)
  for (const language of LANGUAGES) {
    for (const code of [...ERROR_CODES, ...names]) {
      expect(FAIL_SENTENCES[code][language].length).toBeGreaterThan(5)
    }
    for (const fault of ROOM_NAME_FAULTS) {
      expect(ROOM_NAME_SENTENCES[fault][language].length).toBeGreaterThan(3)
    }
  }
})

test('a code of a newer server is told as a fault of the server', () => {
  expect(failSentence('from-the-future', 'en')).toBe(FAIL_SENTENCES.internal.en)
  expect(failSentence('toString', 'zh')).toBe(FAIL_SENTENCES.internal.zh)
})

test.each([
  [['zh-TW', 'en'], 'zh'],
  [['de-CH', 'en-GB'], 'en'],
  [['fr'], 'en'],
  [[], 'en'],
] as const)('a browser that wants %p gets %s', (wanted, language) => {
  expect(firstLanguage(wanted)).toBe(language)
})

test('a chosen language is kept for the next visit', () => {
  const memory = new FakeMemory()
  const languages = new LanguageModel(memory, ['en-US'])
  expect(languages.words.value.join).toBe(en.join)
  languages.toggle()
  expect(languages.words.value.join).toBe(zh.join)
  expect(new LanguageModel(memory, ['en-US']).language.value).toBe('zh')
})

test('a language chosen in another tab holds in this one', () => {
  const memory = new FakeMemory()
  const [here, elsewhere] = [
    new LanguageModel(memory, ['en-US']),
    new LanguageModel(memory, ['en-US']),
  ]
  here.handleMemoryChange()
  expect(here.language.value).toBe('en')
  elsewhere.toggle()
  here.handleMemoryChange()
  expect(here.language.value).toBe('zh')
})
