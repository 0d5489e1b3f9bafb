import { isIP } from 'node:net'
import type { TLSOptions } from 'bun'
import type { Tls } from './listen.ts'

/**
 * What `Bun.serve` takes to choose a certificate by the name that a browser asks for (RFC 6066 §3).
 * Wildcards count for one label; a name that several are for belongs to the first of them. Who names
 * nobody, or nobody's name, gets the first certificate.
 */
export function tlsByName(certificates: readonly Tls[]): TLSOptions[] {
  const [only, ...others] = certificates
  if (only && others.length === 0) return [{ cert: only.cert, key: only.key }]
  const taken = new Set<string>()
  return certificates.flatMap(({ cert, key, names }, index) => {
    const own = serverNames(names).filter((name) => !taken.has(name))
    for (const name of own) taken.add(name)
    const isDefault = index === 0 && own.length === 0
    const named = own.map((serverName) => ({ cert, key, serverName }))
    return isDefault ? [{ cert, key }] : named
  })
}

/** An address is never asked for. */
function serverNames(names: readonly string[] = []): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))].filter((name) => isIP(name) === 0)
}
