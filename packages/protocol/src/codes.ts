/** What went wrong, as `error.code` says it: API, never changed, told to people by the page's own words. */
export const ERROR_CODES = [
  'not-json',
  'unknown-type',
  'bad-field',
  'hello-first',
  'unsupported-version',
  'bad-room-name',
  'not-in-room',
  'already-in-room',
  'no-such-peer',
  'line-full',
  'not-signed-in',
  'not-attending',
  'no-such-user',
  'in-call',
  'call-over',
  'not-allowed',
  'room-closed',
  'entry-refused',
  'no-such-cast',
  'cast-over',
  'code-taken',
  'media-off',
  'no-consent',
  'capture-unavailable',
  'unavailable',
  'rate-limited',
  'internal',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

/** Why a room name is refused. */
export const ROOM_NAME_FAULTS = ['empty', 'too-long', 'bad-character'] as const
export type RoomNameFault = (typeof ROOM_NAME_FAULTS)[number]

/** Why the name of a user is refused. */
export const USER_NAME_FAULTS = ['empty', 'too-long', 'bad-character'] as const
export type UserNameFault = (typeof USER_NAME_FAULTS)[number]

/** How a client treats a close: come back at once, come back after a pause, or stay away. */
export type RetryAdvice = 'now' | 'later' | 'never'

/** WebSocket close codes of the subprotocol, and whether to come back. */
export const CLOSE_CODES = {
  4400: { name: 'bad-frames', retry: 'never' },
  4401: { name: 'signed-out', retry: 'never' },
  4406: { name: 'unsupported-version', retry: 'never' },
  4408: { name: 'hello-timeout', retry: 'now' },
  4409: { name: 'session-taken', retry: 'never' },
  4410: { name: 'sequence-broken', retry: 'now' },
  4429: { name: 'rate-limited', retry: 'later' },
  4500: { name: 'internal', retry: 'later' },
  4503: { name: 'server-going-away', retry: 'now' },
  4508: { name: 'too-slow', retry: 'now' },
} as const satisfies Record<number, { name: string; retry: RetryAdvice }>
export type CloseCode = keyof typeof CLOSE_CODES
export type CloseName = (typeof CLOSE_CODES)[CloseCode]['name']

/** The number of a close code. */
export function closeCodeOf(name: CloseName): CloseCode {
  const entry = Object.entries(CLOSE_CODES).find(([, close]) => close.name === name)
  return Number(entry?.[0]) as CloseCode
}

/** Message Too Big (RFC 6455 §7.4.1): the same frame would be refused again. */
const TOO_BIG = 1009

/** Whether to reconnect after a socket closed with `code`; other standard codes mean a lost network. */
export function retryAdviceOf(code: number): RetryAdvice {
  if (code === TOO_BIG) return 'never'
  return CLOSE_CODES[code as CloseCode]?.retry ?? 'now'
}
