import { describe, expect, test } from 'bun:test'
import type { SessionKind } from '../media-server.ts'
import { FINGERPRINT, offerOf, type OfferOptions } from '../testing/offers.ts'
import { writeAnswer } from './answer.ts'
import { agree } from './choose.ts'
import type { VideoCodecName } from './codecs.ts'
import { readFragment, writeFragment } from './fragment.ts'
import { readOffer } from './offer.ts'

function answerTo(
  kind: SessionKind,
  options: OfferOptions = {},
  preferred?: VideoCodecName,
): string[] {
  const direction = kind === 'publish' ? 'sendonly' : 'recvonly'
  const offer = readOffer(offerOf({ direction, ...options }))
  const media = agree(offer.media, kind, preferred)
  return writeAnswer({
    kind,
    ice: { ufrag: 'Srvr', pwd: 'serverpasswordserverpass' },
    fingerprint: { algorithm: 'sha-256', value: FINGERPRINT },
    setup: 'passive',
    candidates: [
      { host: '192.0.2.1', port: 8000 },
      { host: '2001:db8::1', port: 8000 },
    ],
    media,
    flows: new Map([
      ['0', { ssrc: 10, rtxSsrc: 11 }],
      ['1', { ssrc: 20, rtxSsrc: 21 }],
    ]),
    cname: 'name',
  }).split('\r\n')
}

/** The lines of one section, without the `m=` line. */
function sectionOf(lines: readonly string[], type: string): string[] {
  const start = lines.findIndex((line) => line.startsWith(`m=${type}`))
  const end = lines.findIndex((line, index) => index > start && line.startsWith('m='))
  return lines.slice(start, end < 0 ? undefined : end)
}

describe('every answer', () => {
  test.each(['publish', 'play'] as const)('%s: ICE-lite, passive, all candidates', (kind) => {
    const lines = answerTo(kind)
    expect(lines).toContain('a=ice-lite')
    expect(lines).toContain('a=group:BUNDLE 0 1')
    for (const type of ['audio', 'video']) {
      expect(sectionOf(lines, type)).toEqual(
        expect.arrayContaining([
          'a=ice-ufrag:Srvr',
          'a=ice-pwd:serverpasswordserverpass',
          `a=fingerprint:sha-256 ${FINGERPRINT}`,
          'a=setup:passive',
          'a=rtcp-mux',
          'a=candidate:1 1 udp 2130706431 192.0.2.1 8000 typ host',
          'a=candidate:2 1 udp 2130706175 2001:db8::1 8000 typ host',
          'a=end-of-candidates',
          kind === 'publish' ? 'a=recvonly' : 'a=sendonly',
        ]),
      )
    }
  })

  test('what is no audio and no video is answered with port 0', () => {
    const more = [
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      'a=ice-ufrag:Clnt',
      'a=mid:2',
      'a=sctp-port:5000',
    ]
    const lines = answerTo('publish', { more })
    expect(lines).toContain('m=application 0 UDP/DTLS/SCTP webrtc-datachannel')
    expect(lines).toContain('a=group:BUNDLE 0 1')
  })
})

describe('to a publisher', () => {
  test.each([
    ['the first that it offers', undefined, 'm=video 9 UDP/TLS/RTP/SAVPF 96 97'],
    ['H.264', 'H264', 'm=video 9 UDP/TLS/RTP/SAVPF 103 104'],
    ['VP9', 'VP9', 'm=video 9 UDP/TLS/RTP/SAVPF 98'],
    ['AV1', 'AV1', 'm=video 9 UDP/TLS/RTP/SAVPF 45'],
  ] as const)('one codec: %s', (_, preferred, line) => {
    expect(answerTo('publish', {}, preferred)).toContain(line)
  })

  test('a codec that it does not offer is not insisted on', () => {
    const options = { videoCodecs: ['a=rtpmap:96 VP8/90000'], videoPayloads: '96' }
    expect(answerTo('publish', options, 'AV1')).toContain('m=video 9 UDP/TLS/RTP/SAVPF 96')
  })

  test('its numbers of extensions, and feedback that it offers', () => {
    const video = sectionOf(answerTo('publish'), 'video')
    expect(video.filter((line) => line.startsWith('a=extmap'))).toEqual([
      'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
      'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
      'a=extmap:5 urn:3gpp:video-orientation',
    ])
    expect(video.filter((line) => line.startsWith('a=rtcp-fb'))).toEqual([
      'a=rtcp-fb:96 nack',
      'a=rtcp-fb:96 nack pli',
      'a=rtcp-fb:96 ccm fir',
      'a=rtcp-fb:96 transport-cc',
      'a=rtcp-fb:96 goog-remb',
    ])
    expect(sectionOf(answerTo('publish'), 'audio')).toContain(
      'a=fmtp:111 minptime=10;useinbandfec=1',
    )
  })
})

describe('to a player', () => {
  test('every codec that can be forwarded, since nobody knows what comes', () => {
    expect(answerTo('play')).toContain('m=video 9 UDP/TLS/RTP/SAVPF 96 103 109 98 45 97 104')
  })

  test('its own estimate is asked for, by the time of sending', () => {
    const video = sectionOf(answerTo('play'), 'video')
    expect(video).toContain('a=rtcp-fb:96 goog-remb')
    expect(video.join()).not.toContain('transport-cc')
    expect(video).toContain('a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time')
  })

  test('what will come', () => {
    expect(sectionOf(answerTo('play'), 'video')).toEqual(
      expect.arrayContaining([
        'a=ssrc-group:FID 20 21',
        'a=ssrc:20 cname:name',
        'a=ssrc:21 cname:name',
      ]),
    )
  })
})

describe('directions', () => {
  test.each([
    ['publish', 'sendrecv', 9],
    ['publish', 'recvonly', 0],
    ['play', 'sendrecv', 9],
    ['play', 'sendonly', 0],
  ] as const)('%s answers %s with port %d', (kind, direction, port) => {
    expect(answerTo(kind, { direction }).filter((line) => line.startsWith('m='))).toEqual([
      expect.stringMatching(new RegExp(`^m=audio ${port} `)),
      expect.stringMatching(new RegExp(`^m=video ${port} `)),
    ])
  })

  test('of two sections of a kind the first is taken', () => {
    const more = [
      'm=video 9 UDP/TLS/RTP/SAVPF 96',
      'a=mid:2',
      'a=sendonly',
      'a=rtpmap:96 VP8/90000',
    ]
    const lines = answerTo('publish', { more }).filter((line) => line.startsWith('m=video'))
    expect(lines).toEqual(['m=video 9 UDP/TLS/RTP/SAVPF 96 97', 'm=video 0 UDP/TLS/RTP/SAVPF 96'])
  })
})

describe('fragments', () => {
  test('credentials are read and written', () => {
    const ice = { ufrag: 'Abcd', pwd: 'passwordpasswordpassword' }
    const text = writeFragment(ice, [{ host: '192.0.2.1', port: 8000 }], '0')
    expect(readFragment(text)).toEqual({ ice })
    expect(text).toContain('a=candidate:1 1 udp 2130706431 192.0.2.1 8000 typ host\r\n')
  })

  test.each(['', 'a=ice-ufrag:Abcd', 'a=ice-ufrag:Ab\r\na=ice-pwd:x', 'nonsense'])(
    '%j is none',
    (text) => {
      expect(() => readFragment(text)).toThrow('ice-ufrag')
    },
  )
})
