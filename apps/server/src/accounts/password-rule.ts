import { normalizeUserName } from '@duet/protocol'
import { AccountError } from './account-error.ts'

const MIN_PASSWORD_LENGTH = 8
const MAX_PASSWORD_LENGTH = 256

/** Throws `weak-password` for one that is too short, too long, or the user's own name. */
export function checkPassword(password: string, name: string): void {
  const length = Array.from(password).length
  const asName = normalizeUserName(password)
  const isName = asName.ok && asName.name === name
  if (length >= MIN_PASSWORD_LENGTH && length <= MAX_PASSWORD_LENGTH && !isName) return
  throw new AccountError(
    'weak-password',
    `A password has ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters and is not the name.`,
  )
}
