import { plain } from '../front/plain-answer.ts'
import type { Passing } from '../front/proxied.ts'
import { Deadline } from './deadline.ts'
import { endToEnd, requestHeaders } from './headers.ts'
import { ANSWER_TIMEOUT_MS, SILENCE_TIMEOUT_MS, WHOLE_BYTES } from './limits.ts'
import { passedAnswer } from './passed-answer.ts'
import { watched } from './streams.ts'
import type { UpstreamOptions } from './upstream.ts'

/** A request by one of these may be made again (RFC 9110 §9.2.2), as `fetch` does by itself. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE'])

/**
 * Makes the request anew at the upstream, and answers with what it answers: bodies pass chunk by
 * chunk in both directions, redirects and compressed bodies as they are. `onEnd` is called once
 * nothing passes any more.
 */
export async function forward(
  passing: Passing,
  { origin, hiddenCookies, reachability, clock }: UpstreamOptions,
  onEnd: () => void,
): Promise<Response> {
  const { context, request } = passing
  const abort = new AbortController()
  const giveUp = (): void => abort.abort()
  request.signal.addEventListener('abort', giveUp)
  if (request.signal.aborted) giveUp()
  const end = (): void => {
    request.signal.removeEventListener('abort', giveUp)
    passing.onEnd()
    onEnd()
  }

  let lateOne: 'upstream' | 'client' | undefined
  let isClientDue = false
  let isClientGone = request.signal.aborted
  const deadline = new Deadline(clock, ANSWER_TIMEOUT_MS, () => {
    lateOne = isClientDue ? 'client' : 'upstream'
    abort.abort()
  })
  const upload =
    request.body &&
    watched(request.body, {
      onAsk: () => (isClientDue = true),
      onChunk() {
        isClientDue = false
        deadline.restart()
      },
      onEnd(ending) {
        isClientDue = false
        if (ending === 'broken') isClientGone = true
      },
    })

  try {
    const answer = await fetch(origin + context.url.pathname + context.url.search, {
      method: request.method,
      headers: requestHeaders(passing, hiddenCookies),
      body: upload,
      redirect: 'manual',
      decompress: false,
      // A kept connection may be closed by the time it is used.
      keepalive: !upload && REPEATABLE.has(request.method),
      timeout: SILENCE_TIMEOUT_MS,
      proxy: false,
      signal: abort.signal,
    })
    const { method } = request
    const { status, statusText, headers } = answer
    const body = isShort(answer, method) ? await answer.bytes() : answer.body
    deadline.stop()
    reachability.reached()
    const passed = { status, statusText, headers: endToEnd(headers), body }
    return passedAnswer(method, passed, { onEnd: end })
  } catch (error) {
    deadline.stop()
    giveUp()
    end()
    if (lateOne === 'client') return plain(408, 'Your request took too long')
    if (lateOne === 'upstream') {
      reachability.lost(new Error('it says nothing'))
      return plain(504, 'The server behind this address says nothing')
    }
    if (!isClientGone && !request.signal.aborted) reachability.lost(error)
    return plain(502, 'The server behind this address can’t be reached')
  }
}

/** Bun sends a stream in chunks, without its length, and calls bytes without a type unknown ones. */
function isShort({ headers }: Response, method: string): boolean {
  const length = headers.get('content-length')
  const isTyped = headers.has('content-type')
  return isTyped && method !== 'HEAD' && length !== null && Number(length) <= WHOLE_BYTES
}
