import { describe, expect, test } from 'bun:test'
import type { Description } from '@duet/protocol'
import { fingerprintsOf, Keyring } from './keyring.ts'

const KEY = 'a-key-of-a-link-1234'
const FINGERPRINT = `sha-256 ${Array(32).fill('AB').join(':')}`
const OTHER = `sha-256 ${Array(32).fill('CD').join(':')}`

function describing(type: 'offer' | 'answer', ...fingerprints: string[]): Description {
  const lines = [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  ]
  for (const value of fingerprints) lines.push(`a=fingerprint:${value}`)
  return { type, sdp: [...lines, ''].join('\r\n') }
}

const offer = describing('offer', FINGERPRINT)
const answer = describing('answer', OTHER)
const ring = new Keyring(KEY, 'lake')

describe('a proof', () => {
  test('is right for its description on the other side of the link', async () => {
    const auth = await ring.sign(offer, null)
    expect(await new Keyring(KEY, 'lake').verify(offer, null, auth)).toBe(true)
  })

  test('does not mind what the server may change: candidates, codecs, order, case', async () => {
    const auth = await ring.sign(offer, null)
    const sdp = `${offer.sdp}a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n`.replaceAll('AB', 'ab')
    expect(await ring.verify({ type: 'offer', sdp }, null, auth)).toBe(true)
  })

  const forged: [string, Description, Description | null][] = [
    ['a changed fingerprint', describing('offer', OTHER), null],
    ['an added second fingerprint', describing('offer', FINGERPRINT, OTHER), null],
    ['no fingerprint', describing('offer'), null],
    ['a swapped type', describing('answer', FINGERPRINT), null],
    ['an answer to nothing in place of an offer', describing('answer', FINGERPRINT), offer],
    ['an offer that names another offer', offer, offer],
    [
      'a fingerprint hidden from strict readers',
      { type: 'offer', sdp: `${offer.sdp}A=Fingerprint: ${OTHER} x\r\n` },
      null,
    ],
    [
      'a fingerprint after a bare line feed',
      { type: 'offer', sdp: `${offer.sdp}s=x\na=fingerprint:${OTHER}\n` },
      null,
    ],
    [
      'a fingerprint after a bare carriage return',
      { type: 'offer', sdp: `${offer.sdp}s=x\ra=fingerprint:${OTHER}\r` },
      null,
    ],
  ]
  for (const [name, description, about] of forged) {
    test(`is wrong for ${name}`, async () => {
      expect(await ring.verify(description, about, await ring.sign(offer, null))).toBe(false)
    })
  }

  test('of an answer is wrong for another offer', async () => {
    const auth = await ring.sign(answer, offer)
    expect(await ring.verify(answer, offer, auth)).toBe(true)
    expect(await ring.verify(answer, describing('offer', OTHER), auth)).toBe(false)
    expect(await ring.verify(answer, null, auth)).toBe(false)
  })

  test('of nothing is no proof, even when it was made with the link', async () => {
    const empty = describing('offer')
    expect(await ring.verify(empty, null, await ring.sign(empty, null))).toBe(false)
  })

  test('is wrong in another room and with another key', async () => {
    const auth = await ring.sign(offer, null)
    expect(await new Keyring(KEY, 'pond').verify(offer, null, auth)).toBe(false)
    expect(await new Keyring(`${KEY}x`, 'lake').verify(offer, null, auth)).toBe(false)
  })

  for (const auth of ['', 'AAAA', '!!!', '\u0000', 'x'.repeat(10_000), '中文']) {
    test(`is not "${auth.slice(0, 10)}"`, async () => {
      expect(await ring.verify(offer, null, auth)).toBe(false)
    })
  }
})

describe('a sealed line', () => {
  test('is opened by the same link', async () => {
    const text = 'good evening 你好 🙂'
    expect(await new Keyring(KEY, 'lake').open(await ring.seal(text))).toBe(text)
  })

  test('never looks the same', async () => {
    expect(await ring.seal('yes')).not.toBe(await ring.seal('yes'))
  })

  test('is not opened by another key or room, nor when it was changed', async () => {
    const sealed = await ring.seal('yes')
    expect(await new Keyring(`${KEY}x`, 'lake').open(sealed)).toBeNull()
    expect(await new Keyring(KEY, 'pond').open(sealed)).toBeNull()
    const changed = (sealed.startsWith('A') ? 'B' : 'A') + sealed.slice(1)
    expect(await ring.open(changed)).toBeNull()
    expect(await ring.open('')).toBeNull()
    expect(await ring.open('not base64 !')).toBeNull()
  })

  test('is not a proof, nor is a proof a sealed line', async () => {
    expect(await ring.open(await ring.sign(offer, null))).toBeNull()
    expect(await ring.verify(offer, null, await ring.seal('yes'))).toBe(false)
  })
})

test('fingerprints are told once and in one order', () => {
  const one = describing('offer', FINGERPRINT, OTHER, FINGERPRINT)
  expect(fingerprintsOf(one)).toHaveLength(2)
  expect(fingerprintsOf(one)).toEqual(fingerprintsOf(describing('offer', OTHER, FINGERPRINT)))
})
