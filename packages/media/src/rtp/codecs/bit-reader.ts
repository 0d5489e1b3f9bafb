/** Reads bits, most significant first; past the end it reads zeros and `isPastEnd` is true. */
export class BitReader {
  readonly #bytes: Uint8Array
  readonly #end: number
  #bit: number

  /** Reads `bytes[start..end)`. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes
    this.#bit = 8 * start
    this.#end = 8 * end
  }

  get isPastEnd(): boolean {
    return this.#bit > this.#end
  }

  bit(): number {
    const at = this.#bit
    this.#bit += 1
    return at < this.#end ? ((this.#bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1 : 0
  }

  /** A number of at most 32 bits. */
  bits(count: number): number {
    let value = 0
    for (let index = 0; index < count; index += 1) value = (value << 1) | this.bit()
    return value >>> 0
  }

  skip(count: number): void {
    this.#bit += count
  }

  /** An Exp-Golomb code (ITU-T H.264 §9.1): ue(v). */
  unsignedGolomb(): number {
    let zeros = 0
    while (zeros < 32 && this.bit() === 0) {
      zeros += 1
      if (this.isPastEnd) return 0
    }
    return zeros >= 32 ? 0 : 2 ** zeros - 1 + this.bits(zeros)
  }

  /** An Exp-Golomb code (ITU-T H.264 §9.1.1): se(v). */
  signedGolomb(): number {
    const code = this.unsignedGolomb()
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2
  }
}
