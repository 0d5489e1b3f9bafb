import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { messageOf, type Logger } from '@duet/base'
import type { WebApp } from './web-app.ts'

/** Where later starts find the built web app. */
const CACHE = join(import.meta.dir, '../../../../node_modules/.cache/duet')

/**
 * The web app as the last start with the same sources left it, or built now. A cache that
 * can't be read or written costs a build and nothing else. Rejects when the build fails.
 */
export async function loadWebApp(logger: Logger, cache = CACHE): Promise<WebApp> {
  const { buildWebApp, sourceKey } = await import('./web-build.ts')
  const name = `web-${sourceKey()}`
  const kept = read(join(cache, name))
  if (kept) return kept
  const startedAt = performance.now()
  const built = await buildWebApp()
  logger.debug('web app built', { ms: Math.round(performance.now() - startedAt) })
  try {
    write(cache, name, built)
  } catch (error) {
    logger.debug('the built web app was not kept', { error: messageOf(error) })
  }
  return built
}

function read(path: string): WebApp | undefined {
  try {
    return deserialize(readFileSync(path)) as WebApp
  } catch {
    return undefined
  }
}

function write(cache: string, name: string, app: WebApp): void {
  mkdirSync(cache, { recursive: true })
  const unfinished = join(cache, `unfinished-${process.pid}`)
  writeFileSync(unfinished, serialize(app))
  renameSync(unfinished, join(cache, name))
  for (const other of readdirSync(cache)) {
    if (other.startsWith('web-') && other !== name) rmSync(join(cache, other), { force: true })
  }
}
