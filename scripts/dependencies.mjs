// Installs the npm dependencies with those of development. Plain JavaScript for Node >= 18.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const STAMP = join(ROOT, 'node_modules', '.duet-dev')
const BUN = join(ROOT, 'node_modules', '.bin', 'bun')

/**
 * Installs what the lock file says unless that was done before. Ends the process when npm fails.
 * @returns {string} the path of Bun
 */
export function ensureDevDependencies() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
  const isDone = existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted && existsSync(BUN)
  if (isDone) return BUN
  console.log('Installing npm dependencies ...')
  const npm = process.env.npm_execpath
  const [command, ...before] = npm ? [process.execPath, npm] : ['npm']
  const install = spawnSync(command, [...before, 'install', '--include=dev', '--no-save'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (install.status !== 0 || !existsSync(BUN)) {
    console.error('npm could not install the dependencies; its messages stand above.')
    process.exit(1)
  }
  writeFileSync(STAMP, wanted)
  return BUN
}
