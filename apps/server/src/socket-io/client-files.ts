import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { mediaTypeOf } from '../http/media-types.ts'
import { isNotModified, validatorsOf, type Validators } from '../http/validators.ts'
import { PREFIX } from './paths.ts'

/** What `socket.io` brings for browsers. */
const NAMES = [
  'socket.io.js',
  'socket.io.min.js',
  'socket.io.esm.min.js',
  'socket.io.msgpack.min.js',
].flatMap((name) => [name, `${name}.map`])

const FOLDER = join(
  dirname(Bun.resolveSync('socket.io/package.json', import.meta.dir)),
  'client-dist',
)

interface ClientFile {
  body: Uint8Array<ArrayBuffer>
  gzip: Uint8Array<ArrayBuffer>
  type: string
  validators: Validators
}

/** The client library, as the library's own server serves it; read when it is asked for. */
export class ClientFiles {
  readonly #files = new Map<string, ClientFile>()

  /** Undefined when the path names none of them. */
  respond(pathname: string, request: Request): Response | undefined {
    const name = NAMES.find((one) => pathname === `${PREFIX}/${one}`)
    if (name === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      return undefined
    }
    const { body, gzip, type, validators } = this.#read(name)
    const headers = new Headers({
      'content-type': type,
      'cache-control': 'public, max-age=0',
      etag: validators.etag,
      'last-modified': new Date(validators.modifiedAt).toUTCString(),
      vary: 'accept-encoding',
    })
    if (isNotModified(request.headers, validators))
      return new Response(null, { status: 304, headers })
    if (!/\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')) {
      return new Response(body, { headers })
    }
    headers.set('content-encoding', 'gzip')
    return new Response(gzip, { headers })
  }

  #read(name: string): ClientFile {
    const known = this.#files.get(name)
    if (known) return known
    const path = join(FOLDER, name)
    const body = new Uint8Array(readFileSync(path))
    const file = {
      body,
      gzip: Bun.gzipSync(body),
      type: mediaTypeOf(name),
      validators: validatorsOf(statSync(path)),
    }
    this.#files.set(name, file)
    return file
  }
}
