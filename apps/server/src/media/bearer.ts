/** The token of `Authorization: Bearer …` (RFC 6750 §2.1); undefined where there is none. */
export function bearerOf(headers: Headers): string | undefined {
  return /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1]
}

/** The password of `Authorization: Basic …` (RFC 7617); undefined where there is none. */
export function basicPasswordOf(headers: Headers): string | undefined {
  const encoded = /^basic +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1]
  if (encoded === undefined) return undefined
  const pair = Buffer.from(encoded, 'base64').toString()
  const colon = pair.indexOf(':')
  return colon < 0 ? undefined : pair.slice(colon + 1)
}
