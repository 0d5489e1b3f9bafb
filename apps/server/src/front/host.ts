import { isIP } from 'node:net'
import { isLoopbackAddress } from '../config/index.ts'

/** A `Host` header taken apart; `name` is without the brackets of an IPv6 address. */
export interface Host {
  name: string
  port: number | undefined
}

/** Reads a `Host` header; undefined when it is not one that a browser would send. */
export function parseHost(text: string): Host | undefined {
  const match = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text)
  if (!match) return undefined
  const [, address, name = '', port] = match
  if (address !== undefined && isIP(address) !== 6) return undefined
  return { name: address ?? name, port: port === undefined ? undefined : Number(port) }
}

/** A name or address as it stands in a URL: IPv6 in brackets. */
export function hostInUrl(name: string): string {
  return isIP(name) === 6 ? `[${name}]` : name
}

/** The origin of these, without the port where it is the scheme's own. */
export function originOf(scheme: 'http' | 'https', name: string, port: number): string {
  const isUsual = port === (scheme === 'https' ? 443 : 80)
  return `${scheme}://${hostInUrl(name)}${isUsual ? '' : `:${port}`}`
}

/** Whether browsers take this name for the machine they run on, and so for secure. */
export function isLocalName(name: string): boolean {
  const lower = name.toLowerCase()
  return lower === 'localhost' || lower.endsWith('.localhost') || isLoopbackAddress(lower)
}
