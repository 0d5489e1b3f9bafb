import { writeUint32 } from '../rtp/big-endian.ts'
import type { AeadOpener, AeadSealer, CipherEngine } from './cipher-engine.ts'
import { InitializationVector } from './initialization-vector.ts'
import type { SessionKeys } from './key-derivation.ts'
import type { PacketOpener, PacketSealer } from './packet-cipher.ts'
import { AEAD_TAG_BYTES, ENCRYPTED_BIT, RTCP_CLEAR_BYTES, RTCP_INDEX_BYTES } from './profile.ts'

const RTP_SSRC_OFFSET = 8
const RTCP_SSRC_OFFSET = 4

/** SRTP and SRTCP with AES-GCM, the way out (RFC 7714 §8, §9). */
export class AeadPacketSealer implements PacketSealer {
  readonly rtpOverhead = AEAD_TAG_BYTES
  readonly rtcpOverhead = AEAD_TAG_BYTES + RTCP_INDEX_BYTES
  readonly #rtp: AeadSealer
  readonly #rtcp: AeadSealer
  readonly #rtpIv: InitializationVector
  readonly #rtcpIv: InitializationVector

  constructor(engine: CipherEngine, keys: SessionKeys) {
    this.#rtp = engine.aeadSealer(keys.rtp.key)
    this.#rtcp = engine.aeadSealer(keys.rtcp.key)
    this.#rtpIv = new InitializationVector(engine.iv, keys.rtp.salt)
    this.#rtcpIv = new InitializationVector(engine.iv, keys.rtcp.salt)
  }

  sealRtp(bytes: Uint8Array, clear: number, length: number, index: number): boolean {
    this.#rtpIv.write(bytes, RTP_SSRC_OFFSET, index)
    return this.#rtp.seal(bytes, clear, length, 0)
  }

  sealRtcp(bytes: Uint8Array, length: number, index: number): boolean {
    // RFC 7714 §9: the tag, then the E bit and the index, which is authenticated as well.
    writeUint32(bytes, length + AEAD_TAG_BYTES, ENCRYPTED_BIT | index)
    this.#rtcpIv.write(bytes, RTCP_SSRC_OFFSET, index)
    return this.#rtcp.seal(bytes, RTCP_CLEAR_BYTES, length, RTCP_INDEX_BYTES)
  }

  close(): void {
    this.#rtp.close()
    this.#rtcp.close()
  }
}

/** SRTP and SRTCP with AES-GCM, the way in (RFC 7714 §8, §9). */
export class AeadPacketOpener implements PacketOpener {
  readonly rtpOverhead = AEAD_TAG_BYTES
  readonly rtcpOverhead = AEAD_TAG_BYTES + RTCP_INDEX_BYTES
  readonly #rtp: AeadOpener
  readonly #rtcp: AeadOpener
  readonly #rtpIv: InitializationVector
  readonly #rtcpIv: InitializationVector

  constructor(engine: CipherEngine, keys: SessionKeys) {
    this.#rtp = engine.aeadOpener(keys.rtp.key)
    this.#rtcp = engine.aeadOpener(keys.rtcp.key)
    this.#rtpIv = new InitializationVector(engine.iv, keys.rtp.salt)
    this.#rtcpIv = new InitializationVector(engine.iv, keys.rtcp.salt)
  }

  openRtp(bytes: Uint8Array, clear: number, length: number, index: number): boolean {
    this.#rtpIv.write(bytes, RTP_SSRC_OFFSET, index)
    return this.#rtp.open(bytes, clear, length, 0)
  }

  rtcpIndexOffset(length: number): number {
    return length + AEAD_TAG_BYTES
  }

  openRtcp(bytes: Uint8Array, length: number, index: number): boolean {
    this.#rtcpIv.write(bytes, RTCP_SSRC_OFFSET, index)
    const isEncrypted = ((bytes[length + AEAD_TAG_BYTES] ?? 0) & 0x80) !== 0
    // RFC 7714 §9.3: without the E bit the whole packet is authenticated only.
    const clear = isEncrypted ? RTCP_CLEAR_BYTES : length
    return this.#rtcp.open(bytes, clear, length, RTCP_INDEX_BYTES)
  }

  close(): void {
    this.#rtp.close()
    this.#rtcp.close()
  }
}
