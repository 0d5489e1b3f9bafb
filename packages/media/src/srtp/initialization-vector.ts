/** Bytes of SSRC and index, which the salt's last bytes are combined with. */
const CHANGING_BYTES = 10

/**
 * What the cipher begins each packet with: the salt, XOR the SSRC, XOR the packet's index of 48 bits
 * (RFC 3711 §4.1.1 and RFC 7714 §8.1; SRTCP's index of 31 bits has zeros before it, RFC 7714 §9.1).
 * The two standards differ in the salt's size only.
 */
export class InitializationVector {
  readonly #iv: Uint8Array
  readonly #salt: Uint8Array
  readonly #start: number

  /** `iv` is where it is written to. */
  constructor(iv: Uint8Array, salt: Uint8Array) {
    this.#iv = iv
    this.#salt = salt
    this.#start = salt.length - CHANGING_BYTES
  }

  /** Writes the one of a packet with its SSRC at `ssrcOffset`. */
  write(bytes: Uint8Array, ssrcOffset: number, index: number): void {
    const iv = this.#iv
    const salt = this.#salt
    const start = this.#start
    for (let at = 0; at < start; at += 1) iv[at] = salt[at] ?? 0
    for (let at = 0; at < 4; at += 1) {
      iv[start + at] = (salt[start + at] ?? 0) ^ (bytes[ssrcOffset + at] ?? 0)
    }
    const high = Math.floor(index / 0x1_0000)
    const at = start + 4
    iv[at] = (salt[at] ?? 0) ^ (high >>> 24)
    iv[at + 1] = (salt[at + 1] ?? 0) ^ (high >>> 16)
    iv[at + 2] = (salt[at + 2] ?? 0) ^ (high >>> 8)
    iv[at + 3] = (salt[at + 3] ?? 0) ^ high
    iv[at + 4] = (salt[at + 4] ?? 0) ^ (index >>> 8)
    iv[at + 5] = (salt[at + 5] ?? 0) ^ index
    // Counter mode counts its blocks in the rest.
    for (let rest = salt.length; rest < iv.length; rest += 1) iv[rest] = 0
  }
}
