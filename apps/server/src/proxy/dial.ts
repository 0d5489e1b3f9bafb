import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import type { WebSocket } from 'ws'
import { plain } from '../front/plain-answer.ts'
import type { Passing } from '../front/proxied.ts'
import { Deadline } from './deadline.ts'
import { endToEnd, handshakeHeaders, withoutHandshake } from './headers.ts'
import { ANSWER_TIMEOUT_MS, MAX_MESSAGE_BYTES, SILENCE_TIMEOUT_MS } from './limits.ts'
import { passedAnswer } from './passed-answer.ts'
import type { UpstreamOptions } from './upstream.ts'

/** A WebSocket that is open at the upstream, and reads nothing yet. */
export interface Dialled {
  upstream: WebSocket
  /** What the upstream answered with the handshake, for the client. */
  handshake: Headers
}

/**
 * Opens the WebSocket that a client wants at the upstream, with the subprotocols that it offers.
 * An upstream that refuses is passed on with its status and body; `onRefused` is called once that
 * is over, or nothing came of it.
 */
export async function dial(
  passing: Passing,
  { origin, hiddenCookies, reachability, clock }: UpstreamOptions,
  onRefused: () => void,
): Promise<Dialled | Response> {
  const { context, request } = passing
  const offered = subprotocols(request.headers)
  const url = new URL(origin)
  const upstream = await create(
    `${origin.replace(/^http/, 'ws')}${context.url.pathname}${context.url.search}`,
    offered,
    {
      headers: Object.fromEntries(handshakeHeaders(passing, hiddenCookies)),
      // By default it would be the Host that the client named.
      ...(isIP(url.hostname) === 0 ? { servername: url.hostname } : {}),
    },
  )
  if (!upstream) {
    onRefused()
    return plain(400, 'Not a WebSocket handshake')
  }

  return new Promise((resolve) => {
    let handshake = new Headers()
    let chosen = ''
    const giveUp = (): void => upstream.terminate()
    let isLate = false
    let isSettled = false
    const deadline = new Deadline(clock, ANSWER_TIMEOUT_MS, () => {
      isLate = true
      giveUp()
    })
    const settle = (outcome: Dialled | Response): void => {
      isSettled = true
      deadline.stop()
      request.signal.removeEventListener('abort', giveUp)
      resolve(outcome)
    }
    request.signal.addEventListener('abort', giveUp)
    if (request.signal.aborted) giveUp()

    upstream.once('upgrade', (answer: IncomingMessage) => {
      handshake = headersOf(answer)
      chosen = handshake.get('sec-websocket-protocol') ?? ''
      // Whether it may choose none is for the client to judge; Bun's `ws` would refuse it.
      const [first] = offered
      if (first && chosen === '') answer.rawHeaders.push('Sec-WebSocket-Protocol', first)
    })
    upstream.once('open', () => {
      upstream.pause()
      reachability.reached()
      const answered = withoutHandshake(handshake)
      // Without it Bun would choose one by itself.
      answered.set('sec-websocket-protocol', chosen)
      settle({ upstream, handshake: answered })
    })
    upstream.once('unexpected-response', (_, answer: IncomingMessage) => {
      reachability.reached()
      const silence = new Deadline(clock, SILENCE_TIMEOUT_MS, () => void answer.destroy())
      const onEnd = (): void => {
        silence.stop()
        onRefused()
      }
      try {
        settle(passedAnswer('GET', answerOf(answer), { onChunk: () => silence.restart(), onEnd }))
      } catch {
        answer.destroy()
        onEnd()
        settle(plain(502, 'The server behind this address answers what can’t be passed on'))
      }
    })
    upstream.on('error', (error) => {
      if (isSettled) return
      onRefused()
      if (isLate) {
        reachability.lost(new Error('it says nothing'))
        settle(plain(504, 'The server behind this address says nothing'))
        return
      }
      if (!request.signal.aborted) reachability.lost(error)
      settle(plain(502, 'The server behind this address can’t be reached'))
    })
  })
}

/** Undefined when the client offers what can't be offered. */
async function create(
  url: string,
  offered: string[],
  options: { headers: Record<string, string>; servername?: string },
): Promise<WebSocket | undefined> {
  const { WebSocket } = await import('ws')
  try {
    return new WebSocket(url, offered, {
      ...options,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
    })
  } catch {
    return undefined
  }
}

function subprotocols(headers: Headers): string[] {
  const offered = headers.get('sec-websocket-protocol')?.split(',') ?? []
  return offered.map((protocol) => protocol.trim()).filter((protocol) => protocol !== '')
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
  }
  return endToEnd(headers)
}

function answerOf(answer: IncomingMessage) {
  return {
    status: answer.statusCode ?? 0,
    statusText: answer.statusMessage ?? '',
    headers: headersOf(answer),
    body: Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>,
  }
}
