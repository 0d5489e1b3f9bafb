import { apiOrigin, httpUrl, readStreamUrl, type PageLocation, type Schema } from './stream-url.ts'

/** One stream, in all the ways in which it can be played. */
export interface StreamLinks {
  webrtc: string
  whep: string
  /** A page that plays it. */
  player: string
}

/** The links of a stream, for somebody on this page. Undefined when its address is none. */
export function streamLinks(
  url: string,
  page: PageLocation,
  schema?: Schema,
): StreamLinks | undefined {
  const address = readStreamUrl(url)
  if (!address) return undefined
  const whep = httpUrl(apiOrigin(address, page, schema), 'whep', address)
  const query = new URLSearchParams({ url: whep, autostart: 'true' })
  return { webrtc: url, whep, player: `${page.origin}/demos/whep.html?${query}` }
}

/**
 * Where a stream is published or played over HTTP, from what a person wrote: an address for that, or
 * one of `webrtc:`. Undefined when it is neither.
 */
export function sessionUrl(
  text: string,
  kind: 'whip' | 'whep',
  page: PageLocation,
): string | undefined {
  const address = readStreamUrl(text.trim())
  if (address) return httpUrl(apiOrigin(address, page), kind, address)
  const url = URL.parse(text.trim(), page.origin)
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.href : undefined
}
