import { messageOf, type Clock } from '@duet/base'

/** Whoever runs a callback has so long to answer, in milliseconds. */
export const CALLBACK_TIMEOUT_MS = 3_000

/** Bytes of an answer that are looked at: a zero, or a small object. */
export const MAX_CALLBACK_ANSWER_BYTES = 4096

/**
 * allowed: it said zero. refused: it said something else. failed: it did not answer in time or at
 * all, or is broken itself.
 */
export type CallbackAnswer = { name: 'allowed' } | { name: 'refused' | 'failed'; reason: string }

/** Posts to a callback; redirects are not followed. Never rejects. */
export async function postCallback(
  url: string,
  event: Readonly<Record<string, unknown>>,
  clock: Clock,
): Promise<CallbackAnswer> {
  const abort = new AbortController()
  const cancel = clock.after(CALLBACK_TIMEOUT_MS, () => abort.abort(new Error('no answer in time')))
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
      redirect: 'manual',
      signal: abort.signal,
    })
    return judge(answer.status, await startOf(answer))
  } catch (error) {
    return { name: 'failed', reason: messageOf(error) }
  } finally {
    cancel()
    abort.abort()
  }
}

function judge(status: number, body: string): CallbackAnswer {
  if (status >= 500) return { name: 'failed', reason: `status ${status}` }
  if (status !== 200 && status !== 201) return { name: 'refused', reason: `status ${status}` }
  const code = codeIn(body)
  if (code === 0) return { name: 'allowed' }
  return { name: 'refused', reason: code === undefined ? 'no code' : `code ${code}` }
}

/** `0`, or the `code` of an object; undefined for anything else. */
function codeIn(body: string): number | undefined {
  try {
    const value: unknown = JSON.parse(body)
    const code = typeof value === 'object' && value !== null && 'code' in value ? value.code : value
    return typeof code === 'number' ? code : undefined
  } catch {
    return undefined
  }
}

/** The body, as far as it may be of use: a longer one is cut, and so no JSON. */
async function startOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_CALLBACK_ANSWER_BYTES) return ''
  }
  return Buffer.concat(chunks).toString()
}
