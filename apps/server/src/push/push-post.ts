import { request } from 'node:https'
import { isIP } from 'node:net'
import type { PushTarget } from './push-endpoint.ts'

export interface PushPost {
  target: PushTarget
  headers: Readonly<Record<string, string | number>>
  body: Uint8Array
  timeoutMs: number
  /** PEM of further authorities to trust. */
  authorities?: readonly string[] | undefined
}

/**
 * Posts to exactly the address that was judged, under the name of the URL; follows no redirect
 * and reads no answer but its status. Rejects when there is none in time.
 */
export function postPush(post: PushPost): Promise<number> {
  const { target, headers, body, timeoutMs, authorities } = post
  const { url, address } = target
  const isName = isIP(url.hostname.replace(/^\[(.*)\]$/, '$1')) === 0
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const sent = request(
    {
      host: address,
      port: url.port === '' ? 443 : Number(url.port),
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: { ...headers, host: url.host, 'content-length': body.length },
      agent: false,
      ...(isName && { servername: url.hostname }),
      ...(authorities && { ca: [...authorities] }),
    },
    (answer) => {
      answer.destroy()
      resolve(answer.statusCode ?? 0)
    },
  )
  const timer = setTimeout(() => sent.destroy(new Error('no answer in time')), timeoutMs)
  sent.on('error', reject)
  sent.end(body)
  return promise.finally(() => {
    clearTimeout(timer)
    sent.destroy()
  })
}
