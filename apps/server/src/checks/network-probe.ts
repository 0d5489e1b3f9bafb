import { isIPv4 } from 'node:net'
import type { Clock } from '@duet/base'
import type { MediaServer } from '@duet/media'
import { TokenBucket } from '../bounds/rate.ts'
import type { LocalAddresses } from '../front/local-addresses.ts'
import { MAX_PROBE_SOURCES, PROBE_RATE } from './limits.ts'

export interface ProbedClient {
  /** Where it says that STUN saw it. */
  ip: string
  port: number
  ufrag: string
  pwd: string
}

/**
 * other-address: the request came from elsewhere, so nothing is sent. busy: too many want it now.
 * probed: how many addresses sent a check, and how many were answered.
 */
export type ProbeOutcome =
  | { outcome: 'other-address' | 'busy' }
  | { outcome: 'probed'; sources: number; answered: number }

/** What a client's network lets in from ports and addresses that the client never sent to. */
export class NetworkProbe {
  readonly #media: Pick<MediaServer, 'probe'>
  readonly #localAddresses: LocalAddresses
  readonly #bucket: TokenBucket | undefined

  constructor(
    media: Pick<MediaServer, 'probe'>,
    options: { localAddresses: LocalAddresses; isLimited: boolean; clock: Clock },
  ) {
    this.#media = media
    this.#localAddresses = options.localAddresses
    this.#bucket = options.isLimited ? new TokenBucket(PROBE_RATE, options.clock) : undefined
  }

  /**
   * Sends a few checks to the client, and only to the very address that its request came from:
   * nobody can have anything sent to others.
   */
  async ask(client: ProbedClient, requestedFrom: string): Promise<ProbeOutcome> {
    if (client.ip !== requestedFrom) return { outcome: 'other-address' }
    const from = sourcesFor(client.ip, this.#localAddresses)
    if (this.#bucket?.take() === false) return { outcome: 'busy' }
    const answers = await this.#media.probe({ ...client, from })
    if (answers.length === 0) return { outcome: 'busy' }
    const answered = answers.filter(({ isAnswered }) => isAnswered).length
    return { outcome: 'probed', sources: answers.length, answered }
  }
}

/** Those of our addresses that differ for others: several private ones may hide behind one. */
function sourcesFor(ip: string, { global, lan }: LocalAddresses): readonly string[] {
  const isFour = isIPv4(ip)
  const ofFamily = (list: readonly string[]): readonly string[] =>
    list.filter((each) => isIPv4(each) === isFour)
  const routed = ofFamily(global)
  return routed.length > 0 ? routed.slice(0, MAX_PROBE_SOURCES) : ofFamily(lan).slice(0, 1)
}
