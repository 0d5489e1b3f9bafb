import { messageOf, type CancelTimer, type Clock, type Logger } from '@duet/base'
import { checkedCertificate, type Certificate } from '../front/certificate.ts'
import { AcmeClient, type IssuedCertificate } from './acme-client.ts'
import { AcmeConnection } from './acme-connection.ts'
import { AcmeError } from './acme-error.ts'
import type { Challenges, ChallengeType } from './challenges.ts'
import type { KeptFiles } from './kept-files.ts'
import { plainWords } from './plain-words.ts'
import { momentIn, pauseAfter, renewalId, suggestedWindow, usualWindow } from './renewal.ts'

export interface DomainCertificateOptions {
  domains: readonly string[]
  /** Address of the authority's directory. */
  directory: string
  email: string | undefined
  /** PEM of what its own certificate is trusted by, besides the usual authorities. */
  ca: string | undefined
  /** Tried in this order. */
  challengeTypes: readonly ChallengeType[]
  files: KeptFiles
  challenges: Challenges
  /** Called with each new one. */
  onChange: (certificate: Certificate) => void
  clock: Clock
  logger: Logger
  /** From 0 to 1; for tests. */
  random?: () => number
}

/** When to ask for a certificate next. */
interface Plan {
  /** Milliseconds since the epoch. */
  at: number
  /** In a row. */
  failures: number
}

/** A disk that is full has room again when somebody noticed. */
const KEEP_AGAIN_MS = 60_000

/** How often it is looked whether one is due. */
const LOOK_MS = 5 * 60_000

/** How often the authority is asked when it would have it renewed (RFC 9773 §4.3.2). */
const SUGGESTION_MS = 6 * 60 * 60_000

/** So near its end one for fewer names is better than none. */
const LAST_DAYS_MS = 10 * 24 * 60 * 60_000

/** The certificate of --domain: one for all names, got and renewed without anybody's help. */
export class DomainCertificate {
  readonly #options: DomainCertificateOptions
  readonly #random: () => number
  readonly #client: AcmeClient
  readonly #connection: AcmeConnection
  readonly #closing = new AbortController()
  #current: Certificate | undefined
  #plan: Plan
  /** Where in a window this server renews. */
  #chance: number
  #suggestionAt = 0
  /** Ends that a certificate is tried to be written. */
  #stopKeeping: CancelTimer = () => {}
  #state: { name: 'new' | 'closed' } | { name: 'looking' | 'resting'; stop: CancelTimer } = {
    name: 'new',
  }

  constructor(options: DomainCertificateOptions) {
    const { files, challenges, clock, directory, ca } = options
    this.#options = options
    this.#random = options.random ?? Math.random
    this.#chance = this.#random()
    const closing = this.#closing.signal
    const key = files.accountKey
    this.#connection = new AcmeConnection({ directory, ca, key, clock, closing })
    this.#client = new AcmeClient({ connection: this.#connection, challenges, clock, closing })
    const kept = files.readCertificate()
    this.#current = kept && kept.endsAt > clock.now() ? kept : undefined
    this.#plan = { at: this.#dueAt(), failures: 0 }
  }

  /** The one that is there; undefined as long as there is none. */
  get current(): Certificate | undefined {
    return this.#current
  }

  /** Looks now and from now on. The ports must be open. */
  start(): void {
    if (this.#state.name !== 'new') return
    const stop = this.#options.clock.every(LOOK_MS, () => void this.#look())
    this.#state = { name: 'resting', stop }
    void this.#look()
  }

  /** Idempotent. */
  close(): void {
    if (this.#state.name === 'closed') return
    if (this.#state.name === 'resting' || this.#state.name === 'looking') this.#state.stop()
    this.#state = { name: 'closed' }
    this.#closing.abort()
    this.#stopKeeping()
  }

  async #look(): Promise<void> {
    if (this.#state.name !== 'resting') return
    const { stop } = this.#state
    this.#state = { name: 'looking', stop }
    await this.#heedSuggestion()
    if (this.#options.clock.now() >= this.#plan.at) await this.#renew()
    if (!this.#closing.signal.aborted) this.#state = { name: 'resting', stop }
  }

  /** An authority may want certificates renewed early, when it has to revoke them. */
  async #heedSuggestion(): Promise<void> {
    const { clock, logger } = this.#options
    if (!this.#current || this.#plan.failures > 0 || clock.now() < this.#suggestionAt) return
    this.#suggestionAt = clock.now() + SUGGESTION_MS
    try {
      const window = await suggestedWindow(this.#connection, this.#current.cert)
      const at = window && momentIn(window, this.#chance)
      if (at !== undefined) this.#plan = { at: Math.min(at, this.#dueAt()), failures: 0 }
    } catch (error) {
      logger.debug('the authority suggests no time of renewal', { error: messageOf(error) })
    }
  }

  async #renew(): Promise<void> {
    const { clock, logger, onChange } = this.#options
    try {
      const issued = await this.#obtain()
      // It is used even if it can't be kept: the authority gives few of them.
      const current = checkedCertificate({ ...issued, isSelfSigned: false })
      this.#current = current
      this.#keep(issued)
      this.#chance = this.#random()
      this.#suggestionAt = clock.now() + SUGGESTION_MS
      this.#plan = { at: this.#dueAt(), failures: this.#isComplete() ? 0 : this.#plan.failures + 1 }
      if (!this.#isComplete()) this.#pause(undefined)
      onChange(current)
      logger.info('certificate obtained', {
        names: current.names.join(' '),
        until: new Date(current.endsAt).toISOString(),
      })
    } catch (error) {
      if (this.#closing.signal.aborted) return
      // The authority may have forgotten it.
      this.#connection.account = undefined
      this.#plan = { at: 0, failures: this.#plan.failures + 1 }
      this.#pause(error instanceof AcmeError ? error.retryAfterMs : undefined)
      // Every try that failed has been logged already, but for what is no refusal.
      if (!(error instanceof AcmeError)) {
        logger.error('the certificate could not be kept', { error: messageOf(error) })
      }
    }
  }

  /** Tries until it is written, or until there is another one. */
  #keep(issued: IssuedCertificate): void {
    this.#stopKeeping()
    const { files, clock, logger } = this.#options
    try {
      files.writeCertificate(issued)
    } catch (error) {
      logger.error('the certificate could not be kept, and is tried to be again', {
        error: messageOf(error),
      })
      this.#stopKeeping = clock.after(KEEP_AGAIN_MS, () => this.#keep(issued))
    }
  }

  #pause(retryAfterMs = 0): void {
    const { clock, logger } = this.#options
    const pause = Math.max(retryAfterMs, pauseAfter(this.#plan.failures, this.#random()))
    this.#plan = { ...this.#plan, at: clock.now() + pause }
    logger.info('the certificate is asked for again', { at: new Date(this.#plan.at).toISOString() })
  }

  /** For all names or, where some can't be proven and there is nothing better, for the others. */
  async #obtain() {
    const { domains, email, clock } = this.#options
    if (this.#connection.account === undefined) await this.#register(email)
    try {
      return await this.#tryInTurn(domains)
    } catch (error) {
      const failed = failedNames(error)
      const others = domains.filter((name) => !failed.has(name))
      const ends = this.#current?.endsAt ?? 0
      const isBetter =
        ends - clock.now() < LAST_DAYS_MS ||
        others.some((name) => !this.#current?.names.includes(name))
      if (failed.size === 0 || others.length === 0 || !isBetter) throw error
      return this.#tryInTurn(others)
    }
  }

  async #register(email: string | undefined): Promise<void> {
    try {
      await this.#client.register(email)
    } catch (error) {
      this.#tell(error, this.#options.challengeTypes[0] ?? 'http-01', this.#options.domains)
      throw error
    }
  }

  /** Proves all names in one way and, if that fails, in the next. */
  async #tryInTurn(names: readonly string[]) {
    const { challengeTypes } = this.#options
    const replaces = this.#current && (await renewalId(this.#current.cert))
    for (const [index, challengeType] of challengeTypes.entries()) {
      try {
        return await this.#client.obtain({ names, challengeType, replaces })
      } catch (error) {
        this.#tell(error, challengeType, names)
        const isLast = index === challengeTypes.length - 1
        if (isLast || failedNames(error).size === 0) throw error
      }
    }
    throw new TypeError('there is no way to prove a name')
  }

  #tell(error: unknown, challengeType: ChallengeType, names: readonly string[]): void {
    if (this.#closing.signal.aborted) return
    this.#options.logger.error(`no new certificate: ${plainWords(error, challengeType, names)}`, {
      challenge: challengeType,
    })
  }

  /** When it would be renewed by its age; at once where there is none for all names. */
  #dueAt(): number {
    if (!this.#current || !this.#isComplete()) return 0
    return momentIn(usualWindow(this.#current.cert), this.#chance)
  }

  #isComplete(): boolean {
    return this.#options.domains.every((name) => this.#current?.names.includes(name))
  }
}

/** Names whose proof failed, and not the authority or the order as such. */
function failedNames(error: unknown): ReadonlySet<string> {
  if (!(error instanceof AcmeError) || error.code !== 'refused') return new Set()
  const isLimit = error.problems.some(({ type }) => type === 'rateLimited')
  const names = error.problems.flatMap(({ name }) => (name === undefined ? [] : [name]))
  return new Set(isLimit ? [] : names)
}
