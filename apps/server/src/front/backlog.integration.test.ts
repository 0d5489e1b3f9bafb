import { afterEach, expect, test } from 'bun:test'
import type { Front } from './front.ts'
import type { Socket } from './socket.ts'
import { connectWithoutReading, openFront, RecordingHandler, routeFor } from './testing.ts'

/** RFC 6455 §5.5.2: a ping without payload, with a mask of zeros. */
const MASKED_PING = Buffer.from([0x89, 0x80, 0, 0, 0, 0])

const CHUNK = 'x'.repeat(100_000)
const fronts: Front[] = []

afterEach(async () => {
  await Promise.all(fronts.splice(0).map((front) => front.close()))
})

interface Silent {
  handler: RecordingHandler
  socket: Socket
  client: Awaited<ReturnType<typeof connectWithoutReading>>
}

/** A client that reads nothing, behind which `chunks` times 100 kB wait. */
async function silentClient(chunks: number): Promise<Silent> {
  const handler = new RecordingHandler()
  const { front, port } = openFront({ routes: [routeFor(handler)] })
  fronts.push(front)
  const client = await connectWithoutReading(port)
  const socket = await handler.opened
  for (let i = 0; i < chunks; i += 1) socket.send(CHUNK)
  return { handler, socket, client }
}

/** All bytes that come when the client reads at last. */
function readToEnd(client: Silent['client']): Promise<Buffer> {
  const parts: Buffer[] = []
  client.on('data', (data: Buffer) => parts.push(data))
  client.resume()
  return new Promise((resolve) => client.once('close', () => resolve(Buffer.concat(parts))))
}

test('the backlog grows with what the peer does not take', async () => {
  const { socket, client } = await silentClient(60)
  expect(socket.backlog).toBeGreaterThan(1_000_000)
  client.destroy()
})

test('a slow peer still gets everything that was sent before the close', async () => {
  const { socket, client, handler } = await silentClient(60)
  socket.close(4001, 'bye')
  expect(socket.send('too late')).toBe(false)
  const bytes = await readToEnd(client)
  expect(bytes.length).toBeGreaterThan(60 * CHUNK.length)
  expect(bytes.toString('latin1')).toEndWith('bye')
  expect(handler.closes).toEqual([4001])
})

test('a peer that never reads is cut after a moment', async () => {
  const { socket, client } = await silentClient(60)
  socket.close(4001, 'bye')
  // As long as the server holds the connection, it takes what the client writes.
  const cut = new Promise<string>((resolve) => {
    client.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? ''))
  })
  const writing = setInterval(() => client.write(MASKED_PING), 50)
  expect(['EPIPE', 'ECONNRESET']).toContain(await cut)
  clearInterval(writing)
})

test('a peer that leaves far too much unread is cut without being asked', async () => {
  const { handler } = await silentClient(200)
  expect(await handler.closed).toBe(1006)
})
