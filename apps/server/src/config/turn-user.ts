import type { ValueType } from './value-types.ts'

/** A fixed login of the TURN server. */
export interface TurnUser {
  name: string
  password: string
}

/** User ids of TURN that were given to one client each begin so, and reach only what its call does. */
export const SCOPED_PREFIX = 's-'

/** USERNAME is shorter than 509 bytes (RFC 8489 §14.3). */
const MAX_NAME_BYTES = 508

/** REALM is shorter than 128 characters (RFC 8489 §14.9). */
const MAX_REALM_LENGTH = 127

const CONTROL = /\p{Cc}/u

/** `name:password`; everything behind the first colon is the password. */
export const turnUser: ValueType<TurnUser> = {
  name: 'name:password',
  parse(text) {
    const { name, password } = splitAtColon(text)
    if (password === undefined) return { problem: 'is not a name and a password like ann:secret' }
    if (CONTROL.test(text)) return { problem: 'holds control characters' }
    if (name === '') return { problem: 'has no name before the colon' }
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
      return { problem: `has a name of more than ${MAX_NAME_BYTES} bytes` }
    }
    if (name.startsWith(SCOPED_PREFIX)) {
      return {
        problem: `has a name that begins with ${SCOPED_PREFIX}, as only logins of calls do, which relay to nobody else`,
      }
    }
    if (password === '') return { problem: 'has no password behind the colon' }
    return { value: { name, password } }
  },
  shown(text) {
    const { name, password } = splitAtColon(text)
    return password === undefined || CONTROL.test(name) ? '…' : `${name.slice(0, 40)}:…`
  },
}

/** What a TURN server calls itself. */
export const turnRealm: ValueType<string> = {
  name: 'text',
  parse(text) {
    if (text === '') return { problem: 'is empty' }
    if (text.length > MAX_REALM_LENGTH) {
      return { problem: `is longer than ${MAX_REALM_LENGTH} characters` }
    }
    return /[\p{Cc}"]/u.test(text)
      ? { problem: 'holds a quote or a control character' }
      : { value: text }
  },
}

function splitAtColon(text: string): { name: string; password: string | undefined } {
  const colon = text.indexOf(':')
  if (colon < 0) return { name: text, password: undefined }
  return { name: text.slice(0, colon), password: text.slice(colon + 1) }
}
