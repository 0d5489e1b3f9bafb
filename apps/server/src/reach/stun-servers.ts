import { lookup } from 'node:dns/promises'
import { familyOf, joinAddress, parseIp, type IpFamily, type TransportAddress } from '@duet/stun'
import type { StunServer } from '../config/index.ts'

/** The addresses of a name; may reject. */
export type Resolve = (host: string, family: IpFamily) => Promise<readonly string[]>

/** By the machine's own resolver. */
export const resolveByDns: Resolve = async (host, family) =>
  (await lookup(host, { family, all: true })).map(({ address }) => address)

/** Where a server is in one family; undefined when it is not there, or it was not known in time. */
export async function addressOfServer(
  { host, port }: StunServer,
  family: IpFamily,
  { resolve, tooLate }: { resolve: Resolve; tooLate: Promise<unknown> },
): Promise<TransportAddress | undefined> {
  const literal = parseIp(host)
  if (literal !== undefined) {
    return familyOf(literal) === family ? joinAddress(literal, port) : undefined
  }
  const found = await Promise.race([resolve(host, family).catch(() => []), tooLate.then(() => [])])
  for (const text of found) {
    const ip = parseIp(text)
    if (ip !== undefined && familyOf(ip) === family) return joinAddress(ip, port)
  }
  return undefined
}
