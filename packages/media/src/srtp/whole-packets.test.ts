import { describe, expect, test } from 'bun:test'
import { fromHex } from '../rtp/testing/bytes.ts'
import type { SrtpProfile } from './keys.ts'
import { createSrtpTransform } from './srtp-transform.ts'
import { ENGINES } from './testing/engines.ts'
import { bufferWith } from './testing/packets.ts'

const RTP = fromHex('800f1234decafbadcafebabe abababababababababababababababab')
const RTCP = fromHex('81c8000bcafebabe abababababababababababababababab')

/** Packets from master keys to the wire, as libsrtp's own `srtp_driver` expects them. */
const WHOLE: [SrtpProfile, { key: string; salt: string; rtp: string; rtcp: string }][] = [
  [
    'SRTP_AES128_CM_SHA1_80',
    {
      key: 'e1f97a0d3e018be0d64fa32c06de4139',
      salt: '0ec675ad498afeebb6960b3aabe6',
      rtp: `800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb`,
      rtcp: `81c8000bcafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798`,
    },
  ],
  [
    'SRTP_AEAD_AES_128_GCM',
    {
      key: '000102030405060708090a0b0c0d0e0f',
      salt: 'a0a1a2a3a4a5a6a7a8a9aaab',
      rtp: `800f1234decafbadcafebabe c5002ede04cfdd2eb91159e0880aa06e
            d2976826f796b201df3131a127e8a392`,
      rtcp: `81c8000bcafebabe c98b8b5df0392a55852b6c21ac8e7025
             c52c6fbea2b3b446ea31123ba88ce61e 80000001`,
    },
  ],
]

describe.each(ENGINES)('whole packets by %s', (_name, engine) => {
  test.each(WHOLE)('%s', (profile, { key, salt, rtp, rtcp }) => {
    const master = { key: fromHex(key), salt: fromHex(salt) }
    const transform = createSrtpTransform({ profile, local: master, remote: master }, engine)
    const buffer = bufferWith(RTP)
    const length = transform.protectRtp(buffer, RTP.length)
    expect(buffer.subarray(0, length).toHex()).toBe(fromHex(rtp).toHex())
    expect(transform.unprotectRtp(buffer, length)).toBe(RTP.length)
    expect(buffer.subarray(0, RTP.length).toHex()).toBe(RTP.toHex())

    // That report has the index 1: ours begin with 0.
    const report = fromHex(rtcp)
    const control = bufferWith(RTCP)
    transform.protectRtcp(control.slice(), RTCP.length)
    const controlLength = transform.protectRtcp(control, RTCP.length)
    expect(control.subarray(0, controlLength).toHex()).toBe(report.toHex())
    expect(transform.unprotectRtcp(report, report.length)).toBe(RTCP.length)
    expect(report.subarray(0, RTCP.length).toHex()).toBe(RTCP.toHex())
    transform.close()
  })
})
