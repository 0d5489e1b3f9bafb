import { withCors } from './cors.ts'
import { REFUSALS, type MediaRefusal } from './refusal.ts'

/** A refusal as problem details (RFC 9457), which RFC 9725 §4.1 names for WHIP. */
export function problem(refusal: MediaRefusal, headers: Record<string, string> = {}): Response {
  const { code, message, status } = refusal
  const { title } = REFUSALS[code]
  const seconds = refusal.retryAfterS
  return withCors(
    new Response(`${JSON.stringify({ title, status, detail: message, code })}\n`, {
      status,
      headers: {
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        ...challenge(refusal),
        ...(seconds === undefined ? {} : { 'retry-after': String(seconds) }),
        ...headers,
      },
    }),
  )
}

/** RFC 6750 §3: which token is wanted. */
function challenge({ code }: MediaRefusal): Record<string, string> {
  switch (code) {
    case 'token-missing':
      return { 'www-authenticate': 'Bearer realm="duet"' }
    case 'token-wrong':
      return { 'www-authenticate': 'Bearer realm="duet", error="invalid_token"' }
    case 'token-elsewhere':
      return { 'www-authenticate': 'Bearer realm="duet", error="insufficient_scope"' }
    default:
      return {}
  }
}
