const KEY = 'duet-cast-tv'
const BYTES = 16

/** What this tab says to get its code back after a reload: 32 random digits that it keeps. */
export function keptToken(): string {
  const kept = sessionStorage.getItem(KEY)
  if (kept) return kept
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES))
  const token = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  sessionStorage.setItem(KEY, token)
  return token
}
