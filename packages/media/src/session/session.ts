import type { SessionKind, StreamName } from '../media-server.ts'
import type { ServerCandidate } from '../sdp/answer.ts'
import type { RtcpPacket } from '../rtp/rtcp/rtcp-packet.ts'
import type { Transport } from '../transport/transport.ts'

/** What a client asked for, as far as it stays with its session. */
export interface SessionFacts {
  id: string
  kind: SessionKind
  stream: StreamName
  address: string
  startedAt: number
}

/** What one kind of session does with what its transport brings. */
export interface SessionRole {
  /** An RTP packet, decrypted. */
  handleRtp(packet: Uint8Array, length: number, nowMs: number): void
  /** One packet of a compound RTCP packet, decrypted. */
  handleRtcp(packet: RtcpPacket, nowMs: number): void
  /** The transport is connected. */
  start(nowMs: number): void
  /** While it is connected: every 20 ms of one that publishes, every 200 ms of one that plays. */
  tick(nowMs: number): void
  /** It leaves its stream. Idempotent. */
  close(): void
}

/** A session: a client's transport with what it is for. */
export interface Session {
  readonly facts: SessionFacts
  readonly transport: Transport
  readonly role: SessionRole
  /** Addresses of ours that were told to the client. */
  readonly candidates: readonly ServerCandidate[]
  /** Of the first section that is used. */
  readonly mid: string
  /** Of the client's ICE credentials; another one restarts ICE. */
  remoteUfrag: string
  /** Of the ICE session (RFC 9725 §4.3.1). */
  etag: string
  isConnected: boolean
}
