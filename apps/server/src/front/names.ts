import { isIPv4 } from 'node:net'
import { hostname } from 'node:os'
import type { LocalAddresses } from './local-addresses.ts'

/** What a self-signed certificate must be for, and what else it may be for. */
export interface CertificateNames {
  needed: readonly string[]
  welcome: readonly string[]
}

/**
 * The names and addresses under which this machine may be reached. IPv6 addresses are
 * not needed: many machines take a new one every day, and each new certificate brings
 * the browser's warning back.
 */
export function certificateNames(
  local: LocalAddresses,
  publicIps: readonly string[],
): CertificateNames {
  const addresses = [...local.lan, ...local.global]
  return {
    needed: [
      'localhost',
      ...hostNames(hostname()),
      '127.0.0.1',
      '::1',
      ...publicIps,
      ...addresses.filter((address) => isIPv4(address)),
    ],
    welcome: addresses.filter((address) => !isIPv4(address)),
  }
}

/** The host name and, when it has no domain, its name in multicast DNS. */
export function hostNames(name: string): string[] {
  const lower = name.toLowerCase()
  if (lower === 'localhost' || !/^[a-z\d]([a-z\d.-]*[a-z\d])?$/.test(lower)) return []
  return lower.includes('.') ? [lower] : [lower, `${lower}.local`]
}
