/**
 * What belongs to each SSRC. The two that were asked for last are at hand: in a call sound and picture take
 * turns, and a lookup in a map reads more memory than all else that is known of a source.
 */
export class SsrcMap<Value extends object> {
  readonly #values = new Map<number, Value>()
  #lastSsrc = 0
  #last: Value | undefined
  #otherSsrc = 0
  #other: Value | undefined

  get size(): number {
    return this.#values.size
  }

  get(ssrc: number): Value | undefined {
    // As 32 bits with a sign: such numbers are the quickest.
    const key = ssrc | 0
    if (this.#last !== undefined && key === this.#lastSsrc) return this.#last
    const isOther = this.#other !== undefined && key === this.#otherSsrc
    const found = isOther ? this.#other : this.#values.get(key)
    if (found !== undefined) {
      this.#other = this.#last
      this.#otherSsrc = this.#lastSsrc
      this.#last = found
      this.#lastSsrc = key
    }
    return found
  }

  set(ssrc: number, value: Value): void {
    this.#values.set(ssrc | 0, value)
    this.#last = this.#other = undefined
  }

  delete(ssrc: number): void {
    this.#values.delete(ssrc | 0)
    this.#last = this.#other = undefined
  }

  entries(): Iterable<[ssrc: number, value: Value]> {
    return this.#values
  }
}
