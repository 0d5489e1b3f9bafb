import { expect, test } from 'bun:test'
import { SRTP_PROFILES } from '../srtp/keys.ts'
import { exportSize, isSrtpProfile, splitExport } from './srtp-key-export.ts'

/** 0, 1, 2 and so on: a byte says where it was. */
const exported = Uint8Array.from({ length: 88 }, (_, at) => at)
const range = (start: number, end: number) => exported.slice(start, end)

test.each([
  ['SRTP_AEAD_AES_128_GCM', [0, 16, 32, 44, 56]],
  ['SRTP_AEAD_AES_256_GCM', [0, 32, 64, 76, 88]],
  ['SRTP_AES128_CM_SHA1_80', [0, 16, 32, 46, 60]],
] as const)('%s: both keys and then both salts', (profile, [at0, at1, at2, at3, at4]) => {
  const client = { key: range(at0, at1), salt: range(at2, at3) }
  const server = { key: range(at1, at2), salt: range(at3, at4) }
  expect(exportSize(profile)).toBe(at4)
  expect(splitExport(exported, profile, 'active')).toEqual({
    profile,
    local: client,
    remote: server,
  })
  expect(splitExport(exported, profile, 'passive')).toEqual({
    profile,
    local: server,
    remote: client,
  })
})

test('a profile is one of ours', () => {
  expect(SRTP_PROFILES.every(isSrtpProfile)).toBe(true)
  expect(['SRTP_AES128_CM_SHA1_32', 'toString', ''].some(isSrtpProfile)).toBe(false)
})
