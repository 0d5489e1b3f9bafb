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

test('sections that go with others only are offered, whatever their port (RFC 8843 §6)', () => {
  const sdp = offerOf().replace('m=video 9', 'm=video 0')
  expect(readOffer(sdp).media.map(({ kind }) => kind)).toEqual(['audio', 'other'])
  const bundled = readOffer(sdp.replace('a=mid:1', 'a=mid:1\r\na=bundle-only'))
  expect(bundled.media.map(({ kind }) => kind)).toEqual(['audio', 'video'])
  expect(bundled.media[1]?.codecs.length).toBe(7)
})

test('of the sections that go with others, all must', () => {
  const sdp = offerOf().replace('m=video 9', 'm=video 0').replace('BUNDLE 0 1', 'BUNDLE 0')
  expect(codeOf(() => readOffer(sdp.replace('a=mid:1', 'a=mid:1\r\na=bundle-only')))).toBe(
    'bad-sdp',
  )
})

describe('what repeats what', () => {
  test.each([
    ['by its payload type', ['a=fmtp:97 apt=96'], 97],
    ['with more parameters', ['a=fmtp:97 rtx-time=200; apt=96'], 97],
    ['another one', ['a=fmtp:97 apt=9'], undefined],
    ['a longer one', ['a=fmtp:97 apt=960'], undefined],
    ['none', [], undefined],
    ['nothing', ['a=fmtp:97 apt='], undefined],
    ['the first of two', ['a=fmtp:97 apt=96', 'a=rtpmap:98 rtx/90000', 'a=fmtp:98 apt=96'], 97],
  ])('%s', (_, lines, expected) => {
    const videoCodecs = ['a=rtpmap:96 VP8/90000', 'a=rtpmap:97 rtx/90000', ...lines]
    const [, video] = readOffer(offerOf({ videoCodecs })).media
    expect(video?.codecs).toMatchObject([{ payloadType: 96, rtxPayloadType: expected }])
  })
})

test('payload types without a number, or where RTCP would be, are none', () => {
  const videoCodecs = ['a=rtpmap: VP8/90000', 'a=rtpmap:72 VP8/90000', 'a=rtpmap:200 VP8/90000']
  expect(readOffer(offerOf({ videoCodecs })).media[1]?.codecs).toEqual([])
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
