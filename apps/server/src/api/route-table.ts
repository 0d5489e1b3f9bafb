import { ApiError } from './api-error.ts'
import type { ApiRoute } from './route.ts'

/** An endpoint that claims a request, with the variable parts of its path. */
export interface FoundRoute {
  route: ApiRoute
  params: ReadonlyMap<string, string>
}

/** Finds the endpoint for a method and a path; earlier routes win. */
export class RouteTable {
  readonly #routes: readonly { route: ApiRoute; parts: readonly string[] }[]

  constructor(routes: readonly ApiRoute[]) {
    this.#routes = routes.map((route) => ({ route, parts: route.path.split('/') }))
  }

  /** Throws `not-found` for what no endpoint claims. */
  find(method: string, pathname: string): FoundRoute {
    const written = pathname.split('/')
    let isPathKnown = false
    for (const { route, parts } of this.#routes) {
      const params = match(parts, written)
      if (!params) continue
      if (route.method === method) return { route, params }
      isPathKnown = true
    }
    if (!isPathKnown) throw new ApiError('not-found', 'There is no such endpoint.')
    throw new ApiError('not-found', 'This endpoint has other methods.', { status: 405 })
  }
}

function match(
  parts: readonly string[],
  written: readonly string[],
): ReadonlyMap<string, string> | undefined {
  if (parts.length !== written.length) return undefined
  const params = new Map<string, string>()
  for (const [index, part] of parts.entries()) {
    const text = written[index] ?? ''
    if (!part.startsWith(':')) {
      if (part !== text) return undefined
      continue
    }
    const decoded = decode(text)
    if (!decoded) return undefined
    params.set(part.slice(1), decoded)
  }
  return params
}

/** Undefined for a broken escape. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
