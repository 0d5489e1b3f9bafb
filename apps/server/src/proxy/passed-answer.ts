import { watched } from './streams.ts'

/** An upstream's answer, whatever read it. */
export interface Answer {
  status: number
  statusText: string
  headers: Headers
  /** All of it, or as it comes. */
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null
}

/** What becomes known of an answer while it passes. */
export interface AnswerWatch {
  onChunk?(): void
  /** Nothing more of it passes. */
  onEnd(): void
}

/** Their answers have no body (RFC 9110 §6.4.1). */
const BODILESS = new Set([204, 205, 304])

/** The same answer for the client. Throws a RangeError when it is none that can be passed on. */
export function passedAnswer(method: string, answer: Answer, watch: AnswerWatch): Response {
  const { status, statusText, headers } = answer
  const init = { status, statusText, headers }
  const body = method === 'HEAD' || BODILESS.has(status) ? null : answer.body
  if (body instanceof ReadableStream) {
    // One that breaks off ends the connection: the client must not take it for whole.
    return new Response(watched(body, watch), init)
  }
  const response = new Response(body, init)
  if (answer.body instanceof ReadableStream) void answer.body.cancel().catch(() => {})
  watch.onEnd()
  return response
}
