import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A stretch of network between a client and a port of loopback, which can break. For tests. */
export class Wire {
  readonly #server = createServer((near) => this.#carry(near))
  readonly #sockets = new Set<Socket>()
  readonly #target: number

  private constructor(target: number) {
    this.#target = target
  }

  static async open(target: number): Promise<Wire> {
    const wire = new Wire(target)
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve))
    return wire
  }

  /** Where the client finds its end. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Breaks it for good, with all that is on its way. Idempotent. */
  cut(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #carry(near: Socket): void {
    const far = connect(this.#target, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        to.end()
      })
      from.pipe(to)
    }
  }
}
