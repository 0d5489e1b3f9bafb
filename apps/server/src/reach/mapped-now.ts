import { systemClock } from '@duet/base'
import { bunDatagrams } from '@duet/datagrams'
import { joinAddress } from '@duet/stun'
import { isPublicIpOff, publicIpsOf, type Config } from '../config/index.ts'
import { listenAddresses } from '../front/listen-addresses.ts'
import { readLocalAddresses } from '../front/local-addresses.ts'
import { checkTurn } from './check-turn.ts'
import { findPublicAddresses } from './find-public-addresses.ts'
import { ownAddresses } from './own-addresses.ts'

/** A public address behind which this machine stands. */
export interface MappedIp {
  address: string
  /** Whether our TURN port, of a server that runs, was reached there. */
  isReached: boolean
}

/** Somebody waits for the command: who answers at all answers in this time. */
const TIMEOUT_MS = 2_000

/**
 * For commands beside a server: the public addresses that nobody said and no interface has.
 * `secret`: of the server's REST credentials. Rejects with a StartError for a --host that is none.
 */
export async function mappedIpsNow(config: Config, secret: string): Promise<MappedIp[]> {
  const { turnPort: port } = config
  if (publicIpsOf(config).length > 0 || isPublicIpOff(config)) return []
  const common = { network: bunDatagrams, clock: systemClock, timeoutMs: TIMEOUT_MS }
  const found = await findPublicAddresses({
    ...common,
    own: ownAddresses(await listenAddresses(config.host), readLocalAddresses()),
    servers: config.stunServers,
    check: async (external, bind) => {
      if (!port) return {}
      return { turn: await checkTurn({ ...common, bind, at: joinAddress(external, port), secret }) }
    },
  })
  return [found[4], found[6]].flatMap((each) =>
    each.kind === 'mapped'
      ? [{ address: each.address, isReached: each.reach.turn === 'reached' }]
      : [],
  )
}
