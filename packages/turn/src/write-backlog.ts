/** Writes to a socket; returns how many bytes it took, which may be fewer, or negative. */
export type SocketWrite = (bytes: Uint8Array) => number

/** However short they are, no more frames wait: each costs more than its bytes. */
const MAX_WAITING_FRAMES = 1024

/**
 * What a socket did not take yet. Frames are never cut: one that has begun is finished, and
 * a frame is dropped whole when too much waits already.
 */
export class WriteBacklog {
  readonly #write: SocketWrite
  readonly #maxBytes: number
  #waiting: Uint8Array[] = []
  #bytes = 0

  constructor(write: SocketWrite, maxBytes: number) {
    this.#write = write
    this.#maxBytes = maxBytes
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes
  }

  /** Writes a frame or keeps a copy of it; false when it was dropped. */
  push(frame: Uint8Array): boolean {
    const hasRoom =
      this.#waiting.length < MAX_WAITING_FRAMES && this.#bytes + frame.length <= this.#maxBytes
    if (!hasRoom && this.#bytes > 0) return false
    const taken = this.#bytes > 0 ? 0 : Math.max(0, this.#write(frame))
    if (taken < frame.length) {
      this.#waiting.push(frame.slice(taken))
      this.#bytes += frame.length - taken
    }
    return true
  }

  /** The socket takes bytes again. */
  drain(): void {
    let sent = 0
    for (const frame of this.#waiting) {
      const taken = Math.max(0, this.#write(frame))
      this.#bytes -= taken
      if (taken < frame.length) {
        this.#waiting[sent] = frame.subarray(taken)
        break
      }
      sent += 1
    }
    this.#waiting.splice(0, sent)
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = []
    this.#bytes = 0
  }
}
