/** A `Cookie` header (RFC 6265 §4.2) without these cookies; null when none is left. */
export function withoutCookies(header: string | null, names: readonly string[]): string | null {
  if (header === null || !names.some((name) => header.includes(name))) return header
  const left = header.split(';').filter((pair) => !names.includes(pair.split('=')[0]?.trim() ?? ''))
  return left.length > 0 ? left.join(';').trim() : null
}
