/**
 * A program for servers of which only port 443 can be reached: `bun tls-front.ts <port> <web> <relay>`
 * passes TLS connections on, unopened. Browsers name a protocol (ALPN, RFC 7301) when they want a
 * page or a WebSocket, and none when they want a relay.
 */
import { connect, createServer, type Socket } from 'node:net'
import { namesProtocol } from './client-hello.ts'

const [port = 0, web = 0, relay = 0] = process.argv.slice(2).map(Number)

/** More than any browser's. */
const MAX_HELLO_BYTES = 16_384

createServer((client) => {
  let hello = Buffer.alloc(0)
  client.on('error', () => client.destroy())
  const handleData = (chunk: Buffer) => {
    hello = Buffer.concat([hello, chunk])
    const isNamed = namesProtocol(hello)
    if (isNamed === undefined && hello.length < MAX_HELLO_BYTES) return
    client.off('data', handleData)
    passOn(client, hello, isNamed ? web : relay)
  }
  client.on('data', handleData)
}).listen(port, () => console.log('ready'))

function passOn(client: Socket, hello: Buffer, to: number): void {
  const server = connect(to, '127.0.0.1')
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
  }
  server.write(hello)
  client.pipe(server).pipe(client)
}
