import type { Clock } from '@duet/base'
import { destinationOf, type DatagramPort } from '@duet/datagrams'
import {
  decodeMessage,
  familyOf,
  formatIp,
  ipOf,
  joinAddress,
  parseIp,
  type TransportAddress,
} from '@duet/stun'
import type { MediaLimits } from '../limits.ts'
import type { ProbeAnswer, ProbeRequest } from '../media-server.ts'
import type { Traffic } from '../transport/traffic.ts'
import { areIceCredentials } from './ice-credentials.ts'
import { PathProber } from './path-prober.ts'
import { StrangerAnswers } from './stranger-answers.ts'

export interface OutsidersOptions {
  clock: Clock
  limits: Pick<MediaLimits, 'probes' | 'strangerAnswersPerSecond'>
}

/** STUN with those who have no session: they are told their address, and asked whether they hear us. */
export class Outsiders {
  readonly #prober: PathProber
  readonly #answers: StrangerAnswers
  readonly #traffic: Pick<Traffic, 'drop'>
  #isClosed = false

  constructor({ clock, limits }: OutsidersOptions, traffic: Pick<Traffic, 'drop'>) {
    this.#prober = new PathProber(clock, limits.probes)
    this.#answers = new StrangerAnswers(clock, limits.strangerAnswersPerSecond)
    this.#traffic = traffic
  }

  /** Takes a STUN message that is for no session. */
  handleStun(datagram: Uint8Array, from: TransportAddress, port: DatagramPort): void {
    const message = decodeMessage(datagram)
    if (message && this.#prober.handleAnswer(message, from)) return
    const answer = message && this.#answers.answer(message, from)
    if (answer) port.send(answer, destinationOf(from))
    else this.#traffic.drop('unknown-check')
  }

  /** As `MediaServer.probe`. */
  probe(request: ProbeRequest, ports: readonly DatagramPort[]): Promise<readonly ProbeAnswer[]> {
    const { ip, port, ufrag, pwd, from } = request
    const address = parseIp(ip)
    const remote = { ufrag, pwd }
    if (this.#isClosed || address === undefined || !areIceCredentials(remote))
      return Promise.resolve([])
    const to = joinAddress(address, port)
    const answers = ports.flatMap((own) => {
      const ownIp = ipOf(own.local)
      const name = formatIp(ownIp)
      if (familyOf(ownIp) !== familyOf(address) || !from.includes(name)) return []
      const answered = this.#prober.probe({ to, remote, port: own })
      return answered ? [answered.then((isAnswered) => ({ from: name, isAnswered }))] : []
    })
    return Promise.all(answers)
  }

  /** Nobody is waited for any more. Idempotent. */
  close(): void {
    this.#isClosed = true
    this.#prober.close()
  }
}
