import { normalizeRoomName } from '@duet/protocol'
import type { StreamName } from '@duet/media'
import { MAX_STREAM_NAME_LENGTH } from './limits.ts'

/** What a client wants to publish or play. */
export interface StreamTarget {
  /** As the client wrote it: in a call, the room. */
  app: string
  /** In a call, the member. */
  name: string
  /** As the media server knows it. */
  stream: StreamName
}

const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/** The stream of these names; undefined: they name none. */
export function streamTarget(app: string, name: string): StreamTarget | undefined {
  if (!isName(app) || !isName(name) || name.includes('/')) return undefined
  if (/^\/|\/\/|\/$/.test(app)) return undefined
  return { app, name, stream: `${appKey(app)}/${name}` }
}

/** An app and a room of the same name are one, however it is spelled. */
function appKey(app: string): string {
  const result = normalizeRoomName(app)
  return result.ok ? result.name : app
}

/** Takes a stream's name apart again. */
export function splitStream(stream: StreamName): { app: string; name: string } {
  const slash = stream.lastIndexOf('/')
  return { app: stream.slice(0, Math.max(0, slash)), name: stream.slice(slash + 1) }
}

function isName(text: string): boolean {
  return text !== '' && text.length <= MAX_STREAM_NAME_LENGTH && !UNSEEN.test(text)
}
