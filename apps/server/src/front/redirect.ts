import { isLocalName, originOf, parseHost } from './host.ts'
import type { RequestContext } from './socket.ts'

/**
 * Where a request must go to be served over HTTPS; undefined when it is fine as it is.
 * Browsers give camera and microphone to HTTPS and to names of the machine itself.
 */
export function secureAddress(
  context: RequestContext,
  httpsPort: number | undefined,
): string | undefined {
  if (context.isSecure || httpsPort === undefined) return undefined
  const name = parseHost(context.host)?.name ?? 'localhost'
  if (isLocalName(name)) return undefined
  return originOf('https', name, httpsPort) + context.url.pathname + context.url.search
}
