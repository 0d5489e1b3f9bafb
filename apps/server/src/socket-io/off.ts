import type { HttpRoute, SocketRoute } from '../front/socket.ts'
import { PATHS, PREFIX } from './paths.ts'

/** What is longer is not read to be refused. */
const MAX_BODY_BYTES = 64 * 1024

/** In the place of a server when all its dialects are switched off. */
export interface SocketIoRefusal {
  routes: readonly SocketRoute[]
  httpRoutes: readonly HttpRoute[]
  close(): Promise<void>
}

/** Says how to switch on the dialects of these names. Loads nothing of them. */
export function refuseSocketIo(dialects: readonly string[]): SocketIoRefusal {
  const isPlainAllowed = true
  const refuse = (): Response =>
    new Response(`${sentenceFor(dialects)}\n`, {
      status: 404,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    })
  return {
    routes: PATHS.map((path) => ({ path, maxMessageBytes: 1, isPlainAllowed, accept: refuse })),
    httpRoutes: [{ prefix: PREFIX, maxBodyBytes: MAX_BODY_BYTES, isPlainAllowed, respond: refuse }],
    close: () => Promise.resolve(),
  }
}

function sentenceFor(dialects: readonly string[]): string {
  const option = `--dialects ${dialects.join(',')}`
  return dialects.length === 1
    ? `The ${dialects[0]} dialect is switched off here; ${option} switches it on.`
    : `The dialects ${dialects.join(' and ')} are switched off here; ${option} switches them on.`
}
