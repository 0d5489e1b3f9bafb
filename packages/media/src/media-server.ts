import type { DuetError } from '@duet/base'
import type { StreamReader, StreamReaderOptions } from './media-reader.ts'

/**
 * Names what is published: `app/stream`, as in `webrtc://host/app/stream`. In a call, app is the
 * room and stream is the member.
 */
export type StreamName = string

/**
 * bad-sdp: it can't be read. unanswerable-sdp: it asks for what this server does not do; the
 * message says for what. stream-busy: somebody else publishes it. too-many-sessions: a limit of the
 * server or of this client. no-such-session: it has ended. closed: the server goes away.
 */
export type MediaErrorCode =
  | 'bad-sdp'
  | 'unanswerable-sdp'
  | 'stream-busy'
  | 'too-many-sessions'
  | 'no-such-session'
  | 'closed'

export type MediaError = DuetError<MediaErrorCode>

/** publish: the client sends to the server. play: the server sends to the client. */
export type SessionKind = 'publish' | 'play'

/** Why a session ended. */
export type SessionEndReason =
  /** Its client said so: an HTTP DELETE, or the end of its DTLS association. */
  | 'ended'
  /** Nothing came for too long, or its handshake was never finished. */
  | 'timeout'
  /** DTLS failed: another certificate than the one that was offered, or nonsense. */
  | 'handshake-failed'
  /** Somebody with the right to do it ended it. */
  | 'kicked'
  /** The server goes away. */
  | 'closed'

/** Asks for a session. */
export interface SessionRequest {
  kind: SessionKind
  stream: StreamName
  /** The client's offer. */
  sdp: string
  /** IP address of the client, by which sessions are limited. */
  address: string
  /** Addresses to put into the answer's candidates in place of the configured ones. */
  candidates?: readonly string[]
  /** The video codec to answer with where the offer has several: h264, vp8, vp9, av1. */
  codec?: string
}

/** A session that waits for its client's connectivity checks. */
export interface SessionAnswer {
  /** Names the session; unguessable. */
  id: string
  sdp: string
  /** Of the ICE session; changes with each restart (RFC 9725 §4.3.1). */
  etag: string
}

/** What became of a trickle or a restart. */
export type PatchAnswer =
  /** Candidates of an ICE-lite server's client need not be known: nothing to answer. */
  | { type: 'trickled' }
  /** The fragment with the server's new credentials and its candidates. */
  | { type: 'restarted'; fragment: string; etag: string }

/** One session as others may know it. */
export interface SessionInfo {
  id: string
  kind: SessionKind
  stream: StreamName
  address: string
  /** negotiated: answered, and nothing came yet. connected: media may flow. */
  state: 'negotiated' | 'connected'
  /** Of its ICE session, as in its answer or in that of its last restart. */
  etag: string
  /** Milliseconds since the epoch. */
  startedAt: number
  sentBytes: number
  receivedBytes: number
}

export interface VideoInfo {
  codec: 'H264' | 'VP8' | 'VP9' | 'AV1'
  /** As in `a=fmtp`, where the codec has them. */
  profile?: string
  level?: string
  /** Of the last key frame; 0 before one came. */
  width: number
  height: number
}

export interface AudioInfo {
  codec: 'Opus'
  sampleRate: 48_000
  channels: 1 | 2
}

/** A stream that somebody publishes or waits for. */
export interface StreamInfo {
  name: StreamName
  /** Milliseconds since the epoch at which it was published; undefined: somebody waits for it. */
  liveSince: number | undefined
  /** The publisher's session. */
  publisher: string | undefined
  players: number
  sentBytes: number
  receivedBytes: number
  video: VideoInfo | undefined
  audio: AudioInfo | undefined
}

/** What happens to sessions; never called before the request for the session was answered. */
export type MediaServerEvents = {
  /** The session's handshake is done. */
  connected: [session: SessionInfo]
  /** Once for each session that was answered. */
  ended: [session: SessionInfo, reason: SessionEndReason]
}

/** Asks a client for a sign of life from ports that it never sent to. */
export interface ProbeRequest {
  /** Where the client is, as a STUN server saw it. */
  ip: string
  port: number
  /** Of the client. */
  ufrag: string
  pwd: string
  /** Of our IP addresses those to ask from. */
  from: readonly string[]
}

/** One of our addresses, and whether a check from it was answered. */
export interface ProbeAnswer {
  from: string
  isAnswered: boolean
}

/** Totals since the start. */
export interface MediaStats {
  sessions: number
  streams: number
  receivedPackets: number
  receivedBytes: number
  sentPackets: number
  sentBytes: number
  /** Packets that were dropped, by reason. */
  dropped: Readonly<Record<string, number>>
}

/** A media server: what one client publishes, others play. One UDP port for all of them. */
export interface MediaServer {
  /** As really bound. */
  readonly port: number
  /** IP addresses to tell clients from now on, in the order of preference. */
  setCandidates(addresses: readonly string[]): void
  /** Returns an unsubscribe function. */
  on<Name extends keyof MediaServerEvents>(
    name: Name,
    listener: (...args: MediaServerEvents[Name]) => void,
  ): () => void
  /** Answers an offer. Throws a MediaError. */
  open(request: SessionRequest): SessionAnswer
  /**
   * RFC 9725 §4.3: a trickle or an ICE restart, as `application/trickle-ice-sdpfrag`. Whether the
   * client's `If-Match` is right, is for the caller to compare with `etag`. Throws a MediaError.
   */
  patch(id: string, fragment: string): PatchAnswer
  session(id: string): SessionInfo | undefined
  sessions(): SessionInfo[]
  stream(name: StreamName): StreamInfo | undefined
  streams(): StreamInfo[]
  /** Whether somebody publishes it from whom something came just now: others can't. */
  isBusy(name: StreamName): boolean
  /**
   * Reads a stream inside the server, also before somebody publishes it. Throws a MediaError
   * `closed`.
   */
  read(name: StreamName, options: StreamReaderOptions): StreamReader
  stats(): MediaStats
  /**
   * Sends a few connectivity checks from each address, and says which were answered: what the
   * client's network lets in. Empty: none could be sent. Whether the client is really there, and
   * may ask for it, is for the caller to judge.
   */
  probe(request: ProbeRequest): Promise<readonly ProbeAnswer[]>
  /** Ends one session; false when there is none of this name. */
  end(id: string, reason: 'ended' | 'kicked'): boolean
  /** Ends all sessions and closes the port. Idempotent. */
  close(): void
}
