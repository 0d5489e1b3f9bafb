import { bindBunSocket } from './bun-datagrams.ts'
import type { DatagramNetwork, DatagramPort, Destination } from './datagrams.ts'
import { enlargeReceiveBuffer, loadLibC } from './libc.ts'
import { MAX_BATCHED_BYTES, SendBatch } from './send-batch.ts'

/**
 * The packet path for many small datagrams: receives as the portable one does, and lets what is
 * sent in one turn of the event loop leave with one system call. Where the C
 * library is another one, it is the portable path.
 */
export const batchedDatagrams: DatagramNetwork = {
  async bind(options) {
    const bound = await bindBunSocket(options)
    const libc = loadLibC()
    if (!libc) return bound.port
    enlargeReceiveBuffer(libc, bound.fd)
    return new BatchedPort(bound.port, new SendBatch(libc, bound.fd))
  },
}

class BatchedPort implements DatagramPort {
  readonly #port: DatagramPort
  readonly #batch: SendBatch
  #isClosed = false

  constructor(port: DatagramPort, batch: SendBatch) {
    this.#port = port
    this.#batch = batch
  }

  get local(): DatagramPort['local'] {
    return this.#port.local
  }

  send(payload: Uint8Array, destination: Destination): boolean {
    if (this.#isClosed) return false
    if (payload.length > MAX_BATCHED_BYTES) {
      // What was sent before leaves before.
      this.#batch.flush()
      return this.#port.send(payload, destination)
    }
    if (this.#batch.isEmpty) setImmediate(this.#flush)
    this.#batch.add(payload, destination)
    if (this.#batch.isFull) this.#batch.flush()
    return true
  }

  close(): void {
    if (this.#isClosed) return
    this.#batch.flush()
    this.#isClosed = true
    this.#port.close()
  }

  readonly #flush = (): void => {
    if (!this.#isClosed) this.#batch.flush()
  }
}
