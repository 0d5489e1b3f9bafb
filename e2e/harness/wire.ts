import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A cable between browsers and a server, which knows nothing of what passes. */
export interface Wire {
  /** Where browsers go. */
  readonly origin: string
  /** From now on nothing passes, and nobody is told: as when a network is gone. */
  cut(): void
  close(): Promise<void>
}

/** Lays a wire from a free port of localhost to `target`, as `http://localhost:8080`. */
export async function startWire(target: string): Promise<Wire> {
  const { hostname, port } = new URL(target)
  const ends = new Set<Socket>()
  let isCut = false

  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end)
      end.on('error', () => other.destroy())
      end.on('close', () => {
        ends.delete(end)
        if (!isCut) other.destroy()
      })
      if (!isCut) end.pipe(other)
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, 'localhost', resolve)
  })
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true
      for (const end of ends) {
        end.unpipe()
        end.pause()
      }
    },
    async close() {
      for (const end of ends) end.destroy()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
