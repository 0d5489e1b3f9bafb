/** What is shorter has as much room. */
const LEAST_BYTES = 32_768
/** What is longer is not kept, and of all no more than so much. */
const MAX_LENGTH = 262_144
const MAX_KEPT_BYTES = 4_194_304

/**
 * Memory for what is written. It is used again: pages that the system gives anew cost it more than to
 * fill them.
 */
export class WriteBuffers {
  readonly #kept: Buffer[] = []
  #keptBytes = 0

  /** At least so many bytes, in which anything may stand. */
  take(length: number): Buffer {
    const at = this.#kept.findLastIndex((each) => each.length >= length)
    const [kept] = at < 0 ? [] : this.#kept.splice(at, 1)
    this.#keptBytes -= kept?.length ?? 0
    return kept ?? Buffer.allocUnsafeSlow(sizeFor(length))
  }

  /** What was taken is used no more; once for each. */
  giveBack(buffer: Buffer): void {
    if (buffer.length > MAX_LENGTH || this.#keptBytes + buffer.length > MAX_KEPT_BYTES) return
    this.#kept.push(buffer)
    this.#keptBytes += buffer.length
  }
}

/** The next power of two, so that what was given back fits. */
function sizeFor(length: number): number {
  return length <= LEAST_BYTES ? LEAST_BYTES : 2 ** Math.ceil(Math.log2(length))
}
