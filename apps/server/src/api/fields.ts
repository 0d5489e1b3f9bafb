import { ApiError, notFound } from './api-error.ts'
import type { ApiRequest } from './route.ts'

/** Longer than any name or password: not worth looking at. */
const MAX_TEXT_LENGTH = 1024

const MAX_PAGE = 200
const USUAL_PAGE = 50

/** Reads fields of a body; each throws `bad-field` for what it is not. */
export function text(
  { body }: ApiRequest,
  name: string,
  maxLength: number = MAX_TEXT_LENGTH,
): string {
  const value = body.get(name)
  if (typeof value === 'string' && value.length <= maxLength) return value
  throw badField(name)
}

export function optionalText(
  request: ApiRequest,
  name: string,
  maxLength?: number,
): string | undefined {
  return isMissing(request, name) ? undefined : text(request, name, maxLength)
}

export function flag({ body }: ApiRequest, name: string): boolean {
  const value = body.get(name)
  if (typeof value === 'boolean') return value
  throw badField(name)
}

export function optionalFlag(request: ApiRequest, name: string): boolean | undefined {
  return isMissing(request, name) ? undefined : flag(request, name)
}

/** A whole number from 1 to `most`; `preset` when it is missing. */
export function optionalCount(
  request: ApiRequest,
  name: string,
  { preset, most }: { preset: number; most: number },
): number {
  if (isMissing(request, name)) return preset
  const value = request.body.get(name)
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) {
    return value
  }
  throw badField(name)
}

/** One of these words. */
export function optionalWord<const Word extends string>(
  request: ApiRequest,
  name: string,
  words: readonly Word[],
): Word | undefined {
  if (isMissing(request, name)) return undefined
  const value = words.find((word) => word === request.body.get(name))
  if (value !== undefined) return value
  throw badField(name)
}

/** The page of a list that the query asks for. */
export function pageOf({ query }: ApiRequest): { before?: number; limit: number } {
  const before = numberIn(query, 'before')
  const limit = numberIn(query, 'limit') ?? USUAL_PAGE
  if (limit < 1 || limit > MAX_PAGE) throw badField('limit')
  return { ...(before !== undefined && { before }), limit }
}

/** The id of a user, a login or the like in the path; `not-found` for what can't be one. */
export function idIn(request: ApiRequest, name: string): number {
  const written = request.param(name)
  const id = Number(written)
  if (/^[1-9]\d{0,15}$/.test(written) && Number.isSafeInteger(id)) return id
  throw notFound()
}

export function badField(name: string): ApiError {
  return new ApiError('bad-field', `${name} is missing or not valid`)
}

function isMissing({ body }: ApiRequest, name: string): boolean {
  return body.get(name) === undefined || body.get(name) === null
}

function numberIn(query: URLSearchParams, name: string): number | undefined {
  const written = query.get(name)
  if (written === null) return undefined
  const value = Number(written)
  if (/^\d{1,16}$/.test(written) && Number.isSafeInteger(value)) return value
  throw badField(name)
}
