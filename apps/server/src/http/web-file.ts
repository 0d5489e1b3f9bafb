import { extname } from 'node:path'
import { constants, brotliCompress, gzip } from 'node:zlib'
import { promisify } from 'node:util'
import { mediaTypeOf } from './media-types.ts'
import type { WebFile } from './web-app.ts'

/** Already compressed. */
const DENSE = new Set(['.png', '.ico', '.webp', '.woff2', '.mp3'])

/** A file of the web app, compressed; its type follows from the end of `path`. */
export async function webFile(
  path: string,
  body: Uint8Array<ArrayBuffer>,
  isHashed: boolean,
): Promise<WebFile> {
  const type = mediaTypeOf(path)
  if (DENSE.has(extname(path))) return { type, body, isHashed, gzip: undefined, brotli: undefined }
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
  const [zipped, brotli] = await Promise.all([
    promisify(gzip)(body, { level: constants.Z_BEST_COMPRESSION }),
    promisify(brotliCompress)(body, quality),
  ])
  return { type, body, isHashed, gzip: new Uint8Array(zipped), brotli: new Uint8Array(brotli) }
}
