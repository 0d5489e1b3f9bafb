import { describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { exchangeRaw } from '../front/testing.ts'
import { until } from '../testing/until.ts'
import { MAX_PASSES, MAX_REQUESTS } from './limits.ts'
import { useForwardScene } from './forward-scene.ts'
import { deadPort, openStage } from './testing.ts'

const TYPED = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n'

const scene = useForwardScene()

const ask = (init: RequestInit = {}): Promise<Response> => fetch(`${scene.stage.origin}/up`, init)

describe('an upstream that', () => {
  test('is down is 502', async () => {
    scene.stage = openStage(await deadPort())
    for (const method of ['GET', 'POST']) {
      const answer = await ask({ method, ...(method === 'POST' ? { body: 'x' } : {}) })
      expect(answer.status).toBe(502)
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
      expect(await answer.text()).toBe('The server behind this address can’t be reached\n')
    }
  })

  test('has no address is 502', async () => {
    scene.stage = openStage(0, { rules: [['/up', 'http://nowhere.invalid:80']] })
    expect((await ask()).status).toBe(502)
  })

  test('hangs up is 502, and no address is logged', async () => {
    await scene.openRaw((socket) => socket.destroy())
    expect((await fetch(`${scene.stage.origin}/up?secret`)).status).toBe(502)
    expect(scene.stage.records).toHaveLength(1)
    expect(JSON.stringify(scene.stage.records)).not.toContain('secret')
    expect((await ask()).status).toBe(502)
    expect((await ask({ method: 'POST', body: 'x' })).status).toBe(502)
  })

  test('answers with what is no status is 502', async () => {
    await scene.openRaw((socket) => socket.end('HTTP/1.1 999 Odd\r\nContent-Length: 3\r\n\r\nodd'))
    expect((await ask()).status).toBe(502)
  })

  test.each(['GET', 'POST'])('says nothing for a minute is 504: %s', async (method) => {
    const { heard } = await scene.openRaw(() => {})
    const asked = ask({ method, ...(method === 'POST' ? { body: 'x' } : {}) })
    await until(() => heard.some((text) => text.includes('\r\n\r\n')))
    scene.stage.clock.advance(59_999)
    expect(scene.stage.proxy.counts.requests).toBe(1)
    scene.stage.clock.advance(1)
    const answer = await asked
    expect(answer.status).toBe(504)
    expect(await answer.text()).toBe('The server behind this address says nothing\n')
  })

  test('dies within an answer ends it, so that nobody takes it for whole', async () => {
    const { sockets } = await scene.openRaw((socket) => {
      socket.write(`${TYPED}Content-Length: 1000000\r\n\r\nbegin`)
    })
    const answer = await ask()
    const reader = answer.body!.getReader()
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('begin')
    sockets[0]?.destroy()
    expect(reader.read()).rejects.toThrow()
    await reader.closed.catch(() => {})
    expect(scene.stage.records).toEqual([])
  })

  test('dies within a short answer is 502', async () => {
    await scene.openRaw((socket) => socket.end(`${TYPED}Content-Length: 1000\r\n\r\nbegin`))
    expect((await ask()).status).toBe(502)
  })

  test('stops within a short answer is 504', async () => {
    const { sockets } = await scene.openRaw((socket) => {
      socket.write(`${TYPED}Content-Length: 1000\r\n\r\nbegin`)
    })
    const asked = ask()
    await until(() => sockets[0]?.bytesWritten === TYPED.length + 29)
    scene.stage.clock.advance(60_000)
    expect((await asked).status).toBe(504)
  })

  test('closes kept connections is asked on a new one', async () => {
    const kept = new Set<unknown>()
    const { sockets } = await scene.openRaw((socket, head) => {
      if (kept.has(socket)) socket.destroy()
      else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n${head.slice(0, 3)}`)
      kept.add(socket)
    })
    for (const method of ['GET', 'POST', 'GET', 'POST', 'GET', 'GET', 'POST']) {
      const answer = await ask(method === 'POST' ? { method, body: 'x' } : { method })
      expect([answer.status, await answer.text()]).toEqual([200, method.slice(0, 3)])
    }
    expect(sockets.length).toBeGreaterThan(3)
  })
})

describe('a client that', () => {
  test('goes away ends the request to the upstream', async () => {
    const aborted: string[] = []
    scene.open((request) => {
      request.signal.addEventListener('abort', () => aborted.push('before the answer'))
      return new Promise(() => {})
    })
    const abort = new AbortController()
    const asked = ask({ signal: abort.signal }).catch(() => 'gone')
    await until(() => scene.upstream?.pendingRequests === 1)
    abort.abort()
    expect(await asked).toBe('gone')
    await until(() => aborted.length === 1)
    expect(scene.stage.records).toEqual([])
  })

  test('goes away within an answer ends it at the upstream', async () => {
    const ended = Promise.withResolvers<void>()
    scene.open(
      () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue('data: one\n\n'),
            cancel: () => ended.resolve(),
          }),
        ),
    )
    const answer = await ask()
    expect(scene.stage.proxy.counts.requests).toBe(1)
    await answer.body!.cancel()
    await ended.promise
  })

  test('goes away within its body ends it at the upstream, and no upstream is lost', async () => {
    const broken = Promise.withResolvers<void>()
    scene.open(async (request) => {
      await request.bytes().catch(() => broken.resolve())
      return new Response()
    })
    const client = connect(scene.stage.port, '127.0.0.1')
    client.write('POST /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nbegin')
    await until(() => scene.upstream?.pendingRequests === 1)
    client.destroy()
    await broken.promise
    await until(() => scene.stage.proxy.counts.requests === 0)
    expect(scene.stage.records).toEqual([])
  })

  test('stops within its body is told so after a minute', async () => {
    // The upstream has what was sent: the rest is the client's to send.
    const begun = Promise.withResolvers<void>()
    scene.open(async (request) => {
      const reader = request.body?.getReader()
      await reader?.read()
      begun.resolve()
      await reader?.read().catch(() => {})
      return new Response()
    })
    const head = 'POST /up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n'
    const answer = exchangeRaw(scene.stage.port, `${head}Content-Length: 100\r\n\r\nbegin`)
    await begun.promise
    // What is passed on is asked for again once the runtime has room for it, which nothing tells.
    let isAnswered = false
    void answer.then(() => (isAnswered = true))
    scene.stage.clock.advance(59_000)
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect(isAnswered).toBe(false)
    scene.stage.clock.advance(1_000)
    expect(await answer).toStartWith('HTTP/1.1 408 ')
    expect(scene.stage.records).toEqual([])
  })

  test('sends slowly has all the time that it takes', async () => {
    let received = ''
    scene.open(async (request) => {
      for await (const chunk of request.body!) received += Buffer.from(chunk).toString()
      return new Response(received)
    })
    const client = connect(scene.stage.port, '127.0.0.1')
    let answer = ''
    client.on('data', (data) => (answer += data.toString()))
    client.write('POST /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n')
    await until(() => scene.upstream?.pendingRequests === 1)
    for (const digit of '0123456789') {
      scene.stage.clock.advance(50_000)
      client.write(digit)
      await until(() => received.endsWith(digit))
    }
    await until(() => answer.endsWith('0123456789'))
    client.destroy()
  })
})

test('a request that goes round in circles is ended', async () => {
  let passes = 0
  scene.open(({ headers }) => {
    passes += 1
    return fetch(`${scene.stage.origin}/up`, { headers })
  })
  expect((await ask()).status).toBe(508)
  expect(passes).toBe(MAX_PASSES)
})

test('more requests at once than are passed on get 503', async () => {
  const waiting: (() => void)[] = []
  scene.open(() => new Promise((resolve) => waiting.push(() => resolve(new Response('ok')))))
  const request = 'GET /up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
  const asked = Array.from({ length: MAX_REQUESTS }, () => exchangeRaw(scene.stage.port, request))
  await until(() => waiting.length === MAX_REQUESTS)
  expect(await exchangeRaw(scene.stage.port, request)).toStartWith('HTTP/1.1 503 ')
  for (const answer of waiting) answer()
  for (const text of await Promise.all(asked)) expect(text).toStartWith('HTTP/1.1 200 ')
})
