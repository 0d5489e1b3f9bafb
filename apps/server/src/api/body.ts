import { readBoundedBody } from '../front/bounded-body.ts'
import { ApiError } from './api-error.ts'

/** Reads the object in a body of at most so many bytes. Rejects with an ApiError. */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<ReadonlyMap<string, unknown>> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new ApiError('not-json', 'Send application/json.', { status: 415 })
  }
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const read = await readBoundedBody(request, maxBytes)
  if ('problem' in read) {
    if (read.problem === 'too long') throw tooLarge(maxBytes)
    throw new ApiError('not-json', 'The body broke off.')
  }
  return objectIn(await textOf(read.request))
}

async function textOf(request: Request): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await request.arrayBuffer())
  } catch {
    throw notJson()
  }
}

function objectIn(written: string): ReadonlyMap<string, unknown> {
  if (written.trim() === '') return new Map()
  let value: unknown
  try {
    value = JSON.parse(written)
  } catch {
    throw notJson()
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notJson()
  return new Map(Object.entries(value))
}

function notJson(): ApiError {
  return new ApiError('not-json', 'The body is no JSON object in UTF-8.')
}

function tooLarge(maxBytes: number): ApiError {
  return new ApiError('bad-field', `The body is larger than ${maxBytes} bytes.`, { status: 413 })
}
