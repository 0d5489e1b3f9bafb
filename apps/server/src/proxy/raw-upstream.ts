import { createServer, type Server, type Socket } from 'node:net'

/** An upstream of plain TCP, which answers byte for byte. For tests. */
export interface RawUpstream {
  port: number
  /** What each connection sent so far, in the order in which they came. */
  readonly heard: string[]
  readonly sockets: Socket[]
  close(): void
}

/** Calls `onHead` with each whole head of a request. */
export async function openRawUpstream(
  onHead: (socket: Socket, head: string) => void,
): Promise<RawUpstream> {
  const heard: string[] = []
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    const index = sockets.push(socket) - 1
    heard.push('')
    let seen = 0
    socket.on('error', () => {})
    socket.on('data', (data) => {
      heard[index] += data.toString('latin1')
      const end = heard[index]!.indexOf('\r\n\r\n', seen)
      if (end < 0) return
      const head = heard[index]!.slice(seen, end + 4)
      seen = end + 4
      onHead(socket, head)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    port,
    heard,
    sockets,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
