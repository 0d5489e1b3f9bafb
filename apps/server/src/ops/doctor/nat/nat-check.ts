import { formatAddress, joinAddress, parseIp } from '@duet/stun'
import type { StunServer } from '../../../config/index.ts'
import { addressesOf } from '../target.ts'
import { fails, ok, untried, type Check, type Verdict } from '../verdict.ts'
import { discoverNat, type NatBehaviour } from './discover.ts'
import { openNatSocket } from './stun-socket.ts'

/** What each kind means for calls. */
const MEANING: Record<NatBehaviour, { mapping: string; filtering: string }> = {
  'endpoint-independent': {
    mapping: 'one address towards everybody: direct calls are possible',
    filtering: 'lets in whoever knows it',
  },
  'address-dependent': {
    mapping: 'another address towards each address: with strict networks calls are relayed',
    filtering: 'lets in addresses that were asked',
  },
  'address-and-port-dependent': {
    mapping:
      'another address towards each port (“symmetric”): with strict networks calls are relayed',
    filtering: 'lets in only what was asked',
  },
}

/** How the NAT in front of this machine maps and filters (RFC 5780), asked of the first server that can tell. */
export function natCheck(servers: () => Promise<readonly StunServer[]>): Check {
  return {
    id: 'nat',
    label: 'NAT',
    timeoutMs: 60_000,
    async run() {
      let best: Verdict = untried('there is no STUN server to ask')
      for (const { host, port } of await servers()) {
        const address = (await addressesOf(host)).find(({ family }) => family === 4)
        const ip = address && parseIp(address.address)
        if (ip === undefined) continue
        const server = joinAddress(ip, port)
        const finding = await discoverNat(server, openNatSocket)
        if (finding.kind === 'found') {
          const { mapped, mapping, filtering } = finding
          return ok(
            [
              `seen as ${formatAddress(mapped)}`,
              `mapping ${mapping}: ${MEANING[mapping].mapping}`,
              `filtering ${filtering}: ${MEANING[filtering].filtering}`,
            ].join('; '),
          )
        }
        best =
          finding.kind === 'silent'
            ? fails('stun-closed', { at: formatAddress(server), port })
            : untried(
                `${formatAddress(server)} has no second address for RFC 5780: name one with --stun`,
              )
      }
      return best
    },
  }
}
