import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { WebFile } from './web-app.ts'
import { webFile } from './web-file.ts'

const EXAMPLES = join(import.meta.dir, '../../../../examples')

/** Each demo is one page with one script of its own. */
const DEMOS = [
  'room/room',
  'topic/topic',
  'messages/messages',
  'cast/cast-tv',
  'cast/cast-send',
  'srs/one2one',
  'srs/whip',
  'srs/whep',
]

/** The first style is everybody's. */
const STYLES = ['page/page.css', 'cast/cast.css', 'srs/srs.css']

/** Bundles and compresses the demo pages, by path. Rejects when one does not compile. */
export async function buildDemos(): Promise<Map<string, WebFile>> {
  const { outputs } = await Bun.build({
    entrypoints: [...DEMOS.map((demo) => `${demo}.ts`), ...STYLES].map((path) =>
      join(EXAMPLES, path),
    ),
    root: EXAMPLES,
    target: 'browser',
    minify: true,
    env: 'disable',
    naming: '[name]-[hash].[ext]',
  })
  const files = new Map<string, WebFile>()
  for (const output of outputs) {
    const path = join('/demos', output.path)
    files.set(path, await webFile(path, new Uint8Array(await output.arrayBuffer()), true))
  }
  for (const demo of DEMOS) {
    const path = `/demos/${basename(demo)}.html`
    const source = readFileSync(join(EXAMPLES, `${demo}.html`), 'utf8')
    const html = new TextEncoder().encode(withBuiltFiles(source, [...files.keys()]))
    files.set(path, await webFile(path, html, false))
  }
  return files
}

/** Lets a page ask for what was made of its own files: those that it names beginning with a dot. */
function withBuiltFiles(html: string, built: readonly string[]): string {
  return html.replaceAll(/(?<=(?:src|href)=")\.[^"]+(?=")/g, (source) => {
    const [name, extension] = basename(source).split('.')
    const kind = extension === 'css' ? '.css' : '.js'
    const path = built.find((file) => file.startsWith(`/demos/${name}-`) && file.endsWith(kind))
    if (!path) throw new Error(`nothing was built from ${source}`)
    return path
  })
}
