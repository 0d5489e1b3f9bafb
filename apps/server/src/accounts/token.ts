import { createHash, randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32

/** An unguessable token for a cookie or a link: 256 bits in base64url. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/** Whether this could be one of our tokens. */
export function isToken(text: string): boolean {
  return /^[\w-]{43}$/.test(text)
}

/** What is stored of a token: its SHA-256. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
