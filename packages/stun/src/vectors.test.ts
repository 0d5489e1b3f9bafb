import { describe, expect, test } from 'bun:test'
import { longTermKey, shortTermKey } from './credentials.ts'
import { encodeMessage } from './encode.ts'
import { verifyIntegrity, type Integrity } from './integrity.ts'
import { attributeOf, decodeMessage, type ReceivedMessage } from './message.ts'
import { ATTRIBUTE, METHOD } from './registry.ts'
import { formatAddress } from './transport-address.ts'
import { decodeText, decodeXorAddress, encodeText } from './values.ts'

/** RFC 5769 §2.1. */
const REQUEST = `
  00010058 2112a442 b7e7a701 bc34d686 fa87dfae 80220010 5354554e 20746573 7420636c 69656e74
  00240004 6e0001ff 80290008 932ff9b1 51263b36 00060009 6576746a 3a683676 59202020 00080014
  9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2 80280004 e57a3bcf`
/** RFC 5769 §2.2. */
const RESPONSE_IPV4 = `
  0101003c 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200008
  0001a147 e112a643 00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7 80280004 c07d4c96`
/** RFC 5769 §2.3. */
const RESPONSE_IPV6 = `
  01010048 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200014
  0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9 00080014 a382954e 4be67bf1 1784c97c 8292c275
  bfe3ed41 80280004 c8fb0b4c`
/** RFC 5769 §2.4. */
const LONG_TERM_REQUEST = `
  00010060 2112a442 78ad3433 c6ad72c0 29da412e 00060012 e3839ee3 8388e383 aae38383 e382afe3
  82b90000 0015001c 662f2f34 39396b39 35346436 4f4c3334 6f4c3946 53547679 36347341 0014000b
  6578616d 706c652e 6f726700 00080014 f6702465 6dd64a3e 02b8e071 2e85c9a2 8ca89666`
/** RFC 8489 §B.1 with erratum 6268. */
const SHA256_REQUEST = `
  00010090 2112a442 78ad3433 c6ad72c0 29da412e 001e0020 4a3cf38f ef6992bd a952c678 0417da0f
  24819415 569e60b2 05c46e41 407f1704 00150029 6f624d61 744a6f73 32414141 43662f2f 3439396b
  39353464 364f4c33 346f4c39 46535476 79363473 41000000 0014000b 6578616d 706c652e 6f726700
  001d0004 00020000 001c0020 b5c7bf00 5b6c52a2 1c51c5e8 92f81924 136296cb 927c4314 9309278c
  c6518e65`

const SHORT_TERM: Integrity = { algorithm: 'sha-1', key: shortTermKey('VOkJxbRl1RmTxUk/WvJxBt') }
const CREDENTIALS = {
  username: '\u30de\u30c8\u30ea\u30c3\u30af\u30b9',
  realm: 'example.org',
  password: 'TheMatrIX',
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex.replaceAll(/\s/g, ''))
}

function decoded(hex: string): ReceivedMessage {
  const message = decodeMessage(fromHex(hex))
  if (!message) throw new Error('the vector does not decode')
  return message
}

function textIn(message: ReceivedMessage, type: number): string | undefined {
  return decodeText(attributeOf(message, type) ?? new Uint8Array(0))
}

const LONG_TERM: Integrity = { algorithm: 'sha-1', key: longTermKey('md5', CREDENTIALS) }
const LONG_TERM_SHA256: Integrity = {
  algorithm: 'sha-256',
  key: longTermKey('sha-256', CREDENTIALS),
}

describe('RFC 5769', () => {
  test('TU26 2.1 a request with short-term credentials', () => {
    const message = decoded(REQUEST)
    expect(message.class).toBe('request')
    expect(message.method).toBe(METHOD.binding)
    expect(message.hasFingerprint).toBe(true)
    expect(textIn(message, ATTRIBUTE.software)).toBe('STUN test client')
    expect(textIn(message, ATTRIBUTE.username)).toBe('evtj:h6vY')
    expect(verifyIntegrity(message, SHORT_TERM)).toBe(true)
    expect(verifyIntegrity(message, { ...SHORT_TERM, key: shortTermKey('other') })).toBe(false)
  })

  test.each([
    ['2.2 an IPv4 response', RESPONSE_IPV4, '192.0.2.1:32853'],
    ['2.3 an IPv6 response', RESPONSE_IPV6, '[2001:db8:1234:5678:11:2233:4455:6677]:32853'],
  ])('%s', (_name, hex, address) => {
    const message = decoded(hex)
    const value = attributeOf(message, ATTRIBUTE.xorMappedAddress) ?? new Uint8Array(0)
    const mapped = decodeXorAddress(value, message.transactionId)
    expect(message.class).toBe('success')
    expect(mapped === undefined ? undefined : formatAddress(mapped)).toBe(address)
    expect(verifyIntegrity(message, SHORT_TERM)).toBe(true)
  })

  test('2.4 a request with long-term credentials, read and written', () => {
    const message = decoded(LONG_TERM_REQUEST)
    expect(textIn(message, ATTRIBUTE.username)).toBe(CREDENTIALS.username)
    expect(verifyIntegrity(message, LONG_TERM)).toBe(true)
    const written = encodeMessage(
      {
        class: 'request',
        method: METHOD.binding,
        transactionId: message.transactionId,
        attributes: [
          { type: ATTRIBUTE.username, value: encodeText(CREDENTIALS.username) },
          { type: ATTRIBUTE.nonce, value: encodeText('f//499k954d6OL34oL9FSTvy64sA') },
          { type: ATTRIBUTE.realm, value: encodeText(CREDENTIALS.realm) },
        ],
      },
      { integrity: LONG_TERM },
    )
    expect(written.toHex()).toBe(fromHex(LONG_TERM_REQUEST).toHex())
  })

  test.each([
    ['2.1', REQUEST],
    ['2.2', RESPONSE_IPV4],
    ['2.3', RESPONSE_IPV6],
  ])('TU3 %s is written as it was read, but with padding of zeros', (_name, hex) => {
    const message = decoded(hex)
    const written = encodeMessage(message, { integrity: SHORT_TERM, fingerprint: true })
    const again = decodeMessage(written)
    expect(written.length).toBe(message.bytes.length)
    expect(again?.attributes).toEqual(message.attributes)
    expect(again && verifyIntegrity(again, SHORT_TERM)).toBe(true)
    // All of them are padded with spaces.
    expect(fromHex(hex).indexOf(0x20)).toBeGreaterThan(0)
    expect(written.toHex()).not.toBe(fromHex(hex).toHex())
  })

  test.each([
    ['2.1', REQUEST],
    ['2.2', RESPONSE_IPV4],
    ['2.3', RESPONSE_IPV6],
  ])('%s with any bit changed is neither read nor verified', (_name, hex) => {
    for (let bit = 0; bit < fromHex(hex).length * 8; bit += 1) {
      const bytes = fromHex(hex)
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const message = decodeMessage(bytes)
      const isIntact = message?.hasFingerprint === true && verifyIntegrity(message, SHORT_TERM)
      expect(isIntact).toBe(false)
    }
  })
})

test.each([
  ['RFC 5769 2.4', LONG_TERM_REQUEST, LONG_TERM],
  ['RFC 8489 B.1', SHA256_REQUEST, LONG_TERM_SHA256],
])('TU26 %s with any bit changed is not verified', (_name, hex, integrity) => {
  for (let bit = 0; bit < fromHex(hex).length * 8; bit += 1) {
    const bytes = fromHex(hex)
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    const message = decodeMessage(bytes)
    expect(message !== undefined && verifyIntegrity(message, integrity)).toBe(false)
  }
})

test('TU26 RFC 8489 B.1 with erratum 6268, read and written', () => {
  const message = decoded(SHA256_REQUEST)
  expect(verifyIntegrity(message, LONG_TERM_SHA256)).toBe(true)
  const written = encodeMessage(message, { integrity: LONG_TERM_SHA256 })
  expect(written.toHex()).toBe(fromHex(SHA256_REQUEST).toHex())
  const other = longTermKey('md5', CREDENTIALS)
  expect(verifyIntegrity(message, { algorithm: 'sha-256', key: other })).toBe(false)
})
