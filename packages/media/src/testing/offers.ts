/** What a browser offers, shortened to what is of concern here. */
export interface OfferOptions {
  direction?: 'sendonly' | 'recvonly' | 'sendrecv'
  setup?: string
  audio?: boolean
  video?: boolean
  /** Lines of the video section from its codecs on. */
  videoCodecs?: readonly string[]
  videoPayloads?: string
  more?: readonly string[]
  ssrcs?: boolean
  fingerprint?: string
  ufrag?: string
  pwd?: string
}

export const FINGERPRINT = Array.from({ length: 32 }, () => 'AB').join(':')

/** Chromium's codecs for video, with two profiles of H.264. */
const VIDEO_CODECS = [
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:96 goog-remb',
  'a=rtcp-fb:96 transport-cc',
  'a=rtcp-fb:96 ccm fir',
  'a=rtcp-fb:96 nack',
  'a=rtcp-fb:96 nack pli',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=rtpmap:103 H264/90000',
  'a=rtcp-fb:103 nack',
  'a=rtcp-fb:103 nack pli',
  'a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f',
  'a=rtpmap:104 rtx/90000',
  'a=fmtp:104 apt=103',
  'a=rtpmap:107 H264/90000',
  'a=fmtp:107 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f',
  'a=rtpmap:109 H264/90000',
  'a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f',
  'a=rtpmap:98 VP9/90000',
  'a=fmtp:98 profile-id=0',
  'a=rtpmap:100 VP9/90000',
  'a=fmtp:100 profile-id=2',
  'a=rtpmap:45 AV1/90000',
  'a=fmtp:45 level-idx=5;profile=0;tier=0',
]

/** An offer of one audio and one video section. */
export function offerOf(options: OfferOptions = {}): string {
  const { audio = true, video = true, direction = 'sendonly', setup = 'actpass' } = options
  const { fingerprint = `sha-256 ${FINGERPRINT}`, ufrag = 'Clnt', ssrcs = true } = options
  const { pwd = 'clientpasswordclientpass' } = options
  const common = [
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    `a=fingerprint:${fingerprint}`,
    `a=setup:${setup}`,
    `a=${direction}`,
    'a=rtcp-mux',
    'a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
  ]
  const sections = [
    ...(audio
      ? [
          'm=audio 9 UDP/TLS/RTP/SAVPF 111 0',
          ...common,
          'a=mid:0',
          'a=rtpmap:111 opus/48000/2',
          'a=rtcp-fb:111 transport-cc',
          'a=fmtp:111 minptime=10;useinbandfec=1',
          'a=rtpmap:0 PCMU/8000',
          ...(ssrcs ? ['a=ssrc:1111 cname:c'] : []),
        ]
      : []),
    ...(video
      ? [
          `m=video 9 UDP/TLS/RTP/SAVPF ${options.videoPayloads ?? '96 97 103 104 107 109 98 100 45'}`,
          ...common,
          'a=extmap:5 urn:3gpp:video-orientation',
          'a=mid:1',
          ...(options.videoCodecs ?? VIDEO_CODECS),
          ...(ssrcs
            ? ['a=ssrc-group:FID 2222 3333', 'a=ssrc:2222 cname:c', 'a=ssrc:3333 cname:c']
            : []),
        ]
      : []),
    ...(options.more ?? []),
  ]
  const mids = [...(audio ? ['0'] : []), ...(video ? ['1'] : []), ...(options.more ? ['2'] : [])]
  return [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mids.join(' ')}`,
    ...sections,
    '',
  ].join('\r\n')
}
