import { writeUint32 } from '../rtp/big-endian.ts'
import type { Authenticator, CipherEngine, CounterMode } from './cipher-engine.ts'
import { InitializationVector } from './initialization-vector.ts'
import type { PacketKeys, SessionKeys } from './key-derivation.ts'
import type { PacketOpener, PacketSealer } from './packet-cipher.ts'
import { rolloverOf } from './packet-index.ts'
import { ENCRYPTED_BIT, HMAC_TAG_BYTES, RTCP_CLEAR_BYTES, RTCP_INDEX_BYTES } from './profile.ts'

const RTP_SSRC_OFFSET = 8
const RTCP_SSRC_OFFSET = 4
const ROLLOVER_BYTES = 4

/** SRTP and SRTCP with AES in counter mode and HMAC-SHA1, one way (RFC 3711 §3.3, §3.4, §4). */
export class CounterModePackets implements PacketSealer, PacketOpener {
  readonly rtpOverhead = HMAC_TAG_BYTES
  readonly rtcpOverhead = RTCP_INDEX_BYTES + HMAC_TAG_BYTES
  readonly #rtp: CounterModeKeys
  readonly #rtcp: CounterModeKeys

  constructor(engine: CipherEngine, keys: SessionKeys) {
    this.#rtp = new CounterModeKeys(engine, keys.rtp)
    this.#rtcp = new CounterModeKeys(engine, keys.rtcp)
  }

  sealRtp(bytes: Uint8Array, clear: number, length: number, index: number): boolean {
    const keys = this.#rtp
    keys.iv.write(bytes, RTP_SSRC_OFFSET, index)
    if (!keys.cipher.crypt(bytes, clear, length)) return false
    // The HMAC goes over the packet and the roll-over counter, which stands in the tag's place
    // until then (RFC 3711 §4.2).
    writeUint32(bytes, length, rolloverOf(index))
    return keys.writeTag(bytes, length + ROLLOVER_BYTES, length)
  }

  openRtp(bytes: Uint8Array, clear: number, length: number, index: number): boolean {
    const keys = this.#rtp
    keys.saveTag(bytes, length)
    writeUint32(bytes, length, rolloverOf(index))
    if (!keys.matchesTag(bytes, length + ROLLOVER_BYTES)) return false
    keys.iv.write(bytes, RTP_SSRC_OFFSET, index)
    return keys.cipher.crypt(bytes, clear, length)
  }

  sealRtcp(bytes: Uint8Array, length: number, index: number): boolean {
    const keys = this.#rtcp
    keys.iv.write(bytes, RTCP_SSRC_OFFSET, index)
    if (!keys.cipher.crypt(bytes, RTCP_CLEAR_BYTES, length)) return false
    writeUint32(bytes, length, ENCRYPTED_BIT | index)
    const end = length + RTCP_INDEX_BYTES
    return keys.writeTag(bytes, end, end)
  }

  rtcpIndexOffset(length: number): number {
    return length
  }

  openRtcp(bytes: Uint8Array, length: number, index: number): boolean {
    const keys = this.#rtcp
    const end = length + RTCP_INDEX_BYTES
    keys.saveTag(bytes, end)
    if (!keys.matchesTag(bytes, end)) return false
    if (((bytes[length] ?? 0) & 0x80) === 0) return true
    keys.iv.write(bytes, RTCP_SSRC_OFFSET, index)
    return keys.cipher.crypt(bytes, RTCP_CLEAR_BYTES, length)
  }

  close(): void {
    this.#rtp.close()
    this.#rtcp.close()
  }
}

/** What was received as the tag of the packet that is looked at just now. */
const receivedTag = new Uint8Array(HMAC_TAG_BYTES)

class CounterModeKeys {
  readonly cipher: CounterMode
  readonly iv: InitializationVector
  readonly #authenticator: Authenticator
  readonly #mac: Uint8Array

  constructor(engine: CipherEngine, keys: PacketKeys) {
    this.cipher = engine.counterMode(keys.key)
    this.iv = new InitializationVector(engine.iv, keys.salt)
    this.#authenticator = engine.authenticator(keys.authenticationKey)
    this.#mac = engine.mac
  }

  /** Writes the tag of the first `end` bytes to `offset`. */
  writeTag(bytes: Uint8Array, end: number, offset: number): boolean {
    if (!this.#authenticator.sign(bytes, end)) return false
    for (let at = 0; at < HMAC_TAG_BYTES; at += 1) bytes[offset + at] = this.#mac[at] ?? 0
    return true
  }

  saveTag(bytes: Uint8Array, offset: number): void {
    for (let at = 0; at < HMAC_TAG_BYTES; at += 1) receivedTag[at] = bytes[offset + at] ?? 0
  }

  /** Whether the saved tag is that of the first `end` bytes; takes the same time for each answer. */
  matchesTag(bytes: Uint8Array, end: number): boolean {
    if (!this.#authenticator.sign(bytes, end)) return false
    let difference = 0
    for (let at = 0; at < HMAC_TAG_BYTES; at += 1) {
      difference |= (this.#mac[at] ?? 0) ^ (receivedTag[at] ?? 0)
    }
    return difference === 0
  }

  close(): void {
    this.cipher.close()
    this.#authenticator.close()
  }
}
