import type { Clock, Logger } from '@duet/base'
import type { ClientTransport } from './client.ts'

/** Failures of one kind are told so often at most; those between are counted. */
const QUIET_MS = 10_000

/** `warn`: it is the server that lacks something. */
interface Sentence {
  level: 'info' | 'warn'
  text: string
}

const info = (text: string): Sentence => ({ level: 'info', text })
const warn = (text: string): Sentence => ({ level: 'warn', text })

/** What a person understands of the reasons for which an Allocate is refused. */
const SENTENCES: ReadonlyMap<string, Sentence> = new Map([
  ['unknown-user', info('its user name is none of this server')],
  ['wrong-password', info('its password is wrong, or signed with another secret')],
  ['expired', info('its credentials have expired')],
  [
    'expiry-too-far',
    warn('its credentials expire absurdly late: the expiry looks like milliseconds, not seconds'),
  ],
  ['revoked', info('the call that its credentials were made for is over')],
  ['bad-credentials', info('its request lacks a part of the credentials')],
  ['quota-reached', warn('its user, its address or all together have as many as they may')],
  ['no-free-port', warn('no relay port is free: the range of relay ports is too small')],
  ['family-not-supported', info('it wants an address family that no relay is bound to')],
  ['transport-not-udp', info('it wants to relay something else than UDP')],
  ['dont-fragment', info('it wants what can’t be promised: that nothing is fragmented')],
  ['five-tuple-in-use', info('its address and port have an allocation already')],
  ['unknown-reservation', info('the port that it wants is not reserved')],
  ['failed', warn('something went wrong here')],
])
const OTHER = info('its request is malformed or asks for something unknown')

/** What belongs to every handshake, and is no failure. */
const NO_FAILURES: ReadonlySet<string> = new Set(['no-integrity', 'stale-nonce'])

/** Says in the log why an allocation could not be had: one sentence each, without names. */
export class AllocationFailures {
  readonly #clock: Clock
  readonly #logger: Logger
  /** By sentence, of which there is a fixed number. */
  readonly #told = new Map<Sentence, { at: number; untold: number }>()

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock
    this.#logger = logger
  }

  report(reason: string, transport: ClientTransport): void {
    if (NO_FAILURES.has(reason)) return
    const sentence = SENTENCES.get(reason) ?? OTHER
    const now = this.#clock.now()
    const last = this.#told.get(sentence)
    if (last && now - last.at < QUIET_MS) {
      last.untold += 1
      return
    }
    this.#told.set(sentence, { at: now, untold: 0 })
    const { level, text } = sentence
    const more = last && last.untold > 0 ? { alikeSince: last.untold } : {}
    this.#logger[level](`a relay was refused: ${text}`, { reason, transport, ...more })
  }
}
