import type { Certificate } from './front/certificate.ts'
import { certifiedName } from './ops/addresses.ts'

/**
 * Where browsers that came to `name` find TURN over TLS. It presents one certificate, whatever name
 * is asked for: a name that this one is not for, which browsers refuse without a word, gives way to
 * one that it is for.
 */
export function turnsHost(
  certificate: Pick<Certificate, 'names' | 'isSelfSigned'> | undefined,
  name: string,
): string {
  if (!certificate || certificate.names.some((each) => isFor(each, name))) return name
  return certifiedName(certificate) ?? name
}

/** A wildcard stands for one label (RFC 9525 §6.3). */
function isFor(certified: string, name: string): boolean {
  const [wanted, own] = [name.toLowerCase(), certified.toLowerCase()]
  if (!own.startsWith('*.')) return own === wanted
  const dot = wanted.indexOf('.')
  return dot > 0 && wanted.slice(dot) === own.slice(1)
}
