import { LOOPBACK, type Peer, type PeerBook } from './peer-book.ts'

/** What a pipe needs of a socket at one of its ends. */
export interface PipeSocket {
  /** Returns how many bytes were taken, which may be fewer, or negative. */
  write(bytes: Uint8Array): number
  pause(): void
  resume(): void
  end(): void
  terminate(): void
}

/** Where a pipe leads, and for whom. */
export interface PipeTarget {
  /** On loopback. */
  port: number
  peer: Peer
  peers: PeerBook
}

type Far =
  | { name: 'connecting' | 'closed' }
  | { name: 'open'; socket: Bun.Socket; forget: () => void }

/**
 * Carries the bytes of a connection on to a listener of ours, both ways. Who sends is read no
 * further while the other side does not take what was sent before.
 */
export class Pipe {
  readonly #near: PipeSocket
  #far: Far = { name: 'connecting' }
  /** What the far side has not taken yet; at most what one read brings, once it is open. */
  #toFar: Uint8Array[]
  #toNear: Uint8Array | undefined

  /** `first`: what was read already. */
  constructor(near: PipeSocket, first: Uint8Array, target: PipeTarget) {
    this.#near = near
    this.#toFar = [first]
    near.pause()
    void this.#connect(target)
  }

  /** Bytes from the near side. */
  handleData(chunk: Uint8Array): void {
    if (this.#far.name === 'closed') return
    // It is only valid for now.
    this.#toFar.push(this.#far.name === 'open' && this.#toFar.length === 0 ? chunk : chunk.slice())
    this.#flushFar()
  }

  /** The near side takes bytes again. */
  handleDrain(): void {
    const rest = this.#toNear
    this.#toNear = undefined
    if (rest) this.#writeNear(rest)
  }

  /** The near side is gone. Idempotent. */
  handleClose(): void {
    const far = this.#far
    this.#far = { name: 'closed' }
    if (far.name !== 'open') return
    far.forget()
    far.socket.end()
  }

  async #connect({ port, peer, peers }: PipeTarget): Promise<void> {
    try {
      await Bun.connect({
        hostname: LOOPBACK,
        port,
        socket: {
          binaryType: 'uint8array',
          open: (socket) => this.#handleOpen(socket, peers.add(socket.localPort, peer)),
          data: (_, chunk) => this.#writeNear(chunk),
          drain: () => this.#flushFar(),
          close: () => this.#handleFarClose(),
          // The socket closes by itself.
          error() {},
        },
      })
    } catch {
      this.#handleFarClose()
    }
  }

  #handleOpen(socket: Bun.Socket, forget: () => void): void {
    if (this.#far.name === 'closed') {
      forget()
      socket.terminate()
      return
    }
    socket.setNoDelay(true)
    this.#far = { name: 'open', socket, forget }
    this.#near.resume()
    this.#flushFar()
  }

  #flushFar(): void {
    if (this.#far.name !== 'open') return
    const { socket } = this.#far
    for (;;) {
      const [chunk] = this.#toFar
      if (!chunk) break
      const taken = Math.max(0, socket.write(chunk))
      if (taken < chunk.length) {
        this.#toFar[0] = chunk.slice(taken)
        this.#near.pause()
        return
      }
      this.#toFar.shift()
    }
    this.#near.resume()
  }

  #writeNear(chunk: Uint8Array): void {
    if (this.#toNear) {
      // It had been read before the pause.
      this.#toNear = Buffer.concat([this.#toNear, chunk])
      return
    }
    const taken = Math.max(0, this.#near.write(chunk))
    if (this.#far.name !== 'open') {
      // The far side has said all and is gone.
      if (taken === chunk.length) this.#near.end()
      else this.#toNear = chunk.slice(taken)
      return
    }
    if (taken === chunk.length) {
      this.#far.socket.resume()
      return
    }
    this.#toNear = chunk.slice(taken)
    this.#far.socket.pause()
  }

  #handleFarClose(): void {
    if (this.#far.name === 'open') this.#far.forget()
    const wasClosed = this.#far.name === 'closed'
    this.#far = { name: 'closed' }
    if (!wasClosed && !this.#toNear) this.#near.end()
  }
}
