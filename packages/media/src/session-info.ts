import type { AudioInfo, SessionInfo, StreamInfo, VideoInfo } from './media-server.ts'
import type { Producer } from './router/producer.ts'
import type { Router } from './router/router.ts'
import { pictureHeight, pictureWidth } from './rtp/codecs/picture-size.ts'
import { formatParameters } from './sdp/codecs.ts'
import type { Session } from './session/session.ts'

/** What others may know of a session. */
export function sessionInfo({ facts, transport, etag, isConnected }: Session): SessionInfo {
  return {
    ...facts,
    etag,
    state: isConnected ? 'connected' : 'negotiated',
    sentBytes: transport.sentBytes,
    receivedBytes: transport.receivedBytes,
  }
}

/** What others may know of a stream. */
export function streamInfo(router: Router): StreamInfo {
  const { name, publisher, players, liveSince, sentBytes, receivedBytes } = router
  const video = publisher?.producers.find(({ kind }) => kind === 'video')
  const audio = publisher?.producers.find(({ kind }) => kind === 'audio')
  return {
    name,
    liveSince,
    publisher: publisher?.id,
    players: players.size,
    sentBytes,
    receivedBytes,
    video: video && videoInfo(video),
    audio: audio && audioInfo(audio),
  }
}

function videoInfo({ codec, pictureSize }: Producer): VideoInfo | undefined {
  if (codec.name === 'OPUS') return undefined
  const format = formatParameters(codec.parameters)
  // RFC 6184 §8.1: profile_idc, constraints, level_idc. RFC 9628 §7.1 and AV1 say it in words.
  const h264 = format.get('profile-level-id')
  const profile = h264?.slice(0, 4) ?? format.get('profile-id') ?? format.get('profile')
  const level = h264?.slice(4) ?? format.get('level-idx')
  return {
    codec: codec.name,
    ...(profile === undefined ? {} : { profile }),
    ...(level === undefined ? {} : { level }),
    width: pictureWidth(pictureSize),
    height: pictureHeight(pictureSize),
  }
}

function audioInfo({ codec }: Producer): AudioInfo {
  const isStereo = formatParameters(codec.parameters).get('stereo') === '1'
  return { codec: 'Opus', sampleRate: 48_000, channels: isStereo ? 2 : 1 }
}
