/** How long browsers may remember what a preflight said, in seconds. */
const MAX_AGE_S = 600

const METHODS = 'GET, POST, PUT, DELETE, PATCH, OPTIONS'

/** What a preflight that asks for none is told. */
const USUAL_HEADERS = 'Authorization, Content-Type, If-Match'

const EXPOSED = 'Location, ETag, Link, Accept-Patch, Accept-Post, Retry-After'

/**
 * Lets pages of any origin read the answer: a client is known by a token that it says, or by
 * nothing, and a browser sends no cookies to an origin that is named by `*`.
 */
export function withCors(answer: Response): Response {
  answer.headers.set('access-control-allow-origin', '*')
  answer.headers.set('access-control-expose-headers', EXPOSED)
  return answer
}

/** Answers OPTIONS, a preflight (Fetch §3.2.2) or not. `headers`: what else is to be known. */
export function answerOptions(request: Request, headers: Record<string, string> = {}): Response {
  const asked = request.headers.get('access-control-request-headers')
  return withCors(
    new Response(null, {
      status: 200,
      headers: {
        allow: METHODS,
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': asked ?? USUAL_HEADERS,
        'access-control-max-age': String(MAX_AGE_S),
        vary: 'access-control-request-headers',
        ...headers,
      },
    }),
  )
}
