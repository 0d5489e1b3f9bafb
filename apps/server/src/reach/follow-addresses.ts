import type { Clock, Logger } from '@duet/base'
import { bunDatagrams, type DatagramNetwork } from '@duet/datagrams'
import type { MediaServer } from '@duet/media'
import { formatIp, joinAddress, type IpAddress } from '@duet/stun'
import type { TurnServer } from '@duet/turn'
import { isPublicIpOff, publicIpsOf, type Config } from '../config/index.ts'
import type { Certificate } from '../front/certificate.ts'
import { readLocalAddresses, type LocalAddresses } from '../front/local-addresses.ts'
import { mediaAddresses } from '../media/media-addresses.ts'
import { AddressWatch } from './address-watch.ts'
import { checkRelay } from './check-relay.ts'
import { checkTurn } from './check-turn.ts'
import { checkWeb } from './check-web.ts'
import { findPublicAddresses, type FoundAddresses, type Reach } from './find-public-addresses.ts'
import { ownAddresses } from './own-addresses.ts'
import { relayAddresses } from './relay-addresses.ts'
import { remarkOn } from './sentences.ts'

export interface FollowOptions {
  config: Config
  /** The addresses that it listens on, or wildcards. */
  ips: readonly string[]
  turn: { server: Pick<TurnServer, 'setExternal'>; port: number | undefined } | undefined
  media: Pick<MediaServer, 'setCandidates'> | undefined
  /** As really bound; undefined when there is none for others. */
  httpsPort: number | undefined
  /** As they are now. */
  certificates: () => readonly Certificate[]
  /** Of TURN's REST credentials. */
  secret: string
  /** Told after each search: public addresses at which pages are ours, and the machine's own. */
  onFound: (publicIps: readonly string[], local: LocalAddresses) => void
  clock: Clock
  logger: Logger
  network?: DatagramNetwork
}

/** A packet that goes out and comes back in at the same router takes a few milliseconds. */
const CHECK_TIMEOUT_MS = 3_000

/**
 * Finds the public addresses, now and again, and lets relays and the media server use them.
 * Returns its end.
 */
export function followAddresses(options: FollowOptions): () => void {
  const { config, ips, turn, media, clock, logger } = options
  const { network = bunDatagrams } = options
  if (isPublicIpOff(config)) return () => {}
  const publicIps = publicIpsOf(config)
  let local = readLocalAddresses()
  const said = new Map<number, string>()

  const find = (signal: AbortSignal): Promise<FoundAddresses> => {
    local = readLocalAddresses()
    return findPublicAddresses({
      own: ownAddresses(ips, local),
      servers: config.stunServers,
      check: (external, bind) => check(options, { external, bind, signal }),
      network,
      clock,
      logger,
      signal,
    })
  }
  const say = (found: FoundAddresses, before: FoundAddresses | undefined): void => {
    const { relayPorts } = config
    for (const family of [4, 6] as const) {
      const facts = { family, found, before, publicIps, turnPort: turn?.port, relayPorts }
      const remark = remarkOn(facts)
      // A change is said once: afterwards the same state has another sentence.
      const state = remark && remarkOn({ ...facts, before: undefined })?.text
      if (remark && said.get(family) !== state) logger[remark.level](remark.text)
      if (state !== undefined) said.set(family, state)
    }
  }
  const watch = new AddressWatch({
    find,
    readInterfaces: () => JSON.stringify(readLocalAddresses()),
    clock,
    logger,
    onFound(found, before) {
      const own = ownAddresses(ips, local)
      const pairs = relayAddresses({ own, publicIps, found, allowPeers: config.turnAllowPeers })
      if (pairs.length > 0) turn?.server.setExternal(pairs)
      const mapped = [found[4], found[6]].filter((each) => each.kind === 'mapped')
      const addressesWhere = (isFit: (reach: Reach) => boolean): string[] =>
        mapped.filter(({ reach }) => isFit(reach)).map(({ address }) => address)
      const sure = [...publicIps, ...addressesWhere(isPassedOn)]
      const likely = addressesWhere((reach) => !isPassedOn(reach))
      media?.setCandidates(mediaAddresses({ sure, likely }, ips, local))
      say(found, before)
      options.onFound([...publicIps, ...addressesWhere(({ web }) => web === 'reached')], local)
    },
  })
  return () => watch.close()
}

/** Whether one of our UDP ports is reached there: the media server's most likely is as well. */
function isPassedOn({ turn, relays }: Reach): boolean {
  return turn === 'reached' || relays === 'reached'
}

/** Looks for all of our ports at a mapped address. */
async function check(
  { config, turn, httpsPort, certificates, secret, clock, network = bunDatagrams }: FollowOptions,
  { external, bind, signal }: { external: IpAddress; bind: IpAddress; signal: AbortSignal },
): Promise<Reach> {
  if (signal.aborted) return {}
  const common = { bind, network, clock, timeoutMs: CHECK_TIMEOUT_MS, signal }
  const turnPort = turn?.port
  const [turnResult, relays, web] = await Promise.all([
    turnPort === undefined
      ? undefined
      : checkTurn({ ...common, at: joinAddress(external, turnPort), secret }),
    turn && checkRelay({ ...common, external, ports: config.relayPorts }),
    httpsPort === undefined
      ? undefined
      : checkWeb({
          host: formatIp(external),
          port: httpsPort,
          certificates: certificates().map(({ cert }) => cert),
          clock,
          timeoutMs: CHECK_TIMEOUT_MS,
          signal,
        }),
  ])
  return {
    ...(turnResult ? { turn: turnResult } : {}),
    ...(relays ? { relays } : {}),
    ...(web ? { web } : {}),
  }
}
