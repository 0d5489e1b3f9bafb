import type { SrtpKeys } from '../srtp/keys.ts'

/** A certificate's fingerprint as in `a=fingerprint` (RFC 8122 §5): `AB:CD:…` in upper case. */
export interface Fingerprint {
  /** sha-256, sha-384 or sha-512; sha-1 is refused. */
  algorithm: string
  value: string
}

/** closed: by the other side's alert, or our own `close`. failed: no peer to trust. */
export type DtlsEnd = { reason: 'closed' } | { reason: 'failed'; message: string }

export interface DtlsOptions {
  /**
   * What the other side's certificate must match; the handshake proves as well that it holds the
   * certificate's private key.
   */
  fingerprints: readonly Fingerprint[]
  /** Sends one datagram; the bytes are only valid during the call. */
  send(datagram: Uint8Array): void
  /** Once: the handshake is done and the other side is who it must be. */
  onConnected(keys: SrtpKeys): void
  /** Once, also after `onConnected`; never from inside `close`. */
  onEnded(end: DtlsEnd): void
}

/**
 * One DTLS association. connecting: until the handshake is done. connected. ended: final. A
 * datagram that it can't authenticate never changes an association that is connected.
 */
export interface DtlsAssociation {
  readonly state: 'connecting' | 'connected' | 'ended'
  receive(datagram: Uint8Array): void
  /** Sends again what was not answered (RFC 6347 §4.2.4); to be called every 50 ms or so. */
  tick(): void
  /** Says goodbye where there is somebody to hear it. Idempotent. */
  close(): void
}

/** What associations of one certificate share. */
export interface DtlsContext {
  /** Of our own certificate, sha-256. */
  readonly fingerprint: Fingerprint
  /** The passive side: waits for the other's ClientHello. */
  accept(options: DtlsOptions): DtlsAssociation
  /** The active side: sends its ClientHello at once. */
  connect(options: DtlsOptions): DtlsAssociation
  /** Its associations have ended before. Idempotent. */
  close(): void
}
