import { describe, expect, test } from 'bun:test'
import { fromHex } from '../rtp/testing/bytes.ts'
import { AeadPacketOpener, AeadPacketSealer } from './aead-packets.ts'
import type { CipherEngine } from './cipher-engine.ts'
import { InitializationVector } from './initialization-vector.ts'
import { deriveKey, KEY_LABEL, type SessionKeys } from './key-derivation.ts'
import { AEAD_TAG_BYTES, RTCP_INDEX_BYTES } from './profile.ts'
import { ENGINES } from './testing/engines.ts'
import { bufferWith } from './testing/packets.ts'

/** "Gallia est omnis divisa in partes tres", with SEQ f17b and a roll-over counter of 0. */
const GALLIA = fromHex(`
  8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070
  61727465 73207472 6573`)
/** A sender report that goes out with the index 5d4. */
const LUNA = fromHex(`
  81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef
  deadbeef deadbeef deadbeef`)
/** "Quid pro quo". */
const SALT = fromHex('51756964 2070726f 2071756f')

const AEAD_VECTORS = [
  [
    'AEAD_AES_128_GCM',
    {
      keys: sessionKeys(16),
      rtp: GALLIA,
      protectedRtp: fromHex(`
        8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a
        51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce`),
      rtcp: LUNA,
      protectedRtcp: fromHex(`
        81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda
        4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4`),
      taggedRtcp: fromHex(`
        81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef
        deadbeef deadbeef deadbeef 841dd968 3dd78ec9 2ae58790 125f62b3 000005d4`),
    },
  ],
  [
    'AEAD_AES_256_GCM',
    {
      keys: sessionKeys(32),
      rtp: GALLIA,
      protectedRtp: fromHex(`
        8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02
        76ffae0f 1ba63799 b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13`),
      rtcp: LUNA,
      protectedRtcp: fromHex(`
        81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1 110555be
        8415f658 c61de047 6f1b6fad 1d1eb30c 4446839f 57ff6f6c b26ac3be 800005d4`),
      taggedRtcp: fromHex(`
        81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef
        deadbeef deadbeef deadbeef 91db4afb feee5a97 8fab4393 ed2615fe 000005d4`),
    },
  ],
] as const

/** The same for SRTP and SRTCP: 00 01 02 … and the salt. */
function sessionKeys(size: number): SessionKeys {
  const key = Uint8Array.from({ length: size }, (_, index) => index)
  const keys = { key, salt: SALT, authenticationKey: new Uint8Array(0) }
  return { rtp: keys, rtcp: keys }
}

describe('RFC 3711 B.3: key derivation', () => {
  const master = {
    key: fromHex('E1F97A0D3E018BE0D64FA32C06DE4139'),
    salt: fromHex('0EC675AD498AFEEBB6960B3AABE6'),
  }
  test.each([
    ['cipher key', KEY_LABEL.rtpKey, 'C61E7A93744F39EE10734AFE3FF7A087'],
    ['cipher salt', KEY_LABEL.rtpSalt, '30CBBC08863D8C85D49DB34A9AE1'],
    [
      'authentication key',
      KEY_LABEL.rtpAuthentication,
      `CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE
       E049646C43D9327AD175578EF7227098 6371C10C9A369AC2F94A8C5FBCDDDC25
       6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2`,
    ],
  ])('%s', (_name, label, hex) => {
    const expected = fromHex(hex)
    expect(deriveKey(master, label, expected.length).toHex()).toBe(expected.toHex())
  })
})

describe('RFC 6188 7.2: key derivation with 256 bits', () => {
  const master = {
    key: fromHex('f0f04914b513f2763a1b1fa130f10e29 98f6f6e43e4309d1e622a0e332b9f1b6'),
    salt: fromHex('3b04803de51ee7c96423ab5b78d2'),
  }
  test.each([
    ['cipher key', 0, '5ba1064e30ec51613cad926c5a28ef73 1ec7fb397f70a960653caf06554cd8c4'],
    ['cipher salt', 2, 'fa31791685ca444a9e07c6c64e93'],
    ['authentication key', 1, 'fd9c32d39ed5fbb5a9dc96b30818454d1313dc05'],
  ])('%s', (_name, label, hex) => {
    const expected = fromHex(hex)
    expect(deriveKey(master, label, expected.length).toHex()).toBe(expected.toHex())
  })
})

describe.each(ENGINES)('the engine of %s', (_name, engine) => {
  test('RFC 3711 B.2: the key stream of AES-CM', () => {
    const cipher = engine.counterMode(fromHex('2B7E151628AED2A6ABF7158809CF4F3C'))
    const salt = fromHex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD')
    new InitializationVector(engine.iv, salt).write(new Uint8Array(12), 8, 0)
    const stream = new Uint8Array(16 * 0xff02)
    expect(cipher.crypt(stream, 0, stream.length)).toBe(true)
    const block = (number: number) => stream.subarray(16 * number, 16 * number + 16).toHex()
    expect([0, 1, 2, 0xfeff, 0xff00, 0xff01].map(block)).toEqual([
      'e03ead0935c95e80e166b16dd92b4eb4',
      'd23513162b02d0f72a43a2fe4a5f97ab',
      '41e95b3bb0a2e8dd477901e4fca894c0',
      'ec8cdf7398607cb0f2d21675ea9ea1e4',
      '362b7c3c6773516318a077d7fc5073ae',
      '6a2cc3787889374fbeb4c81b17ba6c44',
    ])
    cipher.close()
  })

  test('RFC 2202: HMAC-SHA1, also one that follows another', () => {
    const authenticator = engine.authenticator(new Uint8Array(20).fill(0x0b))
    const other = engine.authenticator(new TextEncoder().encode('Jefe'))
    const message = new TextEncoder().encode('Hi There')
    expect(authenticator.sign(message, message.length)).toBe(true)
    expect(engine.mac.toHex()).toBe('b617318655057264e28bc0b6fb378c8ef146be00')
    const question = new TextEncoder().encode('what do ya want for nothing?')
    expect(other.sign(question, question.length)).toBe(true)
    expect(engine.mac.toHex()).toBe('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79')
  })

  test.each(AEAD_VECTORS)('RFC 7714 16, 17: %s', (_title, vector) => {
    const { keys, rtp, protectedRtp, rtcp, protectedRtcp } = vector
    const sealer = new AeadPacketSealer(engine, keys)
    const opener = new AeadPacketOpener(engine, keys)

    const buffer = bufferWith(rtp)
    expect(sealer.sealRtp(buffer, 12, rtp.length, 0xf17b)).toBe(true)
    expect(buffer.subarray(0, protectedRtp.length).toHex()).toBe(protectedRtp.toHex())
    expect(opener.openRtp(buffer, 12, rtp.length, 0xf17b)).toBe(true)
    expect(buffer.subarray(0, rtp.length).toHex()).toBe(rtp.toHex())

    const control = bufferWith(rtcp)
    expect(sealer.sealRtcp(control, rtcp.length, 0x5d4)).toBe(true)
    expect(control.subarray(0, protectedRtcp.length).toHex()).toBe(protectedRtcp.toHex())
    expect(opener.openRtcp(control, rtcp.length, 0x5d4)).toBe(true)
    expect(control.subarray(0, rtcp.length).toHex()).toBe(rtcp.toHex())
    sealer.close()
    opener.close()
  })

  test.each(AEAD_VECTORS)('RFC 7714 17.3: %s, authenticated only', (_title, vector) => {
    const { keys, rtcp, taggedRtcp } = vector
    const opener = new AeadPacketOpener(engine, keys)
    const buffer = bufferWith(taggedRtcp)
    const length = taggedRtcp.length - AEAD_TAG_BYTES - RTCP_INDEX_BYTES
    expect(opener.openRtcp(buffer, length, 0x5d4)).toBe(true)
    expect(buffer.subarray(0, length).toHex()).toBe(rtcp.toHex())
    buffer[20] = (buffer[20] ?? 0) ^ 1
    expect(opener.openRtcp(buffer, length, 0x5d4)).toBe(false)
    opener.close()
  })

  test('tags without encryption of RFC 7714 16.1.3 come from the same key', () => {
    expectTagOnly(engine)
  })
})

function expectTagOnly(engine: CipherEngine): void {
  const [, vector] = AEAD_VECTORS[0]
  const packet = bufferWith(vector.rtp)
  const sealer = engine.aeadSealer(vector.keys.rtp.key)
  new InitializationVector(engine.iv, vector.keys.rtp.salt).write(packet, 8, 0xf17b)
  // Everything is authenticated only.
  expect(sealer.seal(packet, vector.rtp.length, vector.rtp.length, 0)).toBe(true)
  const tag = packet.subarray(vector.rtp.length, vector.rtp.length + AEAD_TAG_BYTES)
  expect(tag.toHex()).toBe('22493f82d2bce397e9d79e3b19aa4216')
  sealer.close()
}
