import { DuetError } from '@duet/base'
import type { MediaError, MediaErrorCode, SessionRequest } from './media-server.ts'

/** A request that can't be carried out, with a sentence for who made it. */
export function mediaError(code: MediaErrorCode, message: string, cause?: unknown): MediaError {
  return new DuetError(code, message, cause === undefined ? {} : { cause })
}

/** What is asked of a server that goes away. */
export function serverClosed(): MediaError {
  return mediaError('closed', 'The media server is shutting down.')
}

/** An offer of which nothing can be answered. */
export function unanswerable({ kind }: SessionRequest): MediaError {
  const directions = kind === 'publish' ? 'sendonly or sendrecv' : 'recvonly or sendrecv'
  return mediaError(
    'unanswerable-sdp',
    `To ${kind}, offer audio with Opus or video with H.264, VP8, VP9 or AV1, ${directions}.`,
  )
}
