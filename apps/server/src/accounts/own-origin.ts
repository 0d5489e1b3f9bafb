import type { RequestContext } from '../front/socket.ts'

/**
 * Whether the browser says that a page of another origin asks. Behind a trusted proxy our own
 * origin is the one that the proxy names.
 */
export function isForeign(context: RequestContext): boolean {
  const origin = context.headers.get('origin')
  return origin !== null && !isOwn(context)
}

/** Whether the browser vouches that one of our own pages asks. */
export function isOwn({ headers, url }: RequestContext): boolean {
  // No page can set either header (Fetch §2.2.2).
  return headers.get('origin') === url.origin || headers.get('sec-fetch-site') === 'same-origin'
}
