import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, type Logger } from '@duet/base'
import { loadWebApp } from './web-cache.ts'

/** Two builds on a machine that does other things too. */
const BUILD_TIMEOUT_MS = 30_000

const cache = mkdtempSync(join(tmpdir(), 'duet-web-cache-'))

afterAll(() => rmSync(cache, { recursive: true }))

/** A logger that counts the builds it hears of. */
function countBuilds(): { logger: Logger; count: () => number } {
  let builds = 0
  const logger = createLogger('debug', ({ message }) => {
    if (message === 'web app built') builds += 1
  })
  return { logger, count: () => builds }
}

test(
  'the first start builds, later ones do not, and a damaged cache is built again',
  async () => {
    const { logger, count } = countBuilds()
    writeFileSync(join(cache, 'web-of-older-sources'), 'x')
    const first = await loadWebApp(logger, cache)
    expect(count()).toBe(1)
    const [name = ''] = readdirSync(cache)
    expect(readdirSync(cache)).toEqual([name])

    expect(await loadWebApp(logger, cache)).toEqual(first)
    expect(count()).toBe(1)

    writeFileSync(join(cache, name), 'nonsense')
    expect(await loadWebApp(logger, cache)).toEqual(first)
    expect(count()).toBe(2)
  },
  BUILD_TIMEOUT_MS,
)

test(
  'a cache that can’t be written costs nothing but the build',
  async () => {
    const { logger, count } = countBuilds()
    writeFileSync(join(cache, 'a-file'), '')
    const app = await loadWebApp(logger, join(cache, 'a-file', 'below'))
    expect(app.files.has(app.entry)).toBe(true)
    expect(count()).toBe(1)
  },
  BUILD_TIMEOUT_MS,
)

test('names change with the content, styles and chunks are known, types are right', async () => {
  const app = await loadWebApp(countBuilds().logger, cache)
  expect(app.entry).toMatch(/^\/assets\/main-[a-z\d]+\.js$/)
  expect(app.preloads[0]).toBe(app.entry)
  expect(app.styles.length).toBeGreaterThan(0)
  for (const path of [...app.preloads, ...app.styles]) expect(app.files.has(path)).toBe(true)
  expect(app.files.get(app.entry)?.type).toBe('text/javascript; charset=utf-8')
  expect(app.files.get(app.entry)?.isHashed).toBe(true)
})

test.each([
  ['room', ['page.css']],
  ['topic', ['page.css']],
  ['cast-tv', ['page.css', 'cast.css']],
  ['cast-send', ['page.css', 'cast.css']],
  ['one2one', ['page.css', 'srs.css']],
  ['whip', ['page.css', 'srs.css']],
  ['whep', ['page.css', 'srs.css']],
])('the demo page %s names files that are there', async (demo, sheets) => {
  const { files, styles } = await loadWebApp(countBuilds().logger, cache)
  const page = files.get(`/demos/${demo}.html`)
  const html = new TextDecoder().decode(page?.body)
  const named = Array.from(html.matchAll(/(?:src|href)="([^"]+)"/g), ([, path]) => path)
  const built = named.filter((path) => path?.startsWith('/demos/')) as string[]
  expect(built.map((path) => path.replace(/-[^-.]+\./, '.'))).toEqual([
    ...sheets.map((sheet) => `/demos/${sheet}`),
    `/demos/${demo}.js`,
  ])
  expect(built.every((path) => files.get(path)?.isHashed)).toBe(true)
  expect(styles.every((path) => path.startsWith('/assets/'))).toBe(true)
  expect(html).not.toMatch(/<style|style=|\son[a-z]+=|<script>/)
})
