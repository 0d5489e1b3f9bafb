/** What `If-Match` means for the entity-tag of an ICE session (RFC 9110 §13.1.1). */
export type Precondition = 'met' | 'missing' | 'failed'

/** `W/"x"`, `"x"`. */
const ENTITY_TAG = /(?:W\/)?"[^"]*"/g

/**
 * Compares strongly: a weak tag matches nothing. `*` matches whatever there is; RFC 9725 shows it in
 * quotes as well.
 */
export function judgeIfMatch(header: string | null, current: string): Precondition {
  if (header === null) return 'missing'
  const written = header.trim()
  if (written === '*' || written === '"*"') return 'met'
  const tags: string[] = written.match(ENTITY_TAG) ?? []
  return tags.includes(current) ? 'met' : 'failed'
}

/** The name of an ICE session as a strong entity-tag (RFC 9110 §8.8.3). */
export function entityTag(etag: string): string {
  return `"${etag}"`
}
