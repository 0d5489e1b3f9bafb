import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { buildDemos } from './demo-build.ts'
import type { WebApp, WebFile } from './web-app.ts'
import { webFile } from './web-file.ts'

const ROOT = join(import.meta.dir, '../../../..')
const WEB = join(ROOT, 'apps/web')

/** Its folder is what it may look after: everything. */
const WORKER_PATH = '/sw.js'

/** Everything that the built files depend on. */
const SOURCES = [
  ...['apps/web', 'packages/base', 'packages/protocol', 'packages/client'].flatMap((workspace) => [
    join(workspace, 'src'),
    join(workspace, 'public'),
  ]),
  'examples',
]

/** A hash that changes when a source, a dependency or the bundler does. */
export function sourceKey(): string {
  const hash = createHash('sha256').update(Bun.version)
  for (const path of ['package-lock.json', ...SOURCES.flatMap(filesUnder)]) {
    const { size, mtimeMs } = statSync(join(ROOT, path))
    hash.update(`${path} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}

/** Bundles and compresses the web app and the demo pages. Rejects when it does not compile. */
export async function buildWebApp(): Promise<WebApp> {
  const [app, worker, demos] = await Promise.all([buildPages(), buildWorker(), buildDemos()])
  return { ...app, files: new Map([...app.files, [WORKER_PATH, worker], ...demos]) }
}

/** The worker that rings while no page is open: one script for itself, always at the same address. */
async function buildWorker(): Promise<WebFile> {
  const { outputs } = await Bun.build({
    entrypoints: [join(WEB, 'src/service-worker.ts')],
    target: 'browser',
    minify: true,
    env: 'disable',
  })
  const [script] = outputs
  if (!script) throw new Error('the service worker was not built')
  return webFile(WORKER_PATH, new Uint8Array(await script.arrayBuffer()), false)
}

async function buildPages(): Promise<WebApp> {
  const { outputs } = await Bun.build({
    entrypoints: [join(WEB, 'src/main.tsx')],
    root: join(WEB, 'src'),
    target: 'browser',
    minify: true,
    splitting: true,
    env: 'disable',
    define: { 'process.env.NODE_ENV': '"production"' },
    publicPath: '/assets/',
    naming: {
      entry: '[name]-[hash].[ext]',
      chunk: '[name]-[hash].[ext]',
      asset: '[name]-[hash].[ext]',
    },
  })
  const files = new Map<string, WebFile>()
  const codes = new Map<string, string>()
  let entry = ''
  for (const output of outputs) {
    const path = join('/assets', output.path)
    const body = new Uint8Array(await output.arrayBuffer())
    files.set(path, await webFile(path, body, true))
    if (extname(path) === '.js') codes.set(path, await output.text())
    if (output.kind === 'entry-point' && extname(path) === '.js') entry = path
  }
  for (const path of filesUnder('apps/web/public')) {
    const body = new Uint8Array(readFileSync(join(ROOT, path)))
    const address = join('/', relative('apps/web/public', path))
    files.set(address, await webFile(address, body, false))
  }
  const styles = [...files.keys()].filter((path) => extname(path) === '.css')
  return { entry, preloads: importsOf(entry, codes), styles, files }
}

function filesUnder(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return []
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.name.includes('.test.'))
    .map((file) => relative(ROOT, join(file.parentPath, file.name)))
    .sort()
}

/** A script and all that it imports statically, so that the browser asks for them together. */
function importsOf(entry: string, codes: ReadonlyMap<string, string>): string[] {
  const found = new Set([entry])
  const scanner = new Bun.Transpiler({ loader: 'js' })
  for (const path of found) {
    for (const { kind, path: specifier } of scanner.scanImports(codes.get(path) ?? '')) {
      const target = new URL(specifier, `http://localhost${path}`).pathname
      if (kind === 'import-statement' && codes.has(target)) found.add(target)
    }
  }
  return [...found]
}
