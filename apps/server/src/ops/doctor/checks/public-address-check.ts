import type { Clock } from '@duet/base'
import { bunDatagrams } from '@duet/datagrams'
import { isIPv4 } from 'node:net'
import { publicIpsOf, isPublicIpOff, type Config } from '../../../config/index.ts'
import { listenAddresses } from '../../../front/listen-addresses.ts'
import { readLocalAddresses } from '../../../front/local-addresses.ts'
import {
  findPublicAddresses,
  type FoundAddress,
  type FoundAddresses,
} from '../../../reach/find-public-addresses.ts'
import { ownAddresses } from '../../../reach/own-addresses.ts'
import { fails, ok, untried, type Check, type Verdict } from '../verdict.ts'

const ASK_MS = 5_000

/** Whether the internet sees this machine as the configuration says. */
export function publicAddressCheck(config: Config, clock: Clock): Check {
  return {
    id: 'public-address',
    label: 'Public address',
    async run() {
      if (isPublicIpOff(config)) return untried('--public-ip is off')
      const own = ownAddresses(await listenAddresses(config.host), readLocalAddresses())
      const found = await findPublicAddresses({
        own,
        servers: config.stunServers,
        network: bunDatagrams,
        clock,
        timeoutMs: ASK_MS,
      })
      return judgePublicAddress(publicIpsOf(config), found)
    },
  }
}

/** Compares what was said with what was found. */
export function judgePublicAddress(said: readonly string[], found: FoundAddresses): Verdict {
  const seen = [found[4], found[6]].flatMap((each) => ('address' in each ? [each.address] : []))
  const wrong = said.find((address) => {
    const other = seen.find((each) => isIPv4(each) === isIPv4(address))
    return other !== undefined && other !== address && found[familyOf(address)].kind === 'mapped'
  })
  if (wrong !== undefined) {
    const other = seen.find((each) => isIPv4(each) === isIPv4(wrong)) ?? ''
    return fails('public-address-differs', { at: wrong, other })
  }
  if (seen.length > 0) return ok([...new Set([...said, ...seen])].join(' and '))
  return untried(reasonOf(found[4]))
}

function familyOf(address: string): 4 | 6 {
  return isIPv4(address) ? 4 : 6
}

function reasonOf(found: FoundAddress): string {
  switch (found.kind) {
    case 'disagreeing':
      return 'STUN servers see different addresses'
    case 'unconfirmed':
      return `only one STUN server answered: ${found.answer.address}`
    case 'silent':
      return 'no STUN server of --stun-servers answers'
    case 'no-network':
      return 'this machine has no network'
    default:
      return 'nobody was asked: --stun-servers is off'
  }
}
