import { messageOf, silentLogger, systemClock, type Clock, type Logger } from '@duet/base'
import { bunDatagrams, type DatagramNetwork } from '@duet/datagrams'
import { formatIp, parseIp, type IpAddress, type IpFamily } from '@duet/stun'
import { isLoopbackAddress, type StunServer } from '../config/index.ts'
import { isPublicAddress } from '../front/local-addresses.ts'
import type { CheckResult } from './check-turn.ts'
import { agreeing, askServers, enoughOf, type StunAnswer } from './mapped-address.ts'
import { resolveByDns, type Resolve } from './stun-servers.ts'

/** Which of our ports were looked for at a mapped address; what is missing is not open or was not checked. */
export interface Reach {
  turn?: CheckResult
  relays?: CheckResult
  web?: CheckResult
}

/** What became of the search for the public address of one family. */
export type FoundAddress =
  /** It is on an interface of this machine. `address` is it, as in all kinds that have one. */
  | { kind: 'interface'; address: string }
  /** It is on a NAT, and leads to `bind`. The servers agree. */
  | { kind: 'mapped'; address: string; bind: string; reach: Reach }
  /** The servers see different addresses. */
  | { kind: 'disagreeing'; answers: readonly StunAnswer[] }
  /** Too few servers answered for one to confirm the other. */
  | { kind: 'unconfirmed'; bind: string; answer: StunAnswer }
  /** No server answered. */
  | { kind: 'silent'; bind: string }
  /** Nobody was asked: there are no servers. */
  | { kind: 'not-asked' }
  /** This machine has no address of the family, or can't use it now. */
  | { kind: 'no-network' }

/** By family. */
export type FoundAddresses = Readonly<Record<IpFamily, FoundAddress>>

export interface FindOptions {
  /** The address of each family that is used towards the internet: see `ownAddresses`. */
  own: OwnAddresses
  servers: readonly StunServer[]
  /** Looks for our ports at a mapped address; nothing is looked for unless said. */
  check?: (address: IpAddress, bind: IpAddress) => Promise<Reach>
  network?: DatagramNetwork
  resolve?: Resolve
  clock?: Clock
  logger?: Logger
  /** No server is waited for longer; `STUN_TIMEOUT_MS` unless said. */
  timeoutMs?: number
  /** Ends the search at once; what it finds then is worth nothing. */
  signal?: AbortSignal
}

/** One local address of each family, where the machine has any. */
export type OwnAddresses = Readonly<Partial<Record<IpFamily, string>>>

/**
 * Finds the public addresses of this machine: one on an interface; otherwise what STUN servers
 * see, if two of them agree. Never rejects; takes as long as the slowest server that is needed.
 */
export async function findPublicAddresses(options: FindOptions): Promise<FoundAddresses> {
  const [four, six] = await Promise.all([find(options, 4), find(options, 6)])
  return { 4: four, 6: six }
}

async function find(options: FindOptions, family: IpFamily): Promise<FoundAddress> {
  const { own, servers, logger = silentLogger } = options
  const text = own[family]
  const bind = text === undefined ? undefined : parseIp(text)
  if (text === undefined || bind === undefined || isLoopbackAddress(text)) {
    return { kind: 'no-network' }
  }
  if (isPublicAddress(text)) return { kind: 'interface', address: text }
  if (servers.length === 0) return { kind: 'not-asked' }
  try {
    return await ask(options, bind)
  } catch (error) {
    logger.debug('the public address could not be looked for', { error: messageOf(error) })
    return { kind: 'no-network' }
  }
}

async function ask(options: FindOptions, bind: IpAddress): Promise<FoundAddress> {
  const { servers, network = bunDatagrams, resolve = resolveByDns, clock = systemClock } = options
  const { check, timeoutMs, signal } = options
  const asked = { bind, servers, network, resolve, clock, signal }
  const answers = await askServers(timeoutMs === undefined ? asked : { ...asked, timeoutMs })
  const same = agreeing(answers)
  const [answer] = same
  const own = formatIp(bind)
  if (!answer) return { kind: 'silent', bind: own }
  if (same.length < enoughOf(servers)) {
    return answers.length > 1
      ? { kind: 'disagreeing', answers }
      : { kind: 'unconfirmed', bind: own, answer }
  }
  const { address } = answer
  const external = parseIp(address)
  // The servers are in the same network, or there is no NAT.
  if (address === own || external === undefined) return { kind: 'interface', address: own }
  return { kind: 'mapped', address, bind: own, reach: (await check?.(external, bind)) ?? {} }
}
