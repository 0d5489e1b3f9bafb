import type { Exchange } from './media.ts'

/** Why the server refused a stream; its numbers stand in docs/dialects/srs.md. */
export class StreamError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** No number of the server's: it did not answer in its manner. */
const NO_ANSWER = -1

interface Answer {
  code?: number
  message?: string
  sdp?: string
}

/** Publishes or plays a stream by SRS's own API at this origin. */
export function srsExchange(kind: 'publish' | 'play', origin: string, streamurl: string): Exchange {
  return async (sdp) => {
    const api = `${origin}/rtc/v1/${kind}/`
    const tid = crypto.randomUUID().slice(0, 7)
    const response = await fetch(api, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ api, tid, streamurl, clientip: null, sdp }),
    })
    const answer = (await response.json().catch(() => ({}))) as Answer
    if (answer.code !== 0 || answer.sdp === undefined) {
      throw new StreamError(answer.code || NO_ANSWER, answer.message ?? `HTTP ${response.status}`)
    }
    return answer.sdp
  }
}
