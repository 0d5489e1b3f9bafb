import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the clone. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')

const MODULES = join(ROOT, 'node_modules')

/** Says for which package-lock.json the packages were installed. */
const STAMP = join(MODULES, '.duet-installed')

const OLDEST_NODE = 18

/** A real Bun binary is far larger than the placeholder that its package brings, in bytes. */
const SMALLEST_BUN = 1_000_000

/** Something that a person must change before anything runs: its message is one sentence. */
export class SetupError extends Error {}

/**
 * Installs the packages when there are none or package-lock.json has changed since; otherwise
 * touches neither the disk nor the network. Packages for development stay where they are.
 * Throws a SetupError.
 *
 * @param {{ dev?: boolean }} [options] dev: with the packages that only tests and checks need.
 */
export function ensureInstalled({ dev = false } = {}) {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new SetupError(
      `Duet needs Node ${OLDEST_NODE} or newer to start, and this is ${process.version}.`,
    )
  }
  const lockText = readFileSync(join(ROOT, 'package-lock.json'), 'utf8')
  const hash = createHash('sha256').update(lockText).digest('hex')
  const [stampedHash, stampedKind] = read(STAMP)?.trim().split(' ') ?? []
  const kind = dev ? 'dev' : 'production'
  if (stampedHash === hash && (stampedKind === 'dev' || stampedKind === kind)) return
  const installed = JSON.parse(read(join(MODULES, '.package-lock.json')) ?? '{"packages":{}}')
  if (!isComplete(JSON.parse(lockText).packages, installed.packages, dev)) {
    const hasDev = Object.values(installed.packages).some((one) => one.dev === true)
    install(dev || hasDev)
  }
  writeFileSync(STAMP, `${hash} ${kind}\n`)
}

/** The path of the Bun binary among the installed packages. Throws a SetupError. */
export function findBun() {
  const vendor = join(MODULES, '@oven')
  const builds = existsSync(vendor) ? readdirSync(vendor).map((name) => join(vendor, name)) : []
  for (const folder of [join(MODULES, 'bun'), ...builds]) {
    for (const name of ['bun.exe', 'bun']) {
      const binary = join(folder, 'bin', name)
      if (existsSync(binary) && statSync(binary).size > SMALLEST_BUN) return binary
    }
  }
  throw new SetupError(
    `There is no Bun for ${process.platform} on ${process.arch} in node_modules: ` +
      'delete node_modules and start again, and see that optional packages may be installed.',
  )
}

/** Whether everything that package-lock.json asks for is there in the same version. */
function isComplete(wanted, installed, dev) {
  return Object.entries(wanted).every(([path, { version, ...one }]) => {
    const isNeeded = path.startsWith('node_modules/') && (dev || !one.dev) && !one.optional
    if (!isNeeded) return true
    return one.link ? path in installed : installed[path]?.version === version
  })
}

function install(dev) {
  process.stderr.write('Installing packages from the npm registry, this once ...\n')
  // Not `npm ci`: it refuses a lock file without the builds for other platforms.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']
  args.push(dev ? '--include=dev' : '--omit=dev')
  const npm = process.env.npm_execpath
  const isScript = npm?.endsWith('.js') ?? false
  const { status, error, stderr } = spawnSync(
    isScript ? process.execPath : 'npm',
    isScript ? [npm, ...args] : args,
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  )
  if (error) throw new SetupError(`npm can't be run (${error.message}): install npm first.`)
  if (status !== 0)
    throw new SetupError(`npm install failed, so nothing can start:\n${stderr.trim()}`)
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
