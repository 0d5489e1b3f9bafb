import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { messageOf } from '@duet/base'
import type { Target } from '../target.ts'
import { serverName } from './line.ts'

/** Whatever takes longer is of no use, in milliseconds. */
const ANSWER_MS = 8_000
/** What a proxy answers to a WebSocket may be a page; its first line is enough. */
const MAX_HEAD_BYTES = 16_384

/** As `GET /api/check` answers (docs/api.md). */
export interface ServerFacts {
  version: string
  now: number
  address: string
  host: string
  isSecure: boolean
  mediaPort: number | null
  mayTryMedia: boolean
}

/** What came of a request to the server. */
export type WebAnswer =
  | { kind: 'answer'; status: number; headers: Headers; text: string }
  | { kind: 'failed'; detail: string }

/** Asks the server over HTTP; whether its certificate is trusted is not asked here. */
export async function askWeb(
  target: Target,
  path: string,
  init: RequestInit = {},
): Promise<WebAnswer> {
  try {
    const response = await fetch(new URL(path, target.origin), {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
      tls: { rejectUnauthorized: false },
    })
    const { status, headers } = response
    return { kind: 'answer', status, headers, text: await response.text() }
  } catch (error) {
    return { kind: 'failed', detail: messageOf(error) }
  }
}

/** The object in an answer; undefined when there is none. */
export function jsonIn(answer: WebAnswer): Record<string, unknown> | undefined {
  if (answer.kind === 'failed' || answer.status >= 300) return undefined
  try {
    const value: unknown = JSON.parse(answer.text)
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** A connection to one address of the target, TLS where its origin wants it; undefined: none in time. */
export function openWeb(
  target: Target,
  address: string,
): Promise<{ socket: Socket } | { detail: string }> {
  const { port, host, isSecure } = target
  const { promise, resolve } = Promise.withResolvers<{ socket: Socket } | { detail: string }>()
  const timer = setTimeout(() => fail('no answer'), ANSWER_MS)
  const fail = (detail: string): void => {
    clearTimeout(timer)
    socket.destroy()
    resolve({ detail })
  }
  const begin = (): void => {
    clearTimeout(timer)
    resolve({ socket })
  }
  const socket: Socket = isSecure
    ? connectTls({ host: address, port, rejectUnauthorized: false, ...serverName(host) }, begin)
    : connectTcp({ host: address, port }, begin)
  socket.on('error', (error: Error & { code?: string }) => fail(error.code ?? error.message))
  return promise
}

/**
 * Asks for a WebSocket by hand, to see what comes in its place: the status of the answer, 101 where
 * it is one; undefined when there was none.
 */
export async function askUpgrade(
  target: Target,
  address: string,
  path: string,
): Promise<number | undefined> {
  const opened = await openWeb(target, address)
  if ('detail' in opened) return undefined
  const { socket } = opened
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const timer = setTimeout(() => resolve(undefined), ANSWER_MS)
  let head = ''
  socket.on('data', (chunk: Buffer) => {
    head += chunk.toString('latin1')
    const status = /^HTTP\/1\.\d (\d{3})/.exec(head)?.[1]
    if (status !== undefined) resolve(Number(status))
    else if (head.length > MAX_HEAD_BYTES) resolve(undefined)
  })
  socket.on('close', () => resolve(undefined))
  socket.write(
    [
      `GET ${path} HTTP/1.1`,
      `Host: ${new URL(target.origin).host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')}`,
      'Sec-WebSocket-Protocol: duet.v1',
      '',
      '',
    ].join('\r\n'),
  )
  const status = await promise
  clearTimeout(timer)
  socket.destroy()
  return status
}
