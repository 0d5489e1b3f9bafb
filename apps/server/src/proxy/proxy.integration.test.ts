import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { Server } from 'bun'
import { SUBPROTOCOL } from '@duet/protocol'
import { makeCertificate } from '../front/make-certificate.ts'
import { closeOf, opened } from '../front/testing.ts'
import { FREE_PORTS, runToEnd, spawnServer, type SpawnedServer } from '../spawn-server.ts'

const MEGABYTE = 1024 * 1024
const BODY_BYTES = 200 * MEGABYTE

/** What a body of that size may add to the memory of the server. */
const MAX_GROWTH_BYTES = 60 * MEGABYTE

const folder = mkdtempSync(join(tmpdir(), 'duet-proxy-'))
const insecure = { tls: { rejectUnauthorized: false } }

let upstream: Server<string>
let secureUpstream: Server<string>
let hook: Server<undefined>
let server: SpawnedServer
/** Paths that the hook was asked about. */
const asked: string[] = []

beforeAll(async () => {
  const { cert, key } = await makeCertificate(['localhost'], Date.now())
  upstream = serve()
  secureUpstream = serve({ cert, key })
  hook = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { path } = (await request.json()) as { path: string }
      asked.push(path)
      return Response.json({ code: path.includes('refused') ? 1 : 0 })
    },
  })
  const authority = join(folder, 'authority.pem')
  writeFileSync(authority, cert)
  const pages = join(folder, 'pages')
  mkdirSync(pages)
  writeFileSync(join(pages, 'own.html'), 'a page of one’s own')
  process.env['NODE_EXTRA_CA_CERTS'] = authority
  const flag = (name: string, value: string) => [name, value]
  const rule = (prefix: string, to: string) => flag('--proxy', `${prefix}=${to}`)
  server = await spawnServer([
    ...FREE_PORTS,
    ...flag('--http', '0'),
    ...flag('--static', pages),
    ...(await pair('a.example')),
    ...(await pair('b.example', '*.b.example')),
    ...rule('/up', `http://127.0.0.1:${upstream.port}`),
    ...rule('/secure', `https://localhost:${secureUpstream.port}`),
    ...rule('/untrusted', `https://127.0.0.1:${secureUpstream.port}`),
    ...rule('/api/v1', `http://127.0.0.1:${upstream.port}`),
    ...rule('/', `http://127.0.0.1:${upstream.port}`),
    ...flag('--pre-hook', `http://127.0.0.1:${hook.port}/?secret`),
  ])
  delete process.env['NODE_EXTRA_CA_CERTS']
})

afterAll(async () => {
  expect((await server.stop()).code).toBe(0)
  await Promise.all([upstream.stop(true), secureUpstream.stop(true), hook.stop(true)])
  rmSync(folder, { recursive: true })
})

/** An upstream that says what it was asked, sends much, counts much and echoes. */
function serve(tls?: { cert: string; key: string }): Server<string> {
  return Bun.serve<string>({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    maxRequestBodySize: 2 * BODY_BYTES,
    ...(tls ? { tls } : {}),
    async fetch(request, own) {
      const { pathname } = new URL(request.url)
      if (own.upgrade(request, { data: pathname })) return undefined
      if (pathname === '/up/much') return new Response(chunks())
      if (pathname === '/up/count') return new Response(await digest(request.body))
      const host = request.headers.get('host')
      return new Response(`${request.method} ${pathname} of ${host}`)
    },
    websocket: { message: (ws, data) => void ws.send(data) },
  })
}

function chunks(): ReadableStream<Uint8Array> {
  let sent = 0
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(65_536).fill(sent / 65_536))
      sent += 65_536
      if (sent >= BODY_BYTES) controller.close()
    },
  })
}

async function digest(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of body ?? []) hash.update(chunk)
  return hash.digest('hex')
}

async function pair(...names: [string, ...string[]]): Promise<string[]> {
  const { cert, key } = await makeCertificate(names, Date.now())
  const path = join(folder, names[0])
  writeFileSync(`${path}.pem`, cert)
  writeFileSync(`${path}-key.pem`, key)
  return ['--tls-cert', `${path}.pem`, '--tls-key', `${path}-key.pem`]
}

const get = (path: string, init: RequestInit = {}) =>
  fetch(`https://127.0.0.1:${server.port('https')}${path}`, { ...insecure, ...init })

const text = async (path: string, init?: RequestInit) => (await get(path, init)).text()

/** What stands in the status of the server's process, in bytes. */
function memory(field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8')
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
}

test('the start says which rules there are, and what they go before', () => {
  expect(server.banner).toContain(
    [
      `  Proxy             /up to http://127.0.0.1:${upstream.port}`,
      `                    /secure to https://localhost:${secureUpstream.port}`,
      `                    /untrusted to https://127.0.0.1:${secureUpstream.port}`,
      `                    /api/v1 to http://127.0.0.1:${upstream.port}, in place of Duet’s own /api/v1, /api`,
      `                    / to http://127.0.0.1:${upstream.port}`,
      `  Pre-hook          http://127.0.0.1:${hook.port} is asked about each request`,
      '  Certificate       a.example, until',
    ].join('\n'),
  )
})

test('rules, pages of one’s own and Duet’s pages share the ports', async () => {
  const host = `127.0.0.1:${server.port('https')}`
  expect(await text('/up/x')).toBe(`GET /up/x of ${host}`)
  expect(await text('/api/v1/versions')).toBe(`GET /api/v1/versions of ${host}`)
  expect(await text('/elsewhere', { method: 'POST' })).toBe(`POST /elsewhere of ${host}`)
  expect(await text('/own.html')).toBe('a page of one’s own')
  expect(await text('/')).toContain('id="duet-config"')
  expect(await text('/api/self')).toContain('{')
  const ports = /Firewall +(\d+),(\d+),(\d+),/.exec(server.banner)?.slice(1) ?? []
  expect(new Set(ports).size).toBe(3)
  for (const port of ports.slice(0, 2)) {
    const answer = await fetch(`http://localhost:${port}/up/y`)
    expect(await answer.text()).toBe(`GET /up/y of localhost:${port}`)
    const away = { headers: { host: 'a.example' }, redirect: 'manual' } as const
    expect((await fetch(`http://localhost:${port}/up/y`, away)).status).toBe(307)
  }
})

test('an upstream that speaks HTTPS must have a certificate that is trusted', async () => {
  expect(await text('/secure/x')).toStartWith('GET /secure/x of 127.0.0.1:')
  expect((await get('/untrusted')).status).toBe(502)
})

describe('WebSockets', () => {
  const client = (path: string, protocols: string[] = []) =>
    // The DOM's types do not know that Bun takes options here.
    opened(
      new WebSocket(`wss://127.0.0.1:${server.port('https')}${path}`, {
        protocols,
        ...insecure,
      } as unknown as string[]),
    )

  test.each(['/up/ws', '/secure/ws', '/elsewhere/ws'])('pass at %s', async (path) => {
    const socket = await client(path)
    const heard = new Promise<unknown>((resolve) => {
      socket.addEventListener('message', ({ data }) => resolve(data))
    })
    socket.send('hello')
    expect(await heard).toBe('hello')
    const closed = closeOf(socket)
    socket.close(4000, 'done')
    expect((await closed).code).toBe(4000)
  })

  test('of Duet are Duet’s', async () => {
    const socket = await client('/ws', [SUBPROTOCOL])
    expect(socket.protocol).toBe(SUBPROTOCOL)
    socket.close()
  })

  test.each(['/untrusted/ws', '/up/refused'])('don’t open at %s', (path) => {
    expect(client(path)).rejects.toThrow('not opened')
  })
})

test('each name gets its certificate, and TURN has the first', async () => {
  const first = 'DNS:a.example'
  const second = 'DNS:b.example, DNS:*.b.example'
  const https = server.port('https')
  const turns = Number(/(\d+)\/tcp/.exec(server.banner)?.[1])
  expect(turns).not.toBe(https)
  for (const [port, name, names] of [
    [https, 'a.example', first],
    [https, 'b.example', second],
    [https, 'x.b.example', second],
    [https, 'elsewhere.example', first],
    [turns, 'a.example', first],
    [turns, 'b.example', first],
  ] as const) {
    expect(await presented(port, name)).toBe(names)
  }
})

test('the hook is asked about everything but health', async () => {
  asked.length = 0
  for (const path of ['/refused', '/up/refused', '/refused.html', '/r/refused', '/api/refused']) {
    const answer = await get(path)
    expect([answer.status, await answer.text()]).toEqual([403, 'You may not open this address\n'])
  }
  expect((await get('/healthz')).status).toBe(200)
  expect((await get('/r/lake')).status).toBe(200)
  const paths = ['/refused', '/up/refused', '/refused.html', '/r/refused', '/api/refused']
  expect(asked).toEqual([...paths, '/r/lake'])
})

test('long bodies pass both ways without being held', async () => {
  const sent = await digest(chunks())
  const upload = async () => (await get('/up/count', { method: 'PUT', body: chunks() })).text()
  // Once before: what is loaded and compiled stays.
  expect(await digest((await get('/up/much')).body)).toBe(sent)
  expect(await upload()).toBe(sent)
  const before = memory('VmRSS')
  writeFileSync(`/proc/${server.process.pid}/clear_refs`, '5')
  expect(await digest((await get('/up/much')).body)).toBe(sent)
  expect(await upload()).toBe(sent)
  expect(memory('VmHWM') - before).toBeLessThan(MAX_GROWTH_BYTES)
}, 60_000)

test('rules that take what Duet’s pages need are said, and nothing starts', async () => {
  const data = join(folder, 'data')
  const rules = ['--proxy', '/api=http://127.0.0.1:1', '--proxy', '/ws=http://127.0.0.1:1']
  const { code, errors } = await runToEnd(['start', '--data', data, ...FREE_PORTS, ...rules])
  expect(code).toBe(1)
  expect(errors).toBe(
    "duet: --proxy /api takes /api from Duet's own pages: choose a longer path. " +
      "--proxy /ws takes /ws from Duet's own pages: choose a longer path.\n",
  )
})

test('pages of one’s own hold none of the keys', async () => {
  const data = join(folder, 'data')
  const other = join(folder, 'other')
  mkdirSync(other)
  const pairs = [...(await pair('c.example')), ...(await pair('other/d.example'))]
  const args = ['start', '--data', data, ...FREE_PORTS, ...pairs, '--static', other]
  const { code, errors } = await runToEnd(args)
  expect(code).toBe(1)
  expect(errors).toContain(`because ${join(other, 'd.example-key.pem')} lies in it`)
})

/** The names in the certificate that a client is shown. */
function presented(port: number, servername: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, servername, rejectUnauthorized: false }
    const socket = connect(options, () => {
      resolve(socket.getPeerCertificate().subjectaltname)
      socket.destroy()
    })
    socket.on('error', reject)
  })
}
