import { createHash } from 'node:crypto'
import type { SessionInfo, StreamInfo } from '@duet/media'
import type { OpenSession } from './media-sessions.ts'
import { DEFAULT_VHOST } from './stream-url.ts'
import { splitStream } from './stream-target.ts'
import type { Kbps } from './traffic.ts'

const ID_LENGTH = 10

/** Names a stream or a virtual host in SRS's API: the same as long as it has the same name. */
export function vidOf(name: string): string {
  return `vid-${createHash('sha256').update(name).digest('hex').slice(0, ID_LENGTH)}`
}

/** A session that nobody opened over HTTP has no name for those who run the server but this. */
export function clientIdOf(session: SessionInfo, opened: OpenSession | undefined): string {
  return opened?.client.clientId ?? vidOf(session.id).slice('vid-'.length)
}

/** A stream as `/api/v1/streams/` shows it. */
export function streamView(
  stream: StreamInfo,
  facts: { kbps: Kbps; now: number; publisherId: string },
): object {
  const { app, name } = splitStream(stream.name)
  const { video, audio, liveSince, publisher } = stream
  return {
    id: vidOf(stream.name),
    name,
    vhost: vidOf(DEFAULT_VHOST),
    app,
    tcUrl: `webrtc://${DEFAULT_VHOST}/${app}`,
    url: `/${stream.name}`,
    live_ms: facts.now,
    since_ms: liveSince ?? 0,
    clients: stream.players + (publisher === undefined ? 0 : 1),
    send_bytes: stream.sentBytes,
    recv_bytes: stream.receivedBytes,
    kbps: facts.kbps,
    publish: { active: publisher !== undefined, cid: facts.publisherId },
    video: video
      ? {
          codec: video.codec,
          profile: video.profile ?? 'Other',
          level: video.level ?? 'Other',
          width: video.width,
          height: video.height,
        }
      : null,
    audio: audio
      ? { codec: audio.codec, sample_rate: audio.sampleRate, channel: audio.channels }
      : null,
  }
}

/** A session as `/api/v1/clients/` shows it. */
export function clientView(
  session: SessionInfo,
  opened: OpenSession | undefined,
  facts: { kbps: Kbps; now: number },
): object {
  const { app } = splitStream(session.stream)
  const isPublisher = session.kind === 'publish'
  return {
    id: clientIdOf(session, opened),
    vhost: vidOf(DEFAULT_VHOST),
    stream: vidOf(session.stream),
    ip: session.address,
    pageUrl: opened?.client.pageUrl ?? '',
    swfUrl: '',
    tcUrl: `webrtc://${DEFAULT_VHOST}/${app}`,
    url: `/${session.stream}`,
    name: splitStream(session.stream).name,
    type: isPublisher ? 'rtc-publish' : 'rtc-play',
    publish: isPublisher,
    alive: Math.max(0, facts.now - session.startedAt) / 1000,
    send_bytes: session.sentBytes,
    recv_bytes: session.receivedBytes,
    kbps: facts.kbps,
  }
}
