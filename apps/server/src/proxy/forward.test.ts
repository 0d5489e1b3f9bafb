import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { exchangeRaw } from '../front/testing.ts'
import { until } from '../testing/until.ts'
import { useForwardScene } from './forward-scene.ts'

const TEXT = 'a text that can be cut into ranges'

const scene = useForwardScene()

const ask = (init: BunFetchRequestInit = {}): Promise<Response> =>
  fetch(`${scene.stage.origin}/up`, { redirect: 'manual', ...init })

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Bytes that are told apart by where they stand. */
function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4)).map((_, index) => index * 2_654_435_761)
  return new Uint8Array(words.buffer, 0, length)
}

describe('an answer is passed on as it is', () => {
  test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    'to %s',
    async (method) => {
      scene.open(
        (request) => new Response(request.method, { headers: { 'x-method': request.method } }),
      )
      const answer = await ask({ method })
      expect(answer.headers.get('x-method')).toBe(method)
      expect(await answer.text()).toBe(method === 'HEAD' ? '' : method)
    },
  )

  test('and TRACE is not passed on', async () => {
    scene.open(() => new Response('reached'))
    const request = 'TRACE /up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
    expect(await exchangeRaw(scene.stage.port, request)).toStartWith('HTTP/1.1 405 ')
  })

  test.each([200, 201, 202, 203, 204, 205, 206, 304, 400, 401, 404, 418, 429, 500, 502, 503, 599])(
    'with status %d',
    async (status) => {
      const body = [204, 205, 304].includes(status) ? null : 'body'
      scene.open(() => new Response(body, { status, headers: { 'x-status': 'x' } }))
      const answer = await ask()
      expect([answer.status, answer.headers.get('x-status')]).toEqual([status, 'x'])
      expect(await answer.text()).toBe(body ?? '')
    },
  )

  test.each([301, 302, 303, 307, 308])(
    'with a redirect by %d, which nobody follows',
    async (status) => {
      const asked: string[] = []
      scene.open((request) => {
        asked.push(new URL(request.url).pathname)
        return new Response(null, { status, headers: { location: '/up/elsewhere?a=b' } })
      })
      const answer = await ask({ method: 'POST', body: 'x' })
      expect([answer.status, answer.headers.get('location')]).toEqual([status, '/up/elsewhere?a=b'])
      expect(asked).toEqual(['/up'])
    },
  )

  test('with the length that HEAD is told', async () => {
    await scene.openRaw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n'))
    const answer = await ask({ method: 'HEAD' })
    expect(answer.headers.get('content-length')).toBe('12345')
  })

  test('with ranges', async () => {
    const file = Bun.file(import.meta.path)
    scene.open(() => new Response(file))
    const range = await ask({ headers: { range: 'bytes=10-19' } })
    expect(range.status).toBe(206)
    expect(range.headers.get('content-range')).toBe(`bytes 10-19/${file.size}`)
    expect(await range.text()).toBe(await file.slice(10, 20).text())
  })

  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ['gzip', Bun.gzipSync(TEXT)],
    ['zstd', new Uint8Array(Bun.zstdCompressSync(TEXT))],
    ['br', new Uint8Array([0x0b, 0x02, 0x80, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x03])],
    ['unheard-of', new Uint8Array([1, 2, 3])],
  ])('compressed with %s', async (encoding, bytes) => {
    scene.open(() => new Response(bytes, { headers: { 'content-encoding': encoding } }))
    const answer = await ask({ decompress: false })
    expect(answer.headers.get('content-encoding')).toBe(encoding)
    expect(await answer.bytes()).toEqual(bytes)
  })

  test('with its length, where it is short', async () => {
    scene.open(() => new Response('x'.repeat(60_000)))
    const answer = await ask()
    expect(answer.headers.get('content-length')).toBe('60000')
    expect(await answer.text()).toBe('x'.repeat(60_000))
  })

  test('byte for byte, however long', async () => {
    const bytes = bytesOf(7_654_321)
    scene.open(() => new Response(bytes))
    expect(sha256(await (await ask()).bytes())).toBe(sha256(bytes))
  })

  test('before it is whole: events come one by one', async () => {
    let say: (text: string) => void = () => {}
    scene.open(() => {
      const body = new ReadableStream({
        start: (controller) => (say = (text) => controller.enqueue(text)),
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    })
    const asked = ask()
    await until(() => scene.upstream?.pendingRequests === 1)
    say('data: one\n\n')
    const answer = await asked
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe('data: one\n\n')
    for (const text of ['data: two\n\n', 'data: three\n\n']) {
      say(text)
      expect((await reader.read()).value).toBe(text)
    }
    await reader.cancel()
  })

  test('from chunks, with what comes early and late left out', async () => {
    await scene.openRaw((socket) =>
      socket.end(
        'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n' +
          'Transfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Late: 1\r\n\r\n',
      ),
    )
    const answer = await ask()
    expect([answer.status, await answer.text()]).toEqual([200, 'abcde'])
  })

  test('from an upstream that ends it by closing', async () => {
    await scene.openRaw((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nall there is'))
    expect(await (await ask()).text()).toBe('all there is')
  })
})

describe('a body is passed on', () => {
  const echo = async (request: Request) => {
    const bytes = await request.bytes()
    const { headers } = request
    return Response.json({
      sha256: sha256(bytes),
      length: headers.get('content-length'),
      type: headers.get('content-type'),
    })
  }

  test('of known length', async () => {
    scene.open(echo)
    const bytes = bytesOf(3_210_987)
    const answer = await ask({ method: 'PUT', body: bytes, headers: { 'content-type': 'x/y' } })
    expect(await answer.json()).toEqual({
      sha256: sha256(bytes),
      length: String(bytes.length),
      type: 'x/y',
    })
  })

  test('of unknown length', async () => {
    scene.open(echo)
    const bytes = bytesOf(1_000_000)
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 100_000) {
          controller.enqueue(bytes.subarray(at, at + 100_000))
        }
        controller.close()
      },
    })
    const answer = await ask({ method: 'POST', body })
    expect(await answer.json()).toMatchObject({ sha256: sha256(bytes), length: null })
  })

  test('before it is whole', async () => {
    const heard: string[] = []
    scene.open(async (request) => {
      for await (const chunk of request.body!) heard.push(Buffer.from(chunk).toString())
      return new Response(heard.join())
    })
    const request = connect(scene.stage.port, '127.0.0.1')
    let answer = ''
    request.on('data', (data) => (answer += data.toString()))
    request.write('POST /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\none')
    await until(() => heard.join('') === 'one')
    request.write('two')
    await until(() => answer.endsWith('one,two'))
    request.destroy()
  })

  test('to a client that waits to be told to go on', async () => {
    scene.open(echo)
    const head =
      'POST /up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\n'
    const answer = await exchangeRaw(scene.stage.port, `${head}Content-Length: 3\r\n\r\nabc`)
    expect(answer).toContain(sha256(Buffer.from('abc')))
  })

  test('never with two lengths', async () => {
    const { heard } = await scene.openRaw((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
    const head = 'POST /up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n'
    const framing = 'Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n'
    await exchangeRaw(scene.stage.port, `${head}${framing}5\r\nhello\r\n0\r\n\r\n`)
    for (const text of heard) {
      const lengths = text.match(/^(content-length|transfer-encoding):/gim) ?? []
      expect(lengths.length).toBeLessThanOrEqual(1)
    }
  })

  test('until the upstream has answered, which may be early', async () => {
    await scene.openRaw((socket) => {
      socket.end('HTTP/1.1 413 Too large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno')
    })
    const head = 'POST /up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n'
    const answer = await exchangeRaw(
      scene.stage.port,
      `${head}Content-Length: 9000000\r\n\r\nbegin`,
    )
    expect(answer).toStartWith('HTTP/1.1 413 ')
    expect(answer).toEndWith('no')
  })
})
