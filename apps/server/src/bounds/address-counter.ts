/** Counts what each address has open, and all of them together. */
export class AddressCounter {
  readonly #limits: { inAll: number; perAddress: number }
  readonly #counts = new Map<string, number>()
  #total = 0

  constructor(limits: { inAll: number; perAddress: number }) {
    this.#limits = limits
  }

  /** Addresses that have something open. */
  get size(): number {
    return this.#counts.size
  }

  /** Counts one more; false when there are too many. */
  admit(address: string): boolean {
    const count = this.#counts.get(address) ?? 0
    if (this.#total >= this.#limits.inAll || count >= this.#limits.perAddress) return false
    this.#counts.set(address, count + 1)
    this.#total++
    return true
  }

  /** Counts an admitted one out. */
  release(address: string): void {
    const count = this.#counts.get(address)
    if (count === undefined) return
    if (count > 1) this.#counts.set(address, count - 1)
    else this.#counts.delete(address)
    this.#total--
  }
}
