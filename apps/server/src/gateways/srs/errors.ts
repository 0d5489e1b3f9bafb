import type { RefusalCode } from '@duet/rules'

/** Why a request was not carried out, with a sentence for developers. Codes are API. */
export const ERRORS = {
  'bad-field': 'a field is missing, of the wrong type, or too long',
  'unknown-action': 'there is no such action',
  'not-in-room': 'this connection is not in the room as this display',
  'already-in-room': 'this connection is in a room already',
  'display-taken': 'somebody in the room has this display',
  'room-closed': 'nobody may come in now',
  'not-allowed': 'this room is not for everybody',
  'entry-refused': 'the owner of the room did not let you in',
  'line-full': 'too many ask to be let in',
  'no-such-peer': 'nobody else is in the room',
  'no-consent': 'not both people agreed to it',
  'capture-unavailable': 'this can’t be done here, or not with who is in the room',
  unavailable: 'the server can’t do this now',
  'rate-limited': 'too many requests, or too long ones',
} as const

export type ErrorCode = keyof typeof ERRORS

/** The code that says a refusal of the core. */
export function errorOf(code: RefusalCode): ErrorCode {
  if (code === 'label-taken') return 'display-taken'
  return code in ERRORS ? (code as ErrorCode) : 'unavailable'
}
