import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { StartError } from '../start-error.ts'

/**
 * The IP addresses of the hosts; without any, the wildcard that stands for all of the machine.
 * Rejects with a StartError.
 */
export async function listenAddresses(hosts: readonly string[]): Promise<string[]> {
  if (hosts.length === 0) return [everyAddress()]
  const found = await Promise.all(
    hosts.map(async (host) => {
      if (isIP(host)) return [host]
      try {
        return (await lookup(host, { all: true })).map(({ address }) => address)
      } catch (error) {
        throw hostError(`${host} is not an address of this machine`, error)
      }
    }),
  )
  return [...new Set(found.flat())]
}

/** Says what to do about a host that can't be listened on. */
export function hostError(problem: string, cause: unknown): StartError {
  return new StartError('port-not-usable', `${problem}: choose another one with --host.`, { cause })
}

/** The wildcard that stands for all addresses of the machine. */
export function everyAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  return all.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0'
}
