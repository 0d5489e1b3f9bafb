import { readUint32 } from '../rtp/big-endian.ts'
import { rtpHeaderBytes, sequenceOf } from '../rtp/rtp-packet.ts'
import { AeadPacketOpener, AeadPacketSealer } from './aead-packets.ts'
import type { CipherEngine } from './cipher-engine.ts'
import { CounterModePackets } from './counter-mode-packets.ts'
import { defaultEngine } from './default-engine.ts'
import { deriveSessionKeys } from './key-derivation.ts'
import type { SrtpKeys } from './keys.ts'
import { MAX_LOCAL_SOURCES, MAX_REMOTE_SOURCES, MAX_RTCP_INDEX, MAX_RTP_INDEX } from './limits.ts'
import type { PacketOpener, PacketSealer } from './packet-cipher.ts'
import { guessIndex } from './packet-index.ts'
import { PROFILE_SIZES, RTCP_CLEAR_BYTES } from './profile.ts'
import type { ReplayWindow } from './replay-window.ts'
import { Sources } from './sources.ts'

/** Why a packet was not let through; negative, so that a length can be told from it. */
export const SRTP_REFUSAL = {
  /** Too short, or no RTP; or there is no room for it; or the transform is closed. */
  malformed: -1,
  /** Its authentication tag is wrong. */
  unauthentic: -2,
  /**
   * It came before, or is too old to tell (RFC 3711 §3.3.2). When it is to be sent: a second packet
   * with its sequence number would give away what both hold.
   */
  replayed: -3,
  /** No more packets, or sources, may be sent with these keys. */
  exhausted: -4,
} as const

/**
 * SRTP and SRTCP of one session, both directions, all SSRCs (RFC 3711, RFC 7714). Works in place:
 * `buffer` holds the packet in its first `length` bytes, and the length afterwards is returned, or
 * one of `SRTP_REFUSAL`; then the buffer's content is spoilt. Buffers for `protect` have room for
 * `SRTP_OVERHEAD_BYTES` more.
 */
export interface SrtpTransform {
  protectRtp(buffer: Uint8Array, length: number): number
  protectRtcp(buffer: Uint8Array, length: number): number
  unprotectRtp(buffer: Uint8Array, length: number): number
  unprotectRtcp(buffer: Uint8Array, length: number): number
  /** Frees what it holds outside of JavaScript's memory. Idempotent. */
  close(): void
}

/** By so much a packet can grow: tag and SRTCP index. */
export const SRTP_OVERHEAD_BYTES = 20

/** Throws a TypeError when a master key does not have the sizes of its profile. */
export function createSrtpTransform(
  keys: SrtpKeys,
  engine: CipherEngine = defaultEngine(),
): SrtpTransform {
  const sizes = PROFILE_SIZES[keys.profile]
  const local = deriveSessionKeys(keys.local, sizes)
  const remote = deriveSessionKeys(keys.remote, sizes)
  return sizes.authenticationKey === 0
    ? new InPlaceTransform(
        new AeadPacketSealer(engine, local),
        new AeadPacketOpener(engine, remote),
      )
    : new InPlaceTransform(
        new CounterModePackets(engine, local),
        new CounterModePackets(engine, remote),
      )
}

const RTP_SSRC_OFFSET = 8
const RTCP_SSRC_OFFSET = 4

class InPlaceTransform implements SrtpTransform {
  readonly #sealer: PacketSealer
  readonly #opener: PacketOpener
  readonly #sent = new Sources(MAX_LOCAL_SOURCES)
  readonly #received = new Sources(MAX_REMOTE_SOURCES)
  readonly #receivedRtcp = new Sources(MAX_REMOTE_SOURCES)
  /** Of the next RTCP packet; all SSRCs share it, so that none comes twice. */
  #rtcpIndex = 0
  #isClosed = false

  constructor(sealer: PacketSealer, opener: PacketOpener) {
    this.#sealer = sealer
    this.#opener = opener
  }

  protectRtp(buffer: Uint8Array, length: number): number {
    const end = length + this.#sealer.rtpOverhead
    if (this.#isClosed || end > buffer.length) return SRTP_REFUSAL.malformed
    const clear = rtpHeaderBytes(buffer, length)
    if (clear < 0) return SRTP_REFUSAL.malformed
    const ssrc = readUint32(buffer, RTP_SSRC_OFFSET)
    const source = this.#sent.get(ssrc)
    if (source === undefined && this.#sent.isFull) return SRTP_REFUSAL.exhausted
    const index = indexOf(buffer, source)
    if (index > MAX_RTP_INDEX) return SRTP_REFUSAL.exhausted
    if (source !== undefined && !source.accepts(index)) return SRTP_REFUSAL.replayed
    // Marked before it is known to succeed: its index was used with the key.
    this.#sent.mark(source ?? this.#sent.add(ssrc), index)
    return this.#sealer.sealRtp(buffer, clear, length, index) ? end : SRTP_REFUSAL.malformed
  }

  unprotectRtp(buffer: Uint8Array, length: number): number {
    const end = length - this.#opener.rtpOverhead
    if (this.#isClosed || length > buffer.length) return SRTP_REFUSAL.malformed
    const clear = rtpHeaderBytes(buffer, end)
    if (clear < 0) return SRTP_REFUSAL.malformed
    const ssrc = readUint32(buffer, RTP_SSRC_OFFSET)
    const source = this.#received.get(ssrc)
    const index = indexOf(buffer, source)
    if (source !== undefined && !source.accepts(index)) return SRTP_REFUSAL.replayed
    if (!this.#opener.openRtp(buffer, clear, end, index)) return SRTP_REFUSAL.unauthentic
    this.#received.mark(source ?? this.#received.add(ssrc), index)
    return end
  }

  protectRtcp(buffer: Uint8Array, length: number): number {
    const end = length + this.#sealer.rtcpOverhead
    if (this.#isClosed || end > buffer.length || !isRtcpLong(buffer, length)) {
      return SRTP_REFUSAL.malformed
    }
    const index = this.#rtcpIndex
    if (index > MAX_RTCP_INDEX) return SRTP_REFUSAL.exhausted
    this.#rtcpIndex += 1
    return this.#sealer.sealRtcp(buffer, length, index) ? end : SRTP_REFUSAL.malformed
  }

  unprotectRtcp(buffer: Uint8Array, length: number): number {
    const end = length - this.#opener.rtcpOverhead
    if (this.#isClosed || length > buffer.length || !isRtcpLong(buffer, end)) {
      return SRTP_REFUSAL.malformed
    }
    const ssrc = readUint32(buffer, RTCP_SSRC_OFFSET)
    const index = readUint32(buffer, this.#opener.rtcpIndexOffset(end)) & MAX_RTCP_INDEX
    const source = this.#receivedRtcp.get(ssrc)
    if (source !== undefined && !source.accepts(index)) return SRTP_REFUSAL.replayed
    if (!this.#opener.openRtcp(buffer, end, index)) return SRTP_REFUSAL.unauthentic
    this.#receivedRtcp.mark(source ?? this.#receivedRtcp.add(ssrc), index)
    return end
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#sealer.close()
    this.#opener.close()
  }
}

/** Version 2, and long enough for the part that stays clear. */
function isRtcpLong(buffer: Uint8Array, length: number): boolean {
  return length >= RTCP_CLEAR_BYTES && (buffer[0] ?? 0) >> 6 === 2
}

/** A source begins with a roll-over counter of 0 (RFC 3711 §3.3.1). */
function indexOf(buffer: Uint8Array, source: ReplayWindow | undefined): number {
  const sequence = sequenceOf(buffer)
  return source === undefined ? sequence : guessIndex(source.highest, sequence)
}
