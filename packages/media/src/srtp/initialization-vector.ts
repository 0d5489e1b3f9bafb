import { readUint16, readUint32, writeUint16, writeUint32 } from '../rtp/big-endian.ts'

/** Bytes of SSRC and index, which the salt's last bytes are combined with. */
const CHANGING_BYTES = 10

/**
 * What the cipher begins each packet with: the salt, XOR the SSRC, XOR the packet's index of 48 bits
 * (RFC 3711 §4.1.1 and RFC 7714 §8.1; SRTCP's index of 31 bits has zeros before it, RFC 7714 §9.1).
 * The two standards differ in the salt's size only.
 */
export class InitializationVector {
  readonly #iv: Uint8Array
  readonly #start: number
  /** The salt in numbers: of an array of its own each packet would have to fetch two more places. */
  readonly #first: number
  readonly #forSsrc: number
  readonly #forHighIndex: number
  readonly #forLowIndex: number

  /** `iv` is where it is written to. */
  constructor(iv: Uint8Array, salt: Uint8Array) {
    const start = salt.length - CHANGING_BYTES
    this.#iv = iv
    this.#start = start
    this.#first = salt.subarray(0, start).reduce((bits, byte) => (bits << 8) | byte, 0)
    this.#forSsrc = readUint32(salt, start) | 0
    this.#forHighIndex = readUint32(salt, start + 4) | 0
    this.#forLowIndex = readUint16(salt, start + 8)
  }

  /** Writes the one of a packet with its SSRC at `ssrcOffset`. */
  write(bytes: Uint8Array, ssrcOffset: number, index: number): void {
    const iv = this.#iv
    const start = this.#start
    const first = this.#first
    for (let at = 0; at < start; at += 1) iv[at] = first >>> (8 * (start - 1 - at))
    writeUint32(iv, start, this.#forSsrc ^ readUint32(bytes, ssrcOffset))
    writeUint32(iv, start + 4, this.#forHighIndex ^ Math.floor(index / 0x1_0000))
    writeUint16(iv, start + 8, this.#forLowIndex ^ index)
    // Counter mode counts its blocks in the rest.
    for (let rest = start + CHANGING_BYTES; rest < iv.length; rest += 1) iv[rest] = 0
  }
}
