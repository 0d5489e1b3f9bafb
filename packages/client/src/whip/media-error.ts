import { DuetError } from '@duet/base'
import { MEDIA_FAULTS, type MediaFault } from './media-session-state.ts'

/** Why a session can't begin or go on. */
export class MediaError extends DuetError<MediaFault> {
  constructor(code: MediaFault, options?: { cause?: unknown }) {
    super(code, MEDIA_FAULTS[code], options)
    this.name = 'MediaError'
  }
}

/** What a server's status means; undefined: it did what it was asked for. */
export function faultOfStatus(status: number): MediaFault | undefined {
  if (status >= 200 && status < 300) return undefined
  switch (status) {
    case 401:
    case 403:
      return 'unauthorized'
    case 404:
    case 410:
      return 'not-found'
    case 409:
      return 'busy'
    case 429:
    case 503:
      return 'overloaded'
    case 502:
    case 504:
      return 'unreachable'
    default:
      return status >= 500 ? 'failed' : 'refused'
  }
}

/** Faults that another try may find gone. */
const PASSING: ReadonlySet<MediaFault> = new Set<MediaFault>([
  'busy',
  'failed',
  'no-path',
  'not-found',
  'overloaded',
  'unreachable',
])

/** Anything that was thrown, as a fault of a session; `otherwise` where it says none itself. */
export function faultOf(error: unknown, otherwise: MediaFault): MediaFault {
  return error instanceof MediaError ? error.code : otherwise
}

/** True when another try may do better. */
export function isPassing(fault: MediaFault): boolean {
  return PASSING.has(fault)
}
