import { expect, test } from 'bun:test'
import { CAPTURE_FAULT_SENTENCES, captureFaultSentence } from './capture-fault-sentences.ts'
import { CHECK_WORDS } from './check-words.ts'
import { DETAILS_WORDS } from './details-words.ts'
import { LANGUAGES } from './error-sentences.ts'
import { HOME_WORDS } from './home-words.ts'
import { LIVE_WORDS } from './live-words.ts'
import { MORE_WORDS } from './more-words.ts'
import { RECORDINGS_WORDS } from './recordings-words.ts'
import { TRUST_WORDS } from './trust-words.ts'

/** Words that are loaded with what needs them. */
const ALL: [name: string, words: { en: object; zh: object }][] = [
  ['home', HOME_WORDS],
  ['details', DETAILS_WORDS],
  ['more', MORE_WORDS],
  ['recordings', RECORDINGS_WORDS],
  ['live', LIVE_WORDS],
  ['check', CHECK_WORDS],
  ['trust', TRUST_WORDS],
]

/** Every word by its path; functions are called with samples. */
function flatten(words: object, path = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    const here = `${path}${key}`
    if (typeof value === 'function') {
      flat.set(here, (value as (...args: unknown[]) => string)('', '', ''))
    } else if (typeof value === 'string') flat.set(here, value)
    else for (const [inner, text] of flatten(value as object, `${here}.`)) flat.set(inner, text)
  }
  return flat
}

test.each(ALL)('both languages say everything of %s, and nothing is empty', (_name, words) => {
  const [english, chinese] = [flatten(words.en), flatten(words.zh)]
  expect([...chinese.keys()]).toEqual([...english.keys()])
  for (const text of [...english.values(), ...chinese.values()]) expect(text).not.toBe('')
})

test.each(ALL)('Chinese words of %s are Chinese', (_name, { zh }) => {
  for (const [key, text] of flatten(zh)) expect(`${key}: ${text}`).toMatch(/\p{Script=Han}/u)
})

test('every fault of a recording has its sentence in every language', () => {
  for (const sentence of Object.values(CAPTURE_FAULT_SENTENCES)) {
    for (const language of LANGUAGES) expect(sentence[language].length).toBeGreaterThan(10)
  }
  expect(captureFaultSentence('no-ffmpeg', 'en')).toContain('“ffmpeg”')
  expect(captureFaultSentence('from-the-future', 'zh')).toBe(CAPTURE_FAULT_SENTENCES.other.zh)
})
