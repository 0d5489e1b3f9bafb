import { DuetError } from '@duet/base'
import type { MediaError, MediaErrorCode } from './media-server.ts'

/** A request that can't be carried out, with a sentence for who made it. */
export function mediaError(code: MediaErrorCode, message: string, cause?: unknown): MediaError {
  return new DuetError(code, message, cause === undefined ? {} : { cause })
}
