import type { RoomNameFault, UserNameFault } from './codes.ts'
import { MAX_NAME_LENGTH, MAX_USER_NAME_LENGTH } from './limits.ts'

export type RoomNameResult = { ok: true; name: string } | { ok: false; fault: RoomNameFault }

/** Controls, line breaks, invisible direction marks, unpaired surrogates, and what would end a path in an address. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u00ad\u200b\u2060-\u2069\ufeff/\\?#]/u

/** Nothing that anybody could see, such as joiners alone. */
const INVISIBLE = /^\p{Default_Ignorable_Code_Point}*$/u

/**
 * The one form of a room name: lower case, Unicode NFC, outer spaces dropped, inner ones
 * single. Any script, 1 to 64 characters. Two people who type the same name meet.
 */
export function normalizeRoomName(text: string): RoomNameResult {
  // Far longer than any valid name: not worth normalizing.
  if (text.length > 16 * MAX_NAME_LENGTH) return { ok: false, fault: 'too-long' }
  if (FORBIDDEN.test(text)) return { ok: false, fault: 'bad-character' }
  // Composed last: some letters have a composed form in lower case only.
  const name = text.toLowerCase().normalize('NFC').trim().replace(/\s+/gu, ' ')
  // A path of dots is resolved away by every browser.
  if (name === '.' || name === '..') return { ok: false, fault: 'bad-character' }
  if (INVISIBLE.test(name)) return { ok: false, fault: 'empty' }
  if (Array.from(name).length > MAX_NAME_LENGTH) return { ok: false, fault: 'too-long' }
  return { ok: true, name }
}

export type UserNameResult = { ok: true; name: string } | { ok: false; fault: UserNameFault }

/** Letters, marks and digits of any script, and what joins them: `anna`, `dr.wu`, `张伟`. */
const USER_NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]*$/u

/** Fillers and variation selectors, which are letters and marks: two names that look the same. */
const UNSEEN_LETTER = /\p{Default_Ignorable_Code_Point}/u

/**
 * The one form of a user's name: lower case, Unicode NFKC, outer spaces dropped; 1 to 32
 * characters, the first one a letter or a digit.
 */
export function normalizeUserName(text: string): UserNameResult {
  // Far longer than any valid name: not worth normalizing.
  if (text.length > 16 * MAX_USER_NAME_LENGTH) return { ok: false, fault: 'too-long' }
  // Twice: some letters have capitals in another form only, and some small ones are composed.
  const name = text.trim().normalize('NFKC').toLowerCase().normalize('NFKC')
  if (name === '') return { ok: false, fault: 'empty' }
  if (!USER_NAME.test(name) || UNSEEN_LETTER.test(name)) {
    return { ok: false, fault: 'bad-character' }
  }
  if (Array.from(name).length > MAX_USER_NAME_LENGTH) return { ok: false, fault: 'too-long' }
  return { ok: true, name }
}

/** As forbidden in names, but for what ends a path. Joiners stay: scripts and pictures need them. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u00ad\u200b\u2060-\u2069\ufeff]/gu

/**
 * A person's display name as others see it: no controls, at most 64 characters. Becomes empty
 * where nobody could see it.
 */
export function cleanDisplayName(text: string): string {
  const visible = text.replace(UNSEEN, '').trim()
  if (INVISIBLE.test(visible)) return ''
  return Array.from(visible).slice(0, MAX_NAME_LENGTH).join('')
}
