import type { Gathering, ProbeAnswer } from './ports.ts'
import { familyOf, type SeenCandidate } from './seen-candidate.ts'
import { fails, ok, untried, type CheckVerdict } from './verdict.ts'

/** Addresses that a STUN server saw, of one IP version. */
export function seenAddresses(
  { candidates }: Pick<Gathering, 'candidates'>,
  family?: 4 | 6,
): SeenCandidate[] {
  return candidates.filter(
    ({ type, protocol, address }) =>
      type === 'srflx' &&
      protocol === 'udp' &&
      (family === undefined ? familyOf(address) !== undefined : familyOf(address) === family),
  )
}

/** Whether a STUN server answered: with another address, or with the browser's own. */
export function judgeStun(gathering: Gathering, server: string): CheckVerdict {
  const [seen] = seenAddresses(gathering)
  if (seen) return ok('stun', { address: seen.address })
  // A browser leaves out what is the same as its own address.
  return isOwnAddressSeen(gathering) ? ok('stun-direct') : fails('stun-silent', { server })
}

function isOwnAddressSeen({ candidates, errors, isComplete }: Gathering): boolean {
  const isOwnKnown = candidates.some(
    ({ type, address }) => type === 'host' && familyOf(address) !== undefined,
  )
  return isOwnKnown && isComplete && errors.length === 0
}

/**
 * RFC 4787 §4.1, as far as two ports of one server show it: whether the NAT gives one socket
 * the same address towards both.
 */
export function judgeMapping(gathering: Gathering): CheckVerdict {
  const seen = seenAddresses(gathering, 4)
  const all = seen.length > 0 ? seen : seenAddresses(gathering, 6)
  // A port that did not answer proves nothing.
  if (gathering.errors.length > 0 || !gathering.isComplete) return untried('not-found-out')
  if (all.length === 0) {
    return isOwnAddressSeen(gathering) ? ok('no-translation') : untried('not-found-out')
  }
  const byNetwork = new Map<string, Set<string>>()
  for (const { network, address, port } of all) {
    const mapped = byNetwork.get(network) ?? new Set()
    byNetwork.set(network, mapped.add(`${address} ${port}`))
  }
  const isChanging = [...byNetwork.values()].some((mapped) => mapped.size > 1)
  return ok(isChanging ? 'changing-mapping' : 'same-mapping')
}

/**
 * RFC 4787 §5: what the NAT lets in, by checks that the server sent from a port, and where it has
 * one from an address, that this browser never sent to.
 */
export function judgeFiltering(answer: ProbeAnswer | undefined): CheckVerdict {
  if (answer?.outcome === 'other-address') return untried('other-address')
  if (answer?.outcome === 'busy') return untried('too-many')
  const { sources = 0, answered = 0 } = answer ?? {}
  if (answer?.outcome !== 'probed' || sources === 0) return untried('not-found-out')
  if (answered === 0) return ok('closed-to-others')
  // One address proves only that another port of it comes through.
  if (sources === 1) return ok('open-to-ports')
  return ok(answered === sources ? 'open-to-all' : 'open-to-address')
}

/** Whether any address of an IP version was seen. */
export function judgeFamily(
  family: 4 | 6,
  seen: Pick<Gathering, 'candidates'> & { address: string | undefined },
): CheckVerdict {
  const [mapped] = seenAddresses(seen, family)
  if (mapped) return ok('address', { address: mapped.address })
  const { address } = seen
  if (address !== undefined && familyOf(address) === family && !isLoopback(address)) {
    return ok('address', { address })
  }
  return untried('not-seen')
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

/** Whether anything at all went over UDP. */
export function judgeUdp(verdicts: readonly (CheckVerdict | undefined)[]): CheckVerdict {
  if (verdicts.some((verdict) => verdict?.kind === 'ok')) return ok()
  const isTried = verdicts.some((verdict) => verdict?.kind === 'fails')
  return isTried ? fails('udp-blocked') : untried('needs-server')
}
