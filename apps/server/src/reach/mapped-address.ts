import type { Clock } from '@duet/base'
import type { DatagramNetwork } from '@duet/datagrams'
import { familyOf, formatIp, ipOf, portOf, type IpAddress } from '@duet/stun'
import type { StunServer } from '../config/index.ts'
import { StunClient, STUN_TIMEOUT_MS } from './stun-client.ts'
import { addressOfServer, type Resolve } from './stun-servers.ts'

/** What one server said. */
export interface StunAnswer {
  /** As configured: `stun.example.org:3478`. */
  server: string
  /** The IP address that it sees. */
  address: string
  port: number
}

export interface MappedAddressOptions {
  /** The local address that asks. */
  bind: IpAddress
  servers: readonly StunServer[]
  network: DatagramNetwork
  resolve: Resolve
  clock: Clock
  /** All is over after this; `STUN_TIMEOUT_MS` unless said. */
  timeoutMs?: number
  /** Ends it at once. */
  signal?: AbortSignal | undefined
}

/** So many servers are asked; what is listed behind them waits in vain. */
const MAX_SERVERS = 8
/** So many must say the same, where so many are listed. */
const ENOUGH = 2

/**
 * Asks all servers at once, from one socket, until two agree on the IP address; resolves with the
 * answers until then, the agreeing ones first.
 */
export async function askServers(options: MappedAddressOptions): Promise<StunAnswer[]> {
  const { bind, network, resolve, clock, timeoutMs = STUN_TIMEOUT_MS, signal } = options
  const servers = options.servers.slice(0, MAX_SERVERS)
  const client = await StunClient.open({ network, ip: bind, clock, timeoutMs, signal })
  const answers: StunAnswer[] = []
  const { promise: enough, resolve: end } = Promise.withResolvers<void>()
  const cancelEnd = clock.after(timeoutMs, end)
  signal?.addEventListener('abort', () => end(), { once: true })
  const ask = async (server: StunServer): Promise<void> => {
    const at = await addressOfServer(server, familyOf(bind), {
      resolve,
      tooLate: enough,
    })
    const mapped = at === undefined ? undefined : await client.mappedAddress(at)
    if (mapped === undefined) return
    const address = formatIp(ipOf(mapped))
    answers.push({ server: `${server.host}:${server.port}`, address, port: portOf(mapped) })
    if (agreeing(answers).length >= enoughOf(servers)) end()
  }
  try {
    await Promise.race([enough, Promise.all(servers.map(ask))])
    const same = agreeing(answers)
    return [...same, ...answers.filter((answer) => !same.includes(answer))]
  } finally {
    cancelEnd()
    end()
    client.close()
  }
}

/** What most of the answers say. */
export function agreeing(answers: readonly StunAnswer[]): readonly StunAnswer[] {
  const groups = Map.groupBy(answers, ({ address }) => address)
  return [...groups.values()].toSorted((one, other) => other.length - one.length)[0] ?? []
}

/** How many must say the same. */
export function enoughOf(servers: readonly StunServer[]): number {
  return Math.min(ENOUGH, servers.length)
}
