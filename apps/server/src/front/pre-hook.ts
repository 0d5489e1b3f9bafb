import type { Clock, Logger } from '@duet/base'
import { withoutCookies } from './cookie-header.ts'
import { failureOf } from './failure.ts'
import { plain } from './plain-answer.ts'
import type { RequestContext } from './socket.ts'

export interface PreHookOptions {
  url: string
  /** Cookies that it is not told of. */
  hiddenCookies: readonly string[]
  clock: Clock
  logger: Logger
}

/** Asks a server of the administrator's own whether requests may pass. */
export interface PreHook {
  /** Undefined when it may, otherwise what to answer. Never rejects. */
  ask(context: RequestContext, request: Request): Promise<Response | undefined>
}

const TIMEOUT_MS = 3000

/** More questions at once are not asked: their requests get 503. */
const MAX_QUESTIONS = 128

/** A longer answer is none. */
const MAX_ANSWER_BYTES = 4096

/** What it is told of a request's headers. None carries a login of Duet's. */
const TOLD_HEADERS = ['user-agent', 'referer', 'origin', 'accept-language', 'content-type']

/** Where a certificate authority looks for what proves a name (RFC 8555 §8.3). */
const ACME_CHALLENGES = '/.well-known/acme-challenge/'

/** Whether this path is everybody's: who watches over the server and its certificate has no login. */
export function isUnasked(pathname: string): boolean {
  return pathname === '/healthz' || pathname.startsWith(ACME_CHALLENGES)
}

/** Whoever can't be asked about is refused. */
export function createPreHook({ url, hiddenCookies, clock, logger }: PreHookOptions): PreHook {
  let questions = 0
  let isReached = true

  /** One line when it is lost and one when it is back, however many requests there are. */
  const noteReached = (problem?: string): void => {
    const was = isReached
    isReached = problem === undefined
    if (isReached && !was) logger.info('the pre-hook answers again')
    if (!isReached && was) logger.error('the pre-hook can’t be asked', { error: problem })
  }

  const post = async (body: string): Promise<boolean> => {
    const abort = new AbortController()
    const cancel = clock.after(TIMEOUT_MS, () => abort.abort(new Error('it says nothing')))
    const send = (keepalive: boolean): Promise<Response> =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        redirect: 'manual',
        signal: abort.signal,
        keepalive,
        proxy: false,
      })
    try {
      // A kept connection may be closed by the time it is used.
      const answer = await send(true).catch((error: unknown) => {
        if (abort.signal.aborted) throw error
        return send(false)
      })
      if (answer.status >= 500) throw new Error(`it answers ${answer.status}`)
      const text = await readShort(answer)
      return answer.status === 200 && isYes(text)
    } finally {
      cancel()
    }
  }

  return {
    async ask(context, request) {
      if (questions >= MAX_QUESTIONS) return plain(503, 'Too many requests at once')
      questions += 1
      try {
        const isAllowed = await post(question(context, request, hiddenCookies))
        noteReached()
        return isAllowed ? undefined : plain(403, 'You may not open this address')
      } catch (error) {
        noteReached(failureOf(error))
        return plain(503, 'Nobody can say now whether you may open this address')
      } finally {
        questions -= 1
      }
    },
  }
}

function question(
  { url, address, host, headers }: RequestContext,
  { method }: Request,
  hiddenCookies: readonly string[],
): string {
  const told = TOLD_HEADERS.map((name) => [name, headers.get(name)] as const)
  const cookie = withoutCookies(headers.get('cookie'), hiddenCookies)
  return JSON.stringify({
    method,
    url: url.href,
    path: url.pathname,
    query: url.search.slice(1),
    host,
    address,
    isWebSocket: headers.get('upgrade')?.toLowerCase() === 'websocket',
    headers: Object.fromEntries([...told, ['cookie', cookie] as const].filter(([, text]) => text)),
  })
}

/** Rejects when it is longer than an answer can be. */
async function readShort({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) throw new Error('its answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** `0`, or an object whose `code` is 0. */
function isYes(text: string): boolean {
  if (text.trim() === '0') return true
  try {
    const answer: unknown = JSON.parse(text)
    return typeof answer === 'object' && answer !== null && 'code' in answer && answer.code === 0
  } catch {
    return false
  }
}
