import {
  ATTRIBUTE,
  decodeMessage,
  encodeMessage,
  METHOD,
  type Integrity,
  type StunAttribute,
} from '@duet/stun'

const METHODS = [...Object.values(METHOD), 0x00a, 0xfff]
const TYPES = [...Object.values(ATTRIBUTE), 0x0000, 0x0003, 0x001b, 0x7fff, 0x8000, 0xffff]
const CLASSES = ['request', 'request', 'request', 'indication', 'success', 'error'] as const
/** Lengths at which parsers have gone wrong before. */
const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 19, 20, 21, 32, 763, 0x7ffc, 0x7fff, 0x8000, 0xffff]
/** What a short attribute may hold at most. */
const VALUE_BYTES = 40

/** Makes packets that are nearly right, from the ones it is given. */
export class FuzzPackets {
  readonly #random: (limit: number) => number
  readonly #templates: readonly Uint8Array[]

  constructor(random: (limit: number) => number, templates: readonly Uint8Array[]) {
    this.#random = random
    this.#templates = templates
  }

  /** Noise, a packet with a few bytes changed, or attributes that don't fit. */
  next(): Uint8Array {
    switch (this.#random(4)) {
      case 0:
        return this.#noise(this.#random(120))
      case 1:
        return this.#nested()
      default:
        return this.#mutated()
    }
  }

  /** Random attributes under a right signature: it gets past authentication. */
  sealed(integrity: Integrity, credentials: readonly StunAttribute[]): Uint8Array {
    const attributes = Array.from({ length: this.#random(6) }, () => ({
      type: this.#oneOf(TYPES.filter((type) => !SEALS.has(type))),
      value: this.#noise(this.#random(3) === 0 ? this.#random(VALUE_BYTES) : 4 * this.#random(6)),
    }))
    const message = {
      class: 'request' as const,
      method: this.#oneOf(METHODS),
      transactionId: this.#noise(12),
      attributes: [...credentials, ...attributes],
    }
    return encodeMessage(message, { integrity, fingerprint: this.#random(2) === 0 })
  }

  #mutated(): Uint8Array {
    const bytes = this.#oneOf(this.#templates).slice()
    for (let changes = 1 + this.#random(4); changes > 0; changes -= 1) {
      const at = this.#random(bytes.length)
      const bit = 1 << this.#random(8)
      bytes[at] = this.#random(2) === 0 ? this.#random(256) : (bytes[at] ?? 0) ^ bit
    }
    return this.#random(4) === 0 ? bytes.subarray(0, this.#random(bytes.length + 1)) : bytes
  }

  /** A right header, and attributes whose lengths say anything, some inside others. */
  #nested(): Uint8Array {
    const inner = Array.from({ length: this.#random(5) }, () => ({
      type: this.#oneOf(TYPES),
      value: this.#random(5) === 0 ? this.#mutated() : this.#noise(this.#random(VALUE_BYTES)),
    }))
    const message = {
      class: this.#oneOf(CLASSES),
      method: this.#oneOf(METHODS),
      transactionId: this.#noise(12),
      attributes: inner,
    }
    const bytes = encodeMessage(message, { fingerprint: this.#random(4) === 0 })
    if (inner.length > 0 && this.#random(2) === 0) {
      // One length that lies, at a place where one stands or not.
      const at = 20 + 4 * this.#random(Math.max(1, (bytes.length - 20) >> 2))
      new DataView(bytes.buffer).setUint16(Math.min(at + 2, bytes.length - 2), this.#length())
    }
    return bytes
  }

  #length(): number {
    return this.#random(2) === 0 ? this.#oneOf(LENGTHS) : this.#random(0x1_0000)
  }

  #noise(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at += 1) bytes[at] = this.#random(256)
    return bytes
  }

  #oneOf<Item>(items: readonly Item[]): Item {
    return items[this.#random(items.length)] as Item
  }
}

const SEALS: ReadonlySet<number> = new Set([
  ATTRIBUTE.messageIntegrity,
  ATTRIBUTE.messageIntegritySha256,
  ATTRIBUTE.fingerprint,
])

/** Whether a packet is whole, and so gets beyond the parser. */
export function isMessage(bytes: Uint8Array): boolean {
  return decodeMessage(bytes) !== undefined
}
