import { afterEach, expect, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import type { Server } from 'bun'
import { until } from '../testing/until.ts'
import { openStage, openUpstream, type ProxyStage } from './testing.ts'

const CHUNK = new Uint8Array(65_536)

/** What the buffers of two connections and of the runtime may hold between two sides. */
const MAX_HELD_BYTES = 64 * 1024 * 1024

const BODY_BYTES = 200 * 1024 * 1024

let stage: ProxyStage
let upstream: Server<string>
let client: Socket

afterEach(async () => {
  client.destroy()
  await stage.close()
  await upstream.stop(true)
})

/** Resolves when a count has not changed for a while. */
async function settled(count: () => number): Promise<number> {
  for (let [last, same] = [-1, 0]; same < 25;) {
    const now = count()
    same = now === last && now > 0 ? same + 1 : 0
    last = now
    await Bun.sleep(10)
  }
  return count()
}

test('a client that does not read holds the upstream up, and gets all once it reads', async () => {
  let sent = 0
  upstream = openUpstream(() => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += CHUNK.length
        controller.enqueue(CHUNK)
        if (sent >= BODY_BYTES) controller.close()
      },
    })
    return new Response(body)
  })
  stage = openStage(upstream.port ?? 0)
  client = connect(stage.port, '127.0.0.1')
  let received = 0
  client.on('data', (data) => (received += data.length))
  client.write('GET /up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  await until(() => received > 0)
  client.pause()
  expect(await settled(() => sent)).toBeLessThan(received + MAX_HELD_BYTES)
  client.resume()
  await until(() => received > BODY_BYTES)
  await until(() => stage.proxy.counts.requests === 0)
}, 60_000)

test('an upstream that does not read holds the client up, and gets all once it reads', async () => {
  const reading = Promise.withResolvers<void>()
  let received = 0
  upstream = openUpstream(async (request) => {
    const reader = request.body!.getReader()
    received += (await reader.read()).value?.length ?? 0
    await reading.promise
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return new Response(String(received))
      received += value.length
    }
  })
  stage = openStage(upstream.port ?? 0)
  client = connect(stage.port, '127.0.0.1')
  let answer = ''
  client.on('data', (data) => (answer += data.toString()))
  client.write(`POST /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`)
  let sent = 0
  const send = (): void => {
    while (sent < BODY_BYTES) {
      sent += CHUNK.length
      if (!client.write(CHUNK)) return
    }
  }
  client.on('drain', send)
  send()
  await until(() => received > 0)
  expect(await settled(() => sent)).toBeLessThan(MAX_HELD_BYTES)
  reading.resolve()
  await until(() => answer.endsWith(String(BODY_BYTES)))
}, 60_000)
