import net from 'node:net'

/**
 * A program that opens TCP connections and then does nothing: `port count perAddress`. They come from
 * 127.0.1.1 on, so many from each address. Ends with its standard input.
 */
const [port = 0, count = 0, perAddress = 1] = process.argv.slice(2).map(Number)
/** Connections that are being opened at once: the queue of the port holds no more. */
const AT_ONCE = 200

async function open(index: number): Promise<void> {
  const host = 1 + Math.floor(index / perAddress)
  const { promise, resolve } = Promise.withResolvers<void>()
  const socket = net.connect({ host: '127.0.0.1', port, localAddress: `127.0.1.${host}` })
  socket.on('connect', resolve)
  socket.on('error', () => resolve())
  socket.resume()
  await promise
}

let next = 0
async function openNext(): Promise<void> {
  while (next < count) {
    next += 1
    await open(next - 1)
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, openNext))
process.stdin.on('end', () => process.exit(0))
process.stdin.resume()
