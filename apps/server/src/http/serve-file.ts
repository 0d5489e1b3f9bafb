import type { WebFile } from './web-app.ts'

/** A year: browsers keep nothing longer. */
const FOR_GOOD = 'public, max-age=31536000, immutable'

const AN_HOUR = 'public, max-age=3600'

/** A page names hashed files, which go when it changes; a worker would outlive its pages. */
const ASK_EACH_TIME = 'no-cache'

/** Answers with a file, in the smallest encoding that the browser takes, under a policy. */
export function serveFile(
  file: WebFile,
  request: Headers,
  policy: Readonly<Record<string, string>>,
): Response {
  const accepted = request.get('accept-encoding') ?? ''
  const [encoding, body] = smallest(file, accepted)
  const headers = new Headers({
    ...policy,
    'content-type': file.type,
    'cache-control': cacheControl(file),
    vary: 'accept-encoding',
  })
  if (encoding) headers.set('content-encoding', encoding)
  return new Response(body, { headers })
}

function cacheControl({ type, isHashed }: WebFile): string {
  if (isHashed) return FOR_GOOD
  return /^text\/(html|javascript)/.test(type) ? ASK_EACH_TIME : AN_HOUR
}

function smallest(
  { body, gzip, brotli }: WebFile,
  accepted: string,
): [string | undefined, Uint8Array<ArrayBuffer>] {
  if (brotli && takes(accepted, 'br')) return ['br', brotli]
  if (gzip && takes(accepted, 'gzip')) return ['gzip', gzip]
  return [undefined, body]
}

/** Whether `Accept-Encoding` names it without a quality of zero (RFC 9110 §12.5.3). */
function takes(accepted: string, coding: string): boolean {
  return accepted.split(',').some((part) => {
    const [name, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}
