import { isIPv4 } from 'node:net'
import { publicIpsOf, type Config } from './config/index.ts'
import { isLocalName } from './front/host.ts'
import type { LocalAddresses } from './front/local-addresses.ts'
import type { MappedIp } from './reach/mapped-now.ts'

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/**
 * The addresses under which others find this machine's TURN server, best first: those of
 * --public-ip, otherwise those it listens on, and what was found before those if it was reached
 * there, after them if not. Never empty.
 */
export function turnHosts(
  config: Pick<Config, 'host' | 'publicIp'>,
  { global, lan }: LocalAddresses,
  mapped: readonly MappedIp[] = [],
): readonly [string, ...string[]] {
  const { host } = config
  const isEverywhere = host.length === 0 || host.some((name) => WILDCARDS.has(name))
  const named = isEverywhere ? [...global, ...lan] : host
  const outward = named.filter((name) => !isLocalName(name))
  // IPv4 addresses where there are any, as everywhere that people read addresses.
  const readable = outward.filter((name) => !isEverywhere || isIPv4(name))
  const lists: readonly (readonly string[])[] = [
    publicIpsOf(config),
    readable,
    outward,
    named,
    ['127.0.0.1'],
  ]
  const known = lists.find((list) => list.length > 0) ?? []
  const [sure, likely] = [true, false].map((isSure) =>
    mapped.filter(({ isReached }) => isReached === isSure).map(({ address }) => address),
  )
  const [first = '127.0.0.1', ...others] = [...(sure ?? []), ...known, ...(likely ?? [])]
  return [first, ...others]
}
