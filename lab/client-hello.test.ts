import { expect, test } from 'bun:test'
import { createServer, type Socket } from 'node:net'
import { connect } from 'node:tls'
import { namesProtocol } from './client-hello.ts'

/** The first bytes that a client of TLS sends, with or without ALPN. */
async function helloOf(protocols: string[] | undefined): Promise<Buffer> {
  const came = Promise.withResolvers<Buffer>()
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (bytes: Buffer) => came.resolve(bytes))
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
  const options = protocols ? { ALPNProtocols: protocols } : {}
  const client = connect({ host: '127.0.0.1', port, ...options })
  client.on('error', () => undefined)
  const hello = await came.promise
  client.destroy()
  server.close()
  return hello
}

test('a ClientHello tells whether it names protocols, once it is there in full', async () => {
  const named = await helloOf(['h2', 'http/1.1'])
  expect(namesProtocol(named)).toBe(true)
  expect(namesProtocol(await helloOf(undefined))).toBe(false)
  for (const length of [0, 4, 5, 8, named.length - 1]) {
    expect(namesProtocol(named.subarray(0, length))).toBeUndefined()
  }
})

test('what is no ClientHello names none, and nothing throws', () => {
  for (let round = 0; round < 2000; round += 1) {
    const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(round % 300)))
    expect([undefined, true, false]).toContain(namesProtocol(bytes))
  }
  expect(namesProtocol(Buffer.from('1603010005010000010000', 'hex'))).toBe(false)
})
