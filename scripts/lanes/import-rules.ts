import { posix } from 'node:path'

/** Which packages a folder may import, by their doors. The order allows no cycle. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'packages/base': [],
  'packages/protocol': [],
  'packages/rules': ['base'],
  'packages/stun': [],
  'packages/datagrams': ['stun', 'base'],
  'packages/turn': ['datagrams', 'stun', 'base'],
  'packages/media': ['datagrams', 'stun', 'base'],
  'packages/capture': ['media', 'base'],
  'packages/client': ['protocol', 'base'],
  'apps/server': ['base', 'protocol', 'rules', 'stun', 'datagrams', 'turn', 'media', 'capture'],
  'apps/web': ['base', 'client', 'protocol'],
  e2e: ['base', 'protocol', 'stun'],
  lab: ['base', 'protocol', 'stun', 'datagrams', 'turn'],
  bench: ['base', 'protocol', 'stun', 'datagrams', 'turn', 'media', 'capture'],
  examples: ['client'],
}

/** What tests may import beyond that: the server's sessions are tested with the real client's. */
const TESTS_MAY_IMPORT: Record<string, readonly string[]> = {
  'apps/server': ['client'],
}

/** Folders of tests and measurements share each other's harness. */
const SHARED_HARNESSES: Record<string, readonly string[]> = {
  e2e: ['lab'],
  lab: ['e2e'],
  bench: ['e2e', 'lab'],
}

/** Folders of the server at its core; dialects and the API stand on them. */
const SERVER_CORE = ['accounts', 'bounds', 'hub', 'people', 'push', 'rooms', 'store']

/** Folders of the server that know nothing of others. */
const STRANGERS: [folders: readonly string[], unknown: readonly string[]][] = [
  [SERVER_CORE, ['api', 'gateways', 'socket-io']],
  [['api'], ['gateways', 'socket-io']],
  [['gateways'], ['api']],
  [['media'], ['api', 'captures', 'gateways', 'socket-io']],
  [['captures'], ['api', 'gateways', 'socket-io']],
  // It knows paths and other servers, and nothing of what Duet is about.
  [['proxy'], ['api', 'gateways', 'socket-io', ...SERVER_CORE]],
  // It carries what dialects say, and knows nothing of what that is about.
  [['socket-io'], ['api', 'gateways', ...SERVER_CORE.filter((folder) => folder !== 'bounds')]],
]

/** Packages without a runtime of their own, with what they may take from Node's modules. */
const PURE: Record<string, readonly string[]> = {
  'packages/base': [],
  'packages/protocol': [],
  'packages/rules': [],
  'packages/client': [],
  // Bytes in, bytes out: Web Crypto has neither MD5 nor a synchronous HMAC.
  'packages/stun': ['node:crypto', 'node:zlib'],
}

const transpilers = {
  ts: new Bun.Transpiler({ loader: 'ts', trimUnusedImports: false }),
  tsx: new Bun.Transpiler({ loader: 'tsx', trimUnusedImports: false }),
}

/** What is wrong with the imports of one file, one sentence each. `file` is relative to the root. */
export function importProblems(file: string, source: string): string[] {
  const home = homeOf(file)
  const allowed = MAY_IMPORT[home]
  if (!allowed) return [`no rule says what ${home} may import`]
  const imports = importsOf(file, source)
  // What stands on the test runner can only be used by tests.
  const isTest = /\.test\.tsx?$/.test(file) || imports.includes('bun:test')
  const packages = isTest ? [...allowed, ...(TESTS_MAY_IMPORT[home] ?? [])] : allowed
  return imports.flatMap((path) => {
    if (path.startsWith('.')) return relativeProblem(file, home, path)
    if (path.startsWith('@duet/')) return packageProblem(home, packages, path)
    const isRuntime = path === 'bun' || path.startsWith('bun:') || path.startsWith('node:')
    if (!isRuntime || isTest || (PURE[home] ?? [path]).includes(path)) return []
    return [`${home} belongs to no runtime and cannot import '${path}'`]
  })
}

function relativeProblem(file: string, home: string, path: string): string[] {
  const imported = posix.join(posix.dirname(file), path)
  const target = homeOf(imported)
  if (areStrangers(file, imported)) {
    return [`'${path}' is nothing that this folder of the server may know`]
  }
  if (target === home || SHARED_HARNESSES[home]?.includes(target)) return []
  return [`'${path}' leaves ${home}: packages are imported by their door, apps not at all`]
}

function packageProblem(home: string, allowed: readonly string[], path: string): string[] {
  const [, name = '', ...inside] = path.split('/')
  if (inside.length > 0) return [`'${path}' goes past the door of @duet/${name}`]
  if (!allowed.includes(name)) return [`${home} may not import '${path}'`]
  return []
}

function areStrangers(file: string, imported: string): boolean {
  return STRANGERS.some(
    ([folders, unknown]) => isOfServer(file, folders) && isOfServer(imported, unknown),
  )
}

function isOfServer(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => file.startsWith(`apps/server/src/${folder}/`))
}

/** `packages/base/src/queue.ts` -> `packages/base`; `lab/nat/a.ts` -> `lab`. */
function homeOf(file: string): string {
  const [first = '', second = ''] = file.split('/')
  return first === 'packages' || first === 'apps' ? `${first}/${second}` : first
}

/** All imported paths. Type imports count too, so the word `type` goes before the scan. */
function importsOf(file: string, source: string): string[] {
  const untyped = source
    .replace(/\bimport\s+type\s+(?=[{*\w])/g, 'import ')
    .replace(/\bexport\s+type\s+(?=[{*])/g, 'export ')
    .replace(/([{,]\s*)type\s+(?=\w)/g, '$1')
  const transpiler = transpilers[file.endsWith('x') ? 'tsx' : 'ts']
  return transpiler.scanImports(untyped).map(({ path }) => path)
}
