import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { DuetError } from '@duet/base'
import { FINGERPRINT, offerOf, type OfferOptions } from '../testing/offers.ts'
import { readOffer } from './offer.ts'

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof DuetError) return error.code
    throw error
  }
  return undefined
}

test('an offer is read as far as it concerns the server', () => {
  const offer = readOffer(offerOf())
  expect(offer).toMatchObject({
    ice: { ufrag: 'Clnt', pwd: 'clientpasswordclientpass' },
    fingerprints: [{ algorithm: 'sha-256', value: FINGERPRINT }],
    setup: 'actpass',
  })
  const [audio, video] = offer.media
  expect(audio).toMatchObject({
    mid: '0',
    kind: 'audio',
    direction: 'sendonly',
    ssrc: 1111,
    rtxSsrc: undefined,
    codecs: [{ name: 'OPUS', payloadType: 111, clockRate: 48_000, channels: 2 }],
  })
  expect(video).toMatchObject({ mid: '1', kind: 'video', ssrc: 2222, rtxSsrc: 3333 })
  expect(
    video?.codecs.map(({ name, payloadType, rtxPayloadType }) => [
      name,
      payloadType,
      rtxPayloadType,
    ]),
  ).toEqual([
    ['VP8', 96, 97],
    ['H264', 103, 104],
    ['H264', 107, undefined],
    ['H264', 109, undefined],
    ['VP9', 98, undefined],
    ['VP9', 100, undefined],
    ['AV1', 45, undefined],
  ])
  expect(video?.codecs[0]?.feedback).toContain('nack pli')
})

describe('what can not be read is refused', () => {
  test.each<[string, string | OfferOptions]>([
    ['nothing', ''],
    ['no SDP', 'hello'],
    ['no media', 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n'],
    ['no fingerprint', { fingerprint: '' }],
    ['a weak fingerprint', { fingerprint: `sha-1 ${FINGERPRINT}` }],
    ['a short fingerprint', { fingerprint: 'sha-256 AB:CD' }],
    ['a short ufrag', { ufrag: 'ab' }],
    ['a short pwd', { pwd: 'short' }],
    ['another setup', { setup: 'holdconn' }],
  ])('%s', (_, given) => {
    const sdp = typeof given === 'string' ? given : offerOf(given)
    expect(codeOf(() => readOffer(sdp))).toBe('bad-sdp')
  })

  test('sections outside of the BUNDLE group', () => {
    const sdp = offerOf().replace('a=group:BUNDLE 0 1', 'a=group:BUNDLE 0')
    expect(codeOf(() => readOffer(sdp))).toBe('bad-sdp')
  })
})

test('whatever an offer says, it is read or refused', () => {
  const lines = offerOf().split('\r\n')
  const anyEdit = fc.record({
    at: fc.nat(lines.length - 1),
    text: fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom(...lines),
      fc.constantFrom('m=video x y z', 'a=rtpmap:999999 VP8', 'a=ssrc-group:FID', 'a=extmap:x'),
    ),
    isAdded: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(anyEdit, { maxLength: 6 }), (edits) => {
      const edited = [...lines]
      for (const { at, text, isAdded } of edits) edited.splice(at, isAdded ? 0 : 1, text)
      expect([undefined, 'bad-sdp']).toContain(codeOf(() => readOffer(edited.join('\r\n'))))
    }),
    { numRuns: 2_000 },
  )
})
