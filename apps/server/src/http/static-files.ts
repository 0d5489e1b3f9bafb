import { realpathSync, statSync } from 'node:fs'
import { access, constants, realpath, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { messageOf } from '@duet/base'
import { StartError } from '../start-error.ts'
import { mediaTypeOf } from './media-types.ts'
import { isNotModified, isRangeStale, validatorsOf } from './validators.ts'

/** Answers GET and HEAD with a file of the directory; undefined when it has none. Never rejects. */
export type StaticFiles = (url: URL, request: Headers) => Promise<Response | undefined>

export interface StaticFilesOptions {
  directory: string
  /** Files and directories that must not lie in it. */
  secretPaths: readonly string[]
}

/** A file that may be served, or a directory that was asked for without its slash. */
type Found = { kind: 'file'; path: string; size: number; mtimeMs: number } | { kind: 'directory' }

/** Browsers look for the encoding of a page in so many bytes. */
const ENCODING_BYTES = 1024

/** The one name with a dot in front that is meant for everybody (RFC 8615). */
const WELL_KNOWN = '.well-known'

/** Serves a directory as it is on each request. Throws a StartError when it can't be served. */
export function createStaticFiles({ directory, secretPaths }: StaticFilesOptions): StaticFiles {
  const root = resolve(directory)
  checkDirectory(root, secretPaths)
  return async (url, request) => {
    const found = await find(root, url.pathname)
    if (found?.kind === 'directory') {
      const location = `${url.pathname}/${url.search}`
      return new Response(null, { status: 307, headers: { location, 'cache-control': 'no-cache' } })
    }
    return found && answer(found, request)
  }
}

function checkDirectory(root: string, secretPaths: readonly string[]): void {
  let real: string
  try {
    real = realpathSync(root)
    if (!statSync(real).isDirectory()) throw new Error('it is no directory')
  } catch (error) {
    throw new StartError(
      'static-not-usable',
      `The directory ${root} can't be served (${messageOf(error)}): ` +
        'make it, or choose another one with --static.',
      { cause: error },
    )
  }
  const secret = secretPaths.find((path) => isInside(real, realpathSync(path)))
  if (secret === undefined) return
  throw new StartError(
    'static-not-usable',
    `The directory ${root} can't be served because ${secret} lies in it: ` +
      'choose another one with --static.',
  )
}

/** Looks at every step of the way: what is hidden, leads outside or is no plain file is not there. */
async function find(root: string, pathname: string): Promise<Found | undefined> {
  const names = namesOf(pathname)
  if (!names) return undefined
  const isDirectoryWanted = names.at(-1) === ''
  if (isDirectoryWanted) names[names.length - 1] = 'index.html'
  try {
    const realRoot = await realpath(root)
    const path = await realpath(join(realRoot, ...names))
    const isOpen = isInside(realRoot, path) && relative(realRoot, path).split(sep).every(isShown)
    if (!isOpen) return undefined
    await access(path, constants.R_OK)
    const stats = await stat(path)
    if (stats.isFile()) return { kind: 'file', path, size: stats.size, mtimeMs: stats.mtimeMs }
    return stats.isDirectory() && !isDirectoryWanted ? { kind: 'directory' } : undefined
  } catch {
    return undefined
  }
}

/** The names of a path, decoded once, an empty one last after a slash; undefined for tricks. */
function namesOf(pathname: string): string[] | undefined {
  try {
    const names = pathname.slice(1).split('/').map(decodeURIComponent)
    const [last = '', ...above] = names.toReversed()
    return above.every(isShown) && (last === '' || isShown(last)) ? names : undefined
  } catch {
    return undefined
  }
}

/** Whether this name of a file or folder is for everybody. */
function isShown(name: string): boolean {
  return name === WELL_KNOWN || (!/[/\\\0]/.test(name) && name !== '' && !name.startsWith('.'))
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}

async function answer(found: Found & { kind: 'file' }, request: Headers): Promise<Response> {
  const validators = validatorsOf(found)
  const headers = {
    etag: validators.etag,
    'last-modified': new Date(validators.modifiedAt).toUTCString(),
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  }
  if (isNotModified(request, validators)) return new Response(null, { status: 304, headers })
  const file = Bun.file(found.path)
  // Bun answers ranges of a file by itself, unless it can't see that it is one.
  const isWhole = request.has('range') && isRangeStale(request, validators)
  const body = isWhole ? file.stream().pipeThrough(new TransformStream()) : file
  return new Response(body, { headers: { ...headers, 'content-type': await typeOf(found.path) } })
}

/**
 * Not every page is UTF-8: one that names its encoding in its first bytes (HTML §4.2.5.4) is
 * believed, and scripts and styles are read in the encoding of the page that loads them.
 */
async function typeOf(path: string): Promise<string> {
  const type = mediaTypeOf(path)
  const [bare = type] = type.split(';')
  if (bare === 'text/javascript' || bare === 'text/css') return bare
  if (bare !== 'text/html') return type
  const start = await Bun.file(path).slice(0, ENCODING_BYTES).bytes()
  return /charset\s*=/i.test(Buffer.from(start).toString('latin1')) ? bare : type
}
