/**
 * A program for public hosts: `bun reflector.ts <addresses> <ports>`. On every address and port it
 * says over UDP and TCP by which address it sees the asker; over UDP from all of its own addresses
 * and ports, the one that was asked last, so that whatever a NAT lets in has come before it.
 */
import { createServer } from 'node:net'

const [addresses = [], ports = []] = process.argv.slice(2).map((list) => list.split(','))
const places = addresses.flatMap((address) =>
  ports.map((port) => ({ address, port: Number(port) })),
)

const sockets = await Promise.all(
  places.map(async ({ address, port }) => {
    const socket = await Bun.udpSocket({
      hostname: address,
      port,
      socket: {
        data(asked, id, askerPort, asker) {
          const seen = `${asker}:${askerPort}`
          const others = sockets.filter((each) => each.socket !== asked)
          for (const each of [...others, { socket: asked, name: `${address}:${port}` }]) {
            const answer = JSON.stringify({ id: id.toString(), seen, from: each.name })
            each.socket.send(answer, askerPort, asker)
          }
        },
        error() {},
      },
    })
    return { socket, name: `${address}:${port}` }
  }),
)

await Promise.all(
  places.map(({ address, port }) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.end(`${socket.remoteAddress}:${socket.remotePort}`)
    })
    return new Promise<void>((resolve) => server.listen(port, address, resolve))
  }),
)
console.log('ready')
