import { describe, expect, test } from 'bun:test'
import {
  createRoomLink,
  createRoomName,
  fromBase64Url,
  parseRoomLink,
  roomUrl,
  toBase64Url,
} from './link.ts'

const BASE = 'https://duet.example'
const KEY = 'k'.repeat(16)

describe('a new link', () => {
  test('is read back as it was made', () => {
    const { room, key, url } = createRoomLink(BASE)
    expect(parseRoomLink(url)).toEqual({ room, key })
    expect(fromBase64Url(key)).toHaveLength(16)
  })

  test('has a name of four words that can be read aloud', () => {
    expect(createRoomName()).toMatch(
      /^([b-z][aeiou][b-z][aeiou][b-z]-){3}[b-z][aeiou][b-z][aeiou][b-z]$/,
    )
  })

  test('never repeats', () => {
    const names = new Set(Array.from({ length: 2000 }, createRoomName))
    expect(names.size).toBe(2000)
  })

  test('draws every letter equally often', () => {
    const counts = new Map<string, number>()
    const names = Array.from({ length: 2000 }, createRoomName).join('').replaceAll('-', '')
    for (const letter of names) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    const vowels = Array.from('aeiou').map((letter) => counts.get(letter) ?? 0)
    const consonants = [...counts].filter(([letter]) => !'aeiou'.includes(letter)).map(([, n]) => n)
    // 16 000 vowels and 24 000 consonants: more than six standard deviations would be unfair.
    for (const count of vowels) expect(Math.abs(count - 3200)).toBeLessThan(320)
    expect(consonants).toHaveLength(16)
    for (const count of consonants) expect(Math.abs(count - 1500)).toBeLessThan(240)
  })
})

describe('a room address', () => {
  const names = [
    'lake',
    '湖 边',
    'قهوة',
    'кафе',
    'été',
    '🙂 room',
    "a'b(c)!*",
    'a+b&c=d%25',
    'a;b@c:d',
  ]
  for (const name of names) {
    test(`carries "${name}" there and back`, () => {
      expect(parseRoomLink(roomUrl(BASE, name, KEY))).toEqual({ room: name, key: KEY })
      expect(parseRoomLink(roomUrl(`${BASE}/`, name))).toEqual({ room: name, key: undefined })
    })
  }

  test('carries any key of 16 and more characters', () => {
    const long = 'é+/&=%#?'.repeat(100)
    expect(parseRoomLink(roomUrl(BASE, 'lake', long))).toEqual({ room: 'lake', key: long })
  })

  test('names a room in its one form', () => {
    expect(parseRoomLink(`${BASE}/r/%20LAKE%20%20side/`)?.room).toBe('lake side')
  })

  const keyless = ['', '#', '#k=', '#k=short', `#key=${KEY}`, `#${KEY}`, '#k=fifteen-letters']
  for (const fragment of keyless) {
    test(`has no key with "${fragment}"`, () => {
      expect(parseRoomLink(`${BASE}/r/lake${fragment}`)).toEqual({ room: 'lake', key: undefined })
    })
  }

  const wrong = ['', 'lake', '/r/lake', BASE, `${BASE}/r/`, `${BASE}/r/a/b`, `${BASE}/x/lake`]
  const bad = [
    `${BASE}/r/%E0%A4%A`,
    `${BASE}/r/a%2Fb`,
    `${BASE}/r/%00`,
    `${BASE}/r/${'x'.repeat(65)}`,
  ]
  for (const href of [...wrong, ...bad]) {
    test(`is not "${href.slice(0, 40)}"`, () => {
      expect(parseRoomLink(href)).toBeNull()
    })
  }
})

test('base64url goes there and back for every byte', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
  for (let length = 0; length <= 256; length++) {
    const text = toBase64Url(bytes.subarray(0, length))
    expect(text).toMatch(/^[\w-]*$/)
    expect(fromBase64Url(text)).toEqual(bytes.slice(0, length))
  }
})
