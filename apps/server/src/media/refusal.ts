import { DuetError } from '@duet/base'

/**
 * Why a client does not get what it asked for: the HTTP status that WHIP and WHEP say (RFC 9725
 * §4.1), and the code of SRS's API.
 */
export const REFUSALS = {
  'bad-request': { status: 400, srs: 400, title: 'The request is not understood' },
  'bad-body': { status: 400, srs: 5019, title: 'The body is not understood' },
  'bad-sdp': { status: 400, srs: 5012, title: 'The description is not understood' },
  'token-missing': { status: 401, srs: 400, title: 'A token is needed' },
  'token-wrong': { status: 401, srs: 400, title: 'The token is not valid' },
  'token-elsewhere': { status: 403, srs: 400, title: 'The token is for something else' },
  refused: { status: 403, srs: 400, title: 'Not allowed' },
  'not-found': { status: 404, srs: 400, title: 'There is nothing here' },
  'no-such-session': { status: 404, srs: 5022, title: 'There is no such session' },
  disabled: { status: 404, srs: 5021, title: 'Switched off' },
  'wrong-method': { status: 405, srs: 400, title: 'Not a method of this address' },
  'not-acceptable': { status: 406, srs: 400, title: 'No such type to be had' },
  'stream-busy': { status: 409, srs: 5020, title: 'Somebody publishes this stream' },
  'precondition-failed': { status: 412, srs: 400, title: 'The ICE session has changed' },
  'too-long': { status: 413, srs: 5019, title: 'The body is too long' },
  'wrong-type': { status: 415, srs: 400, title: 'Not a type that is understood' },
  'unanswerable-sdp': { status: 422, srs: 5018, title: 'The offer can’t be answered' },
  'precondition-missing': { status: 428, srs: 400, title: 'If-Match is missing' },
  'rate-limited': { status: 429, srs: 400, title: 'Too many requests' },
  internal: { status: 500, srs: 400, title: 'Something went wrong here' },
  'too-many-sessions': { status: 503, srs: 400, title: 'Too many sessions' },
  unavailable: { status: 503, srs: 400, title: 'Not possible now' },
  closed: { status: 503, srs: 400, title: 'The server goes away' },
} as const satisfies Record<string, { status: number; srs: number; title: string }>

export type MediaRefusalCode = keyof typeof REFUSALS

/** What may be asked again, and after how many seconds. */
const RETRY_AFTER_S: Partial<Record<MediaRefusalCode, number>> = {
  'stream-busy': 5,
  'rate-limited': 5,
  'too-many-sessions': 10,
  unavailable: 5,
  closed: 2,
}

/** A request that is refused; the message is for whoever wrote the client. */
export class MediaRefusal extends DuetError<MediaRefusalCode> {
  constructor(code: MediaRefusalCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options)
    this.name = 'MediaRefusal'
  }

  /** HTTP status. */
  get status(): number {
    return REFUSALS[this.code].status
  }

  /** Seconds; undefined: asking again does not help by itself. */
  get retryAfterS(): number | undefined {
    return RETRY_AFTER_S[this.code]
  }
}

/** How a failure is told; undefined for what nobody expected. Errors of the media server have codes of these. */
export function refusalOf(error: unknown): MediaRefusal | undefined {
  if (error instanceof MediaRefusal) return error
  if (!(error instanceof DuetError) || !Object.hasOwn(REFUSALS, error.code)) return undefined
  return new MediaRefusal(error.code as MediaRefusalCode, error.message, { cause: error })
}
