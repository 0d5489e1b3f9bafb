/** What is less than that takes as much. */
const LEAST_BYTES = 32_768
/** What is longer is not kept, and of all no more than so much. */
const MAX_LENGTH = 262_144
const MAX_KEPT_BYTES = 4_194_304

/**
 * Memory for what is written. It is used again: pages that the system gives anew cost it more than to
 * fill them.
 */
export class WriteBuffers {
  readonly #kept: ArrayBuffer[] = []
  #keptBytes = 0

  /** Bytes in which anything may stand. */
  take(length: number): Buffer {
    const at = this.#kept.findLastIndex(({ byteLength }) => byteLength >= length)
    const [kept] = at < 0 ? [] : this.#kept.splice(at, 1)
    this.#keptBytes -= kept?.byteLength ?? 0
    return Buffer.from(kept ?? new ArrayBuffer(sizeFor(length)), 0, length)
  }

  /** What was taken is used no more; once for each. */
  giveBack({ buffer }: Uint8Array): void {
    if (!(buffer instanceof ArrayBuffer)) return
    if (buffer.byteLength < LEAST_BYTES || buffer.byteLength > MAX_LENGTH) return
    if (this.#keptBytes + buffer.byteLength > MAX_KEPT_BYTES) return
    this.#kept.push(buffer)
    this.#keptBytes += buffer.byteLength
  }
}

/** The next power of two, so that what was given back fits. */
function sizeFor(length: number): number {
  return length <= LEAST_BYTES ? LEAST_BYTES : 2 ** Math.ceil(Math.log2(length))
}
