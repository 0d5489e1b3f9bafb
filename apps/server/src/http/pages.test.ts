import { describe, expect, test } from 'bun:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { createLogger, silentLogger, type LogRecord } from '@duet/base'
import type { RequestContext } from '../front/socket.ts'
import type { PageFacts } from './page.ts'
import { createPages, type Respond } from './pages.ts'
import type { WebApp, WebFile } from './web-app.ts'

const SCRIPT = 'console.log("duet")'

const FACTS: PageFacts = {
  addresses: { best: 'https://10.0.0.5:8443', lan: ['https://10.0.0.5:8443'], public: null },
  selfSigned: true,
  root: null,
}

function file(type: string, text: string, isHashed: boolean): WebFile {
  const body = new TextEncoder().encode(text)
  const gzip = new Uint8Array(gzipSync(body))
  return { type, body, isHashed, gzip, brotli: new Uint8Array(brotliCompressSync(body)) }
}

const APP: WebApp = {
  entry: '/assets/main-1.js',
  preloads: ['/assets/main-1.js', '/assets/chunk-2.js'],
  styles: ['/assets/main-3.css'],
  files: new Map([
    ['/assets/main-1.js', file('text/javascript; charset=utf-8', SCRIPT, true)],
    ['/favicon.svg', file('image/svg+xml', '<svg/>', false)],
    ['/sw.js', file('text/javascript; charset=utf-8', 'onpush = null', false)],
    ['/demos/room.html', file('text/html; charset=utf-8', '<p>a demo</p>', false)],
  ]),
}

function pages(facts: PageFacts = FACTS): Respond {
  return createPages({ app: Promise.resolve(APP), facts: () => facts, logger: silentLogger })
}

async function get(path: string, init: RequestInit = {}, respond = pages()): Promise<Response> {
  const request = new Request(`https://duet.example${path}`, init)
  const url = new URL(request.url)
  const context: RequestContext = {
    url,
    headers: request.headers,
    address: '198.51.100.1',
    isSecure: true,
    host: url.host,
  }
  const answer = await respond(context, request)
  if (!answer) throw new Error(`there is nothing at ${path}`)
  return answer
}

describe('the page', () => {
  test.each([
    '/',
    '/?a=1',
    '/r/lake',
    '/r/%E6%B9%96?autostart=true&name=Ann',
    '/r/..%2F',
    '/login',
    '/register?invitation=a',
    '/reset/a',
    '/administrator/a',
    '/people',
    '/people/%E5%BC%A0%E4%BC%9F',
    '/calls',
    '/calls/a',
    '/settings',
    '/recordings',
    '/live/lake',
    '/admin',
  ])('is served at %s', async (path) => {
    const answer = await get(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
  })

  test.each([
    '/r',
    '/r/',
    '/r/a/b',
    '/R/a',
    '/assets',
    '/assets/main-1.js.map',
    '/index.html',
    '/login/',
    '/reset',
    '/administrator/',
    '/people/a/b',
    '/admin/users',
    '/live',
    '/live/lake/hls',
    '/apiary',
    '/xlogin',
  ])('is not served at %s', async (path) => {
    const answer = await get(path)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'")
  })

  test('asks for script, chunks and styles at once, and scales to phones', async () => {
    const html = await (await get('/')).text()
    expect(html).toContain('<script type="module" src="/assets/main-1.js"></script>')
    expect(html).toContain('<link rel="modulepreload" href="/assets/chunk-2.js">')
    expect(html).toContain('<link rel="stylesheet" href="/assets/main-3.css">')
    expect(html).toContain('<link rel="icon" type="image/svg+xml" href="/favicon.svg">')
    expect(html).not.toContain('manifest')
    expect(html).toContain(
      'width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content',
    )
  })

  test('holds no script and no style in itself', async () => {
    const html = await (await get('/')).text()
    const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)
    expect(scripts).toHaveLength(2)
    expect(scripts.every((tag) => tag.includes('src=') || tag.includes('json'))).toBe(true)
    expect(html).not.toMatch(/<style|style=|\son[a-z]+=/)
  })

  test('tells the script what it must know, safe from what addresses may hold', async () => {
    const evil = '</script><script>alert(1)</script><!--'
    const facts = { ...FACTS, addresses: { ...FACTS.addresses, best: evil } }
    const html = await (await get('/', {}, pages(facts))).text()
    const json = /id="duet-config">(.*?)<\/script>/s.exec(html)?.[1] ?? ''
    expect(JSON.parse(json)).toEqual(facts)
    expect(html).not.toContain(evil)
  })

  test('tells what is known by then, when the facts have changed', async () => {
    let facts = FACTS
    const app = Promise.resolve(APP)
    const respond = createPages({ app, facts: () => facts, logger: silentLogger })
    const before = await (await get('/', {}, respond)).text()
    facts = { ...FACTS, addresses: { ...FACTS.addresses, public: 'https://203.0.113.7' } }
    expect(await (await get('/', {}, respond)).text()).toContain('"https://203.0.113.7"')
    facts = FACTS
    expect(await (await get('/', {}, respond)).text()).toBe(before)
  })
})

test('every page says what browsers must allow and refuse', async () => {
  for (const path of ['/', '/nowhere', '/favicon.svg']) {
    const { headers } = await get(path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("connect-src 'self' ws: wss:")
    expect(policy).toContain("frame-ancestors 'self'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('permissions-policy')).toStartWith(
      'camera=(self), microphone=(self), display-capture=(self)',
    )
  }
})

describe('files', () => {
  const ENCODINGS: [accepted: string, encoding: string | null][] = [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', null],
    ['', null],
  ]

  test.each(ENCODINGS)('accept-encoding "%s" gets %p', async (accepted, encoding) => {
    const answer = await get('/assets/main-1.js', { headers: { 'accept-encoding': accepted } })
    expect(answer.headers.get('content-encoding')).toBe(encoding)
    expect(answer.headers.get('vary')).toBe('accept-encoding')
    const { body, gzip, brotli } = APP.files.get('/assets/main-1.js') as WebFile
    const expected = encoding === 'br' ? brotli : encoding === 'gzip' ? gzip : body
    expect(await answer.bytes()).toEqual(expected as Uint8Array<ArrayBuffer>)
  })

  test('a page of its own is asked for each time, under the same policy', async () => {
    const demo = await get('/demos/room.html')
    expect(demo.status).toBe(200)
    expect(demo.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(demo.headers.get('cache-control')).toBe('no-cache')
    const policy = demo.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'self'")
    // Its address may name another server.
    expect(policy).toContain("connect-src 'self' ws: wss: http: https:")
  })

  test('the worker that rings is asked for each time, so that it never outlives its server', async () => {
    const worker = await get('/sw.js')
    expect(worker.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(worker.headers.get('cache-control')).toBe('no-cache')
  })

  test('hashed ones are kept for good, others for an hour', async () => {
    const hashed = await get('/assets/main-1.js')
    expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(hashed.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    const icon = await get('/favicon.svg')
    expect(icon.headers.get('cache-control')).toBe('public, max-age=3600')
  })
})

test('/healthz says ok', async () => {
  expect(await (await get('/healthz')).text()).toBe('ok\n')
})

test('nothing can be written', async () => {
  const answer = await get('/', { method: 'POST', body: 'x' })
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('GET, HEAD')
})

test('a web app that does not compile is logged once and said on the page', async () => {
  const records: LogRecord[] = []
  const logger = createLogger('error', (record) => records.push(record))
  const app = Promise.reject<WebApp>(new Error('does not compile'))
  const respond = createPages({ app, facts: () => FACTS, logger })
  expect((await get('/', {}, respond)).status).toBe(500)
  expect((await get('/healthz', {}, respond)).status).toBe(200)
  expect(records.map(({ fields }) => fields)).toEqual([{ error: 'does not compile' }])
})

describe('where others are asked for what is not here', () => {
  const respond = createPages({
    app: Promise.resolve(APP),
    facts: () => FACTS,
    isRestElsewhere: true,
    logger: silentLogger,
  })

  const statusOf = (path: string, method: string) =>
    get(path, { method }, respond).then(
      ({ status }) => status,
      () => 'elsewhere',
    )

  test.each([
    ['/', 200, 405],
    ['/r/lake', 200, 405],
    ['/healthz', 200, 405],
    ['/favicon.svg', 200, 405],
    ['/nowhere', 'elsewhere', 'elsewhere'],
    ['/r/', 'elsewhere', 'elsewhere'],
  ])('%s is %p to read, %p to write', async (path, read, write) => {
    expect(await statusOf(path, 'GET')).toBe(read)
    expect(await statusOf(path, 'POST')).toBe(write)
  })
})
