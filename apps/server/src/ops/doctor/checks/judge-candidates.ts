import { isIP } from 'node:net'
import { isPublicAddress } from '../../../front/local-addresses.ts'
import { fails, ok, untried, type Verdict } from '../verdict.ts'

/** What became of the check of one candidate. */
export interface CandidateTrial {
  address: string
  port: number
  /** no-way: this machine has none to addresses of that family. */
  outcome: 'answers' | 'silent' | 'no-way'
}

/** What is known of the server besides its candidates. */
export interface MediaPlace {
  /** Of its name: how it was reached. */
  addresses: readonly string[]
  /** It runs on this machine, which has a way to all addresses that are right. */
  isOwn: boolean
  port: number
}

/**
 * What the candidates of a media server come to. A public address must answer, whatever answers
 * beside it; a private one may be of a network that this machine is not in.
 */
export function judgeCandidates(trials: readonly CandidateTrial[], place: MediaPlace): Verdict {
  const tried = trials.filter(({ outcome }) => outcome !== 'no-way')
  const open = trials.filter(({ outcome }) => outcome === 'answers')
  const silent = trials.filter(({ outcome }) => outcome === 'silent')
  if (tried.length === 0) {
    return trials.length > 0
      ? untried(`this machine has no way to ${addressesIn(trials)}`)
      : fails('media-closed', { at: 'any address: it names none', port: place.port })
  }
  for (const family of [4, 6] as const) {
    const isOfFamily = (address: string): boolean => isIP(address) === family
    const ofFamily = tried.filter(({ address }) => isOfFamily(address))
    const isOutside = place.addresses.some(
      (address) => isOfFamily(address) && isPublicAddress(address),
    )
    const isHidden = ofFamily.every(
      ({ address, outcome }) => outcome === 'silent' && !isPublicAddress(address),
    )
    if (isOutside && ofFamily.length > 0 && isHidden) {
      return fails('media-private-address', { other: addressesIn(ofFamily) })
    }
  }
  const port = silent[0]?.port ?? place.port
  if (open.length === 0) return fails('media-closed', { at: addressesIn(silent), port })
  const wrong = silent.filter(({ address }) => place.isOwn || isPublicAddress(address))
  if (wrong.length > 0) {
    const facts = { at: addressesIn(wrong), other: addressesIn(open), port }
    return fails('media-address-silent', facts)
  }
  const places = open.map((each) => `${each.address}, port ${each.port}`)
  const rest = trials.filter(({ outcome }) => outcome !== 'answers')
  const note = rest.length > 0 ? ` (not reached from here: ${addressesIn(rest)})` : ''
  return ok(`answers at ${places.join(' and ')}${note}`)
}

function addressesIn(trials: readonly CandidateTrial[]): string {
  return [...new Set(trials.map(({ address }) => address))].join(', ')
}
