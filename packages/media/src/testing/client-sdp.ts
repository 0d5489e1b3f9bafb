import type { Fingerprint } from '../dtls/dtls.ts'
import type { IceCredentials } from '../ice/ice-credentials.ts'

/** What a client sends or wants to get: one track of each kind. */
export interface ClientMedia {
  direction: 'sendonly' | 'recvonly'
  /** Of video; Opus is the one of audio. */
  codec: 'H264' | 'VP8' | 'VP9' | 'AV1'
  audioSsrc: number
  videoSsrc: number
  videoRtxSsrc: number
}

/** What the client's packets say. */
export const CLIENT_PAYLOAD_TYPE = { audio: 111, video: 96, videoRtx: 97 } as const
/** Its numbers of header extensions. */
const CLIENT_EXTENSION = { absSendTime: 2, transportSequence: 3 } as const

const FORMATS = {
  H264: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  VP8: '',
  VP9: 'profile-id=0',
  AV1: 'profile=0',
} as const

/** A description as browsers write them, of one audio and one video section. */
export function clientSdp({
  media,
  ice,
  fingerprint,
  setup,
  mids = ['0', '1'],
}: {
  media: ClientMedia
  ice: IceCredentials
  fingerprint: Fingerprint
  setup: 'actpass' | 'active'
  mids?: readonly string[] | undefined
}): string {
  const { audio, video, videoRtx } = CLIENT_PAYLOAD_TYPE
  const isSending = media.direction === 'sendonly'
  const common = [
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    `a=ice-ufrag:${ice.ufrag}`,
    `a=ice-pwd:${ice.pwd}`,
    `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`,
    `a=setup:${setup}`,
    `a=${media.direction}`,
    'a=rtcp-mux',
    `a=extmap:${CLIENT_EXTENSION.absSendTime} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time`,
    `a=extmap:${CLIENT_EXTENSION.transportSequence} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01`,
  ]
  const format = FORMATS[media.codec]
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mids.join(' ')}`,
    'a=msid-semantic: WMS load',
    `m=audio 9 UDP/TLS/RTP/SAVPF ${audio}`,
    ...common,
    `a=mid:${mids[0]}`,
    `a=rtpmap:${audio} opus/48000/2`,
    `a=fmtp:${audio} minptime=10;useinbandfec=1`,
    ...(isSending ? ['a=msid:load audio', `a=ssrc:${media.audioSsrc} cname:load`] : []),
    `m=video 9 UDP/TLS/RTP/SAVPF ${video} ${videoRtx}`,
    ...common,
    `a=mid:${mids[1]}`,
    `a=rtpmap:${video} ${media.codec}/90000`,
    ...(format === '' ? [] : [`a=fmtp:${video} ${format}`]),
    ...['nack', 'nack pli', 'ccm fir', 'transport-cc', 'goog-remb'].map(
      (feedback) => `a=rtcp-fb:${video} ${feedback}`,
    ),
    `a=rtpmap:${videoRtx} rtx/90000`,
    `a=fmtp:${videoRtx} apt=${video}`,
    ...(isSending
      ? [
          'a=msid:load video',
          `a=ssrc-group:FID ${media.videoSsrc} ${media.videoRtxSsrc}`,
          `a=ssrc:${media.videoSsrc} cname:load`,
          `a=ssrc:${media.videoRtxSsrc} cname:load`,
        ]
      : []),
    '',
  ].join('\r\n')
}
