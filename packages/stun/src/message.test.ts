import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { encodeMessage } from './encode.ts'
import { verifyIntegrity, type Integrity } from './integrity.ts'
import {
  attributeOf,
  attributesOf,
  decodeMessage,
  unknownAttributesOf,
  type StunAttribute,
  type StunMessage,
} from './message.ts'
import { ATTRIBUTE, METHOD } from './registry.ts'
import { encodeUint32 } from './values.ts'

const KEY = Uint8Array.of(1, 2, 3)
const SHA1: Integrity = { algorithm: 'sha-1', key: KEY }
const SHA256: Integrity = { algorithm: 'sha-256', key: KEY }
const REFRESH: StunMessage = {
  class: 'request',
  method: METHOD.refresh,
  transactionId: new Uint8Array(12).fill(7),
  attributes: [{ type: ATTRIBUTE.lifetime, value: encodeUint32(600) }],
}

/** The message with attributes after its end and a length that counts them. */
function append(bytes: Uint8Array, ...attributes: StunAttribute[]): Uint8Array {
  const tail = encodeMessage({ ...REFRESH, attributes }).subarray(20)
  const all = new Uint8Array([...bytes, ...tail])
  new DataView(all.buffer).setUint16(2, all.length - 20)
  return all
}

const UNSEALED = new Set<number>([
  ATTRIBUTE.fingerprint,
  ATTRIBUTE.messageIntegrity,
  ATTRIBUTE.messageIntegritySha256,
])

const arbitraryMessage = fc.record({
  class: fc.constantFrom('request', 'indication', 'success', 'error'),
  method: fc.integer({ min: 0, max: 0xfff }),
  transactionId: fc.uint8Array({ minLength: 12, maxLength: 12 }),
  attributes: fc.array(
    fc.record({
      type: fc.integer({ min: 0, max: 0xffff }).filter((type) => !UNSEALED.has(type)),
      value: fc.uint8Array({ maxLength: 60 }),
    }),
    { maxLength: 8 },
  ),
}) satisfies fc.Arbitrary<StunMessage>

describe('decodeMessage', () => {
  test('TU6 what follows MESSAGE-INTEGRITY is ignored', () => {
    const late = { type: ATTRIBUTE.lifetime, value: encodeUint32(0) }
    const message = decodeMessage(append(encodeMessage(REFRESH, { integrity: SHA1 }), late))
    if (!message) throw new Error('not decoded')
    expect(attributesOf(message, ATTRIBUTE.lifetime)).toEqual([encodeUint32(600)])
    expect(verifyIntegrity(message, SHA1)).toBe(true)
  })

  test('TU6 MESSAGE-INTEGRITY-SHA256 may follow MESSAGE-INTEGRITY, and seals as well', () => {
    const mac = { type: ATTRIBUTE.messageIntegritySha256, value: new Uint8Array(32) }
    const late = { type: ATTRIBUTE.data, value: KEY }
    const both = decodeMessage(append(encodeMessage(REFRESH, { integrity: SHA1 }), mac, late))
    expect(both?.integritySha256Offset).toBe(52)
    expect(both && attributeOf(both, ATTRIBUTE.data)).toBeUndefined()
    const alone = decodeMessage(append(encodeMessage(REFRESH, { integrity: SHA256 }), late))
    expect(alone && attributeOf(alone, ATTRIBUTE.data)).toBeUndefined()
    expect(alone && verifyIntegrity(alone, SHA256)).toBe(true)
  })

  test('TU6 a second MESSAGE-INTEGRITY does not replace the first', () => {
    const forged = { type: ATTRIBUTE.messageIntegrity, value: new Uint8Array(20) }
    const message = decodeMessage(append(encodeMessage(REFRESH, { integrity: SHA1 }), forged))
    expect(message && verifyIntegrity(message, SHA1)).toBe(true)
  })

  test('TU7 nothing may follow FINGERPRINT', () => {
    const bytes = encodeMessage(REFRESH, { fingerprint: true })
    expect(decodeMessage(bytes)).toBeDefined()
    expect(decodeMessage(append(bytes, { type: ATTRIBUTE.data, value: KEY }))).toBeUndefined()
  })

  test.each([12, 17, 33, 36])(
    'TU26 a MESSAGE-INTEGRITY-SHA256 of %i bytes is not valid',
    (length) => {
      const mac = { type: ATTRIBUTE.messageIntegritySha256, value: new Uint8Array(length) }
      const message = decodeMessage(encodeMessage({ ...REFRESH, attributes: [mac] }))
      expect(message && verifyIntegrity(message, SHA256)).toBe(false)
    },
  )

  test.each([0, 16, 19, 24])('TU26 a MESSAGE-INTEGRITY of %i bytes is not valid', (length) => {
    const mac = { type: ATTRIBUTE.messageIntegrity, value: new Uint8Array(length) }
    const message = decodeMessage(encodeMessage({ ...REFRESH, attributes: [mac] }))
    expect(message && verifyIntegrity(message, SHA1)).toBe(false)
  })

  test('TU4 of a repeated attribute the first counts', () => {
    const lifetimes = [1, 2].map((n) => ({ type: ATTRIBUTE.lifetime, value: encodeUint32(n) }))
    const message = decodeMessage(encodeMessage({ ...REFRESH, attributes: lifetimes }))
    expect(message && attributeOf(message, ATTRIBUTE.lifetime)).toEqual(encodeUint32(1))
  })

  test.each([
    ['an empty datagram', new Uint8Array(0)],
    ['a header cut short', encodeMessage(REFRESH).subarray(0, 19)],
    ['a missing byte', encodeMessage(REFRESH).subarray(0, -1)],
    ['bytes after the end', new Uint8Array([...encodeMessage(REFRESH), 0, 0, 0, 0])],
    ['another cookie', encodeMessage(REFRESH).with(4, 0x20)],
    ['the top bits set', encodeMessage(REFRESH).with(0, 0x80)],
    ['an attribute longer than the message', encodeMessage(REFRESH).with(22, 0xff)],
    ['an attribute one byte too long', encodeMessage(REFRESH).with(23, 5)],
  ])('TU1 %s is no message', (_name, bytes) => {
    expect(decodeMessage(bytes)).toBeUndefined()
  })

  test('TU5 unknown attributes that must be understood are found, each once', () => {
    const types = [0x7777, 0x7777, ATTRIBUTE.lifetime, 0x8777]
    const attributes = types.map((type) => ({ type, value: KEY }))
    const known = new Set<number>([ATTRIBUTE.lifetime])
    expect(unknownAttributesOf({ ...REFRESH, attributes }, known)).toEqual([0x7777])
  })
})

describe('properties', () => {
  test('what is encoded is decoded the same', () => {
    fc.assert(
      fc.property(
        arbitraryMessage,
        fc.constantFrom(undefined, SHA1, SHA256),
        fc.boolean(),
        (message, integrity, fingerprint) => {
          const decoded = decodeMessage(encodeMessage(message, { integrity, fingerprint }))
          if (!decoded) throw new Error('not decoded')
          expect(decoded.class).toBe(message.class)
          expect(decoded.method).toBe(message.method)
          expect(decoded.transactionId).toEqual(message.transactionId)
          expect([...decoded.attributes]).toEqual(message.attributes)
          expect(decoded.hasFingerprint).toBe(fingerprint)
          if (integrity) expect(verifyIntegrity(decoded, integrity)).toBe(true)
        },
      ),
    )
  })

  test('attack 20: random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeMessage(bytes)
      }),
      { numRuns: 2000 },
    )
  })

  test('attack 9: a changed message never throws and never verifies', () => {
    fc.assert(
      fc.property(
        arbitraryMessage,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (message, position, change) => {
          const bytes = encodeMessage(message, { integrity: SHA256 })
          const index = position % bytes.length
          bytes[index] = (bytes[index] ?? 0) ^ change
          const decoded = decodeMessage(bytes)
          if (decoded) expect(verifyIntegrity(decoded, SHA256)).toBe(false)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
