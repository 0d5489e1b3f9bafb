import { apiCodeOf, type ApiFault } from '../../i18n/api-sentences.ts'

/** What a request came to; nothing is thrown. */
export type ApiResult<Value> = { ok: true; value: Value } | { ok: false; fault: ApiFault }

export type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type ApiFetch = (path: string, init: RequestInit) => Promise<Response>

export interface ApiRequest {
  method: ApiMethod
  body?: unknown
  headers?: Record<string, string>
}

/** Longer than any answer takes that is worth waiting for, in milliseconds. */
const TIMEOUT_MS = 20_000

/** Asks the API of the server that this page came from. */
export async function askApi<Value>(
  fetch: ApiFetch,
  path: string,
  { method, body, headers }: ApiRequest,
): Promise<ApiResult<Value>> {
  let response: Response
  try {
    response = await fetch(`/api/${path}`, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      // A type that no form of another site can have: the server asks for it.
      headers: { ...(method === 'GET' ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch {
    return { ok: false, fault: { code: 'network' } }
  }
  const answer = await jsonOf(response)
  if (response.ok) return { ok: true, value: answer as Value }
  return { ok: false, fault: faultOf(response, answer) }
}

/** What the answer holds; undefined for none, and for what is no JSON: a page of a proxy. */
async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

function faultOf(response: Response, answer: unknown): ApiFault {
  const error = (answer as { error?: { code?: unknown; message?: unknown } } | undefined)?.error
  const code = error ? apiCodeOf(error.code) : codeOfStatus(response.status)
  const wait = Number(response.headers.get('retry-after'))
  return {
    code,
    ...(typeof error?.message === 'string' && { detail: error.message }),
    ...(wait > 0 && { retryAfterS: wait }),
  }
}

/** For answers that are not the API's own, such as a proxy's while the server is away. */
function codeOfStatus(status: number) {
  if (status === 502 || status === 503 || status === 504) return 'unavailable'
  return status === 429 ? 'rate-limited' : 'internal'
}
