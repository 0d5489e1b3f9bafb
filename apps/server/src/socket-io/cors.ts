/** How long a browser may remember what a preflight said, in seconds. */
const MAX_AGE_S = 600

/**
 * Lets pages of any origin in, with their cookies: version 2 clients send them, and browsers
 * then want the origin named. Nobody is known by a cookie here.
 */
export function allowOrigin(request: Request, answer: Response): Response {
  const origin = request.headers.get('origin')
  if (origin === null) return answer
  answer.headers.set('access-control-allow-origin', origin)
  answer.headers.set('access-control-allow-credentials', 'true')
  answer.headers.append('vary', 'origin')
  return answer
}

/** Answers what a browser asks before a request of another origin. */
export function answerPreflight(request: Request): Response {
  const asked = request.headers.get('access-control-request-headers')
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, POST',
      'access-control-max-age': String(MAX_AGE_S),
      vary: 'access-control-request-headers',
      ...(asked === null ? {} : { 'access-control-allow-headers': asked }),
    },
  })
}
