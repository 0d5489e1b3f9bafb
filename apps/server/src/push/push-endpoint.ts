import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'

/** Push services use a few hundred characters. */
export const MAX_ENDPOINT_LENGTH = 2048

/** A place that a message can be posted to. */
export interface PushTarget {
  url: URL
  /** The address to connect to, judged already; the name is not asked again. */
  address: string
}

/** Finds the addresses of a host name; rejects when it has none. */
export type Resolve = (name: string) => Promise<string[]>

/** By the machine's own resolver. */
export const resolveName: Resolve = async (name) => {
  const found = await lookup(name, { all: true })
  return found.map(({ address }) => address)
}

/** The URL of a push subscription (RFC 8030 §5); undefined for what can be none. */
export function parseEndpoint(text: string): URL | undefined {
  if (text.length > MAX_ENDPOINT_LENGTH) return undefined
  const url = URL.parse(text)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined
  return url.hostname === '' ? undefined : url
}

/**
 * Where to post to; undefined when a part of what the name resolves to is in a network that
 * push messages may not go to. Rejects when the name has no address.
 */
export async function targetOf(
  url: URL,
  { isOpen, resolve }: { isOpen: (address: string) => boolean; resolve: Resolve },
): Promise<PushTarget | undefined> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const addresses = isIP(host) === 0 ? await resolve(host) : [host]
  const [address] = addresses
  return address !== undefined && addresses.every(isOpen) ? { url, address } : undefined
}
