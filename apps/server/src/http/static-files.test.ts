import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@duet/base'
import type { Front } from '../front/front.ts'
import { exchangeRaw, openFront } from '../front/testing.ts'
import { makeCertificate } from '../front/make-certificate.ts'
import { StartError } from '../start-error.ts'
import { createPages } from './pages.ts'
import { createStaticFiles } from './static-files.ts'
import type { WebApp } from './web-app.ts'

const folder = mkdtempSync(join(tmpdir(), 'duet-static-'))
const root = join(folder, 'pages')
const SECRET = 'nobody may read this'

const FILES: Readonly<Record<string, string>> = {
  'index.html': 'the root has a page of its own',
  'call.html': '<script>call()</script>',
  'call/index.html': 'the call page',
  'call/app.js': 'call()',
  'no-index/readme.txt': 'read me',
  'video/clip.mp4': 'a clip',
  'empty.txt': '',
  '湖/nach Süden.html': 'the lake',
  'a+b&c=d.txt': 'signs',
  '100%.txt': 'percent',
  '%2e%2e/x.txt': 'a folder that is really called so',
  'odd.unknown': 'bytes',
  'LOUD.HTML': 'loud',
  healthz: 'not this one',
  'r/lake': 'nor this one',
  'assets/main.js': 'nor this script',
  'assets/mine.js': 'a script of theirs',
  '.env': SECRET,
  '.git/config': SECRET,
  'call/.htpasswd': SECRET,
  'gbk.html': '<!doctype html><meta http-equiv="content-type" content="text/html; charset=gbk">',
  '.well-known/security.txt': 'well known',
  '.well-known/.hidden': SECRET,
  '../outside.txt': SECRET,
  '../pages-too/secret.txt': SECRET,
}

const APP: WebApp = {
  entry: '/assets/main.js',
  preloads: [],
  styles: [],
  files: new Map([
    [
      '/assets/main.js',
      {
        type: 'text/javascript; charset=utf-8',
        body: new TextEncoder().encode('ours'),
        gzip: undefined,
        brotli: undefined,
        isHashed: true,
      },
    ],
  ]),
}

const respond = createPages({
  app: Promise.resolve(APP),
  facts: () => ({ addresses: { best: null, lan: [], public: null }, selfSigned: true, root: null }),
  staticFiles: (url, headers) =>
    createStaticFiles({ directory: root, secretPaths: [] })(url, headers),
  logger: silentLogger,
})

let front: Front
let port = 0
let socketFile: Server

beforeAll(async () => {
  for (const [name, text] of Object.entries(FILES)) {
    const path = join(root, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
  }
  symlinkSync(join(folder, 'outside.txt'), join(root, 'link-out.txt'))
  symlinkSync(folder, join(root, 'link-up'))
  symlinkSync(join(folder, 'pages-too'), join(root, 'link-beside'))
  symlinkSync(join(root, '.env'), join(root, 'link-hidden.txt'))
  symlinkSync(join(root, 'nowhere'), join(root, 'link-broken'))
  symlinkSync(join(root, 'link-loop'), join(root, 'link-loop'))
  symlinkSync(join(root, 'call'), join(root, 'link-in'))
  mkdirSync(join(root, 'odd-index/index.html'), { recursive: true })
  Bun.spawnSync(['mkfifo', join(root, 'pipe')])
  socketFile = createServer().listen(join(root, 'socket'))
  const tls = await makeCertificate(['127.0.0.1'], Date.now())
  ;({ front, port } = openFront({ tls: [tls], httpsPorts: [0], respond }))
})

afterAll(async () => {
  await front.close()
  socketFile.close()
  rmSync(folder, { recursive: true })
})

function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return fetch(`http://127.0.0.1:${port}${path}`, { method, headers, redirect: 'manual' })
}

describe('files', () => {
  const SERVED: [path: string, name: string, type: string][] = [
    ['/index.html', 'index.html', 'text/html; charset=utf-8'],
    ['/call.html?room=lake', 'call.html', 'text/html; charset=utf-8'],
    ['/call/', 'call/index.html', 'text/html; charset=utf-8'],
    ['/call/app.js', 'call/app.js', 'text/javascript'],
    ['/link-in/app.js', 'call/app.js', 'text/javascript'],
    ['/video/clip.mp4', 'video/clip.mp4', 'video/mp4'],
    ['/empty.txt', 'empty.txt', 'text/plain; charset=utf-8'],
    ['/湖/nach Süden.html', '湖/nach Süden.html', 'text/html; charset=utf-8'],
    ['/%E6%B9%96/nach%20S%C3%BCden.html', '湖/nach Süden.html', 'text/html; charset=utf-8'],
    ['/a+b&c=d.txt', 'a+b&c=d.txt', 'text/plain; charset=utf-8'],
    ['/100%25.txt', '100%.txt', 'text/plain; charset=utf-8'],
    ['/odd.unknown', 'odd.unknown', 'application/octet-stream'],
    ['/LOUD.HTML', 'LOUD.HTML', 'text/html; charset=utf-8'],
    ['/assets/mine.js', 'assets/mine.js', 'text/javascript'],
    ['/gbk.html', 'gbk.html', 'text/html'],
    ['/.well-known/security.txt', '.well-known/security.txt', 'text/plain; charset=utf-8'],
  ]

  test.each(SERVED)('%s is %s', async (path, name, type) => {
    const answer = await get(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(type)
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(FILES[name] ?? '')))
    expect(await answer.text()).toBe(FILES[name] ?? 'no such file')
    const head = await get(path, {}, 'HEAD')
    expect(head.status).toBe(200)
    expect(head.headers.get('content-type')).toBe(type)
    expect(head.headers.get('content-length')).toBe(answer.headers.get('content-length'))
    expect(await head.text()).toBe('')
  })

  test('of one’s own carry none of Duet’s policies, only nosniff', async () => {
    for (const path of ['/call.html', '/call', '/video/clip.mp4']) {
      const { headers } = await get(path)
      for (const policy of ['content-security-policy', 'permissions-policy', 'referrer-policy']) {
        expect(headers.get(policy)).toBeNull()
      }
      expect(headers.get('cache-control')).toBe('no-cache')
    }
    const { headers } = await get('/call.html')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('of Duet come first', async () => {
    expect(await (await get('/healthz')).text()).toBe('ok\n')
    expect(await (await get('/assets/main.js')).text()).toBe('ours')
    for (const path of ['/', '/r/lake']) {
      const answer = await get(path)
      expect(await answer.text()).toContain('id="duet-config"')
      expect(answer.headers.get('content-security-policy')).not.toBeNull()
    }
  })

  test('can only be read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await get('/call.html', {}, method)
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toBe('GET, HEAD')
    }
  })

  test('that change are served as they are now', async () => {
    const path = join(root, 'changing.txt')
    writeFileSync(path, 'before')
    const before = await get('/changing.txt')
    expect(await before.text()).toBe('before')
    writeFileSync(path, 'afterwards')
    const etag = before.headers.get('etag') ?? ''
    const after = await get('/changing.txt', { 'if-none-match': etag })
    expect(await after.text()).toBe('afterwards')
    rmSync(path)
    expect((await get('/changing.txt')).status).toBe(404)
  })

  test('are served over HTTP to this machine, and lead to HTTPS elsewhere', async () => {
    const secure = front.listeners.find(({ scheme }) => scheme === 'https')?.port
    const local = await get('/call.html', { host: `localhost:${port}` })
    expect(local.status).toBe(200)
    const away = await get('/call/?room=lake', { host: 'duet.example' })
    expect(away.status).toBe(307)
    expect(away.headers.get('location')).toBe(`https://duet.example:${secure}/call/?room=lake`)
    const tls = { tls: { rejectUnauthorized: false } }
    const range = { headers: { range: 'bytes=2-4' } }
    const answer = await fetch(`https://127.0.0.1:${secure}/video/clip.mp4`, { ...tls, ...range })
    expect([answer.status, await answer.text()]).toEqual([206, 'cli'])
  })
})

describe('directories', () => {
  test.each([
    ['/call', '/call/'],
    ['/call?room=lake&x=1', '/call/?room=lake&x=1'],
    ['/%E6%B9%96', '/%E6%B9%96/'],
    ['/.well-known', '/.well-known/'],
    ['/link-in', '/link-in/'],
  ])('%s leads to %s', async (path, location) => {
    const answer = await get(path)
    expect(answer.status).toBe(307)
    expect(answer.headers.get('location')).toBe(location)
  })

  test.each(['/no-index/', '/call.html/', '/odd-index/', '/odd-index/index.html/', '/nowhere/'])(
    '%s is Duet’s 404 page',
    async (path) => {
      const answer = await get(path)
      expect(answer.status).toBe(404)
      const text = await answer.text()
      expect(text).toContain('There is nothing at this address.')
      expect(text).not.toContain('readme')
      expect(answer.headers.get('content-security-policy')).not.toBeNull()
    },
  )
})

/** Each is sent as it stands. */
const HOSTILE: readonly string[] = [
  '/../outside.txt',
  '/call/../../outside.txt',
  '/%2e%2e/outside.txt',
  '/%2E%2E/outside.txt',
  '/.%2e/outside.txt',
  '/call/%2e%2e/%2e%2e/outside.txt',
  '/..%2foutside.txt',
  '/%2e%2e%2foutside.txt',
  '/call%2f..%2f..%2foutside.txt',
  '/call%2fapp.js',
  '/..%5coutside.txt',
  '/call\\..\\..\\outside.txt',
  '/..\\outside.txt',
  '/call%5capp.js',
  '/%252e%252e/outside.txt',
  '/%252e%252e%252foutside.txt',
  '/%c0%ae%c0%ae/outside.txt',
  '/%uff0e%uff0e/outside.txt',
  '/．．/outside.txt',
  '/..;/outside.txt',
  '/call.html%00',
  '/call.html%00.txt',
  '/%00',
  '/call.html%0a',
  '/call.html%20',
  '/call.html.',
  '/%zz',
  '/%',
  '/%ff',
  '//outside.txt',
  '//call',
  '/\\duet.example',
  '/call//app.js',
  '//etc/passwd',
  '/link-out.txt',
  '/link-up',
  '/link-up/outside.txt',
  '/link-beside/secret.txt',
  '/../pages-too/secret.txt',
  '/link-hidden.txt',
  '/link-broken',
  '/link-loop',
  '/.env',
  '/%2eenv',
  '/.git',
  '/.git/',
  '/.git/config',
  '/%2egit/config',
  '/call/.htpasswd',
  '/.well-known/.hidden',
  '/.well-known/../.env',
  '/pipe',
  '/socket',
]

/** Sends the path as it stands and returns the answer. */
const ask = (method: string, path: string): Promise<string> =>
  exchangeRaw(port, `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)

describe('hostile paths', () => {
  test.each(HOSTILE)('%s', async (path) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await ask(method, path)
      expect(answer).toStartWith('HTTP/1.1 404 ')
      expect(answer).not.toContain(SECRET)
    }
  })

  test.each([`/${'x'.repeat(5000)}`, `/${'a/'.repeat(2000)}`])('too long: %#', async (path) => {
    expect(await ask('GET', path)).toStartWith('HTTP/1.1 404 ')
  })

  test('are decoded once only', async () => {
    expect(await ask('GET', '/%252e%252e/x.txt')).toEndWith(FILES['%2e%2e/x.txt'] ?? '?')
  })

  test('a NUL in the request line is refused as such', async () => {
    expect(await ask('GET', '/call.html\0')).not.toContain('call()')
  })
})

describe('a directory that can’t be served is said at the start', () => {
  const open = (directory: string, secretPaths: string[] = []) =>
    createStaticFiles({ directory, secretPaths })

  test('missing, or no directory', () => {
    const missing = join(folder, 'missing')
    expect(() => open(missing)).toThrow(StartError)
    expect(() => open(missing)).toThrow(`The directory ${missing} can't be served (ENOENT`)
    const file = join(root, 'call.html')
    expect(() => open(file)).toThrow(`The directory ${file} can't be served (it is no directory)`)
    expect(() => open(file)).toThrow('--static')
  })

  test('with secrets in it, by whatever name', () => {
    const data = join(root, 'call')
    const alias = join(folder, 'alias')
    symlinkSync(root, alias)
    expect(() => open(root, [data])).toThrow(`${data} lies in it`)
    expect(() => open(alias, [data])).toThrow(`${data} lies in it`)
    expect(() => open(root, [root])).toThrow(StartError)
    expect(() => open(root, [folder, join(folder, 'pages-too')])).not.toThrow()
  })

  test('a link to a directory may change its target later', async () => {
    const [first, second, current] = ['first', 'second', 'current'].map((name) =>
      join(folder, name),
    ) as [string, string, string]
    for (const each of [first, second]) {
      mkdirSync(each)
      writeFileSync(join(each, 'which.txt'), each)
    }
    symlinkSync(first, current)
    const files = open(current)
    const which = async () =>
      (await files(new URL('http://localhost/which.txt'), new Headers()))?.text()
    expect(await which()).toBe(first)
    rmSync(current)
    symlinkSync(second, current)
    expect(await which()).toBe(second)
    rmSync(current)
    expect(await which()).toBeUndefined()
  })
})
