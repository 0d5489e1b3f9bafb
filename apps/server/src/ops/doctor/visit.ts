import type { Clock } from '@duet/base'
import { iceServerUrls, type IceServerUrl } from './probe/ice-server-url.ts'
import { DoctorSession, type SessionTrial } from './probe/session.ts'
import { askWeb, jsonIn, type ServerFacts, type WebAnswer } from './probe/web.ts'
import { addressesOf, type Target, type TargetAddress } from './target.ts'

/** What the server said of itself, and when. */
export interface FoundFacts {
  answer: WebAnswer
  facts: ServerFacts | undefined
  /** The clock here, in the middle of the request. */
  askedAt: number
}

/** One look at a server: what several checks need is asked once, by the first of them. */
export class Visit {
  readonly target: Target
  readonly clock: Clock
  #addresses: Promise<TargetAddress[]> | undefined
  #found: Promise<FoundFacts> | undefined
  #session: Promise<SessionTrial> | undefined

  constructor(target: Target, clock: Clock) {
    this.target = target
    this.clock = clock
  }

  addresses(): Promise<TargetAddress[]> {
    this.#addresses ??= this.resolve(this.target.host)
    return this.#addresses
  }

  /** All addresses of a name, IPv4 first; none when it is unknown. */
  resolve(name: string): Promise<TargetAddress[]> {
    return addressesOf(name)
  }

  found(): Promise<FoundFacts> {
    this.#found ??= this.#ask()
    return this.#found
  }

  /** Undefined when the server did not say. */
  async facts(): Promise<ServerFacts | undefined> {
    return (await this.found()).facts
  }

  session(): Promise<SessionTrial> {
    this.#session ??= DoctorSession.open(this.target)
    return this.#session
  }

  /** As a client gets them; undefined when it gets none. */
  async iceServers(): Promise<IceServerUrl[] | undefined> {
    const trial = await this.session()
    return trial.outcome === 'ok' ? iceServerUrls(trial.welcome.iceServers) : undefined
  }

  /** Ends the session. Idempotent. */
  async close(): Promise<void> {
    const trial = await this.#session
    if (trial?.outcome === 'ok') trial.session.close()
  }

  async #ask(): Promise<FoundFacts> {
    const before = this.clock.now()
    const answer = await askWeb(this.target, '/api/check')
    const askedAt = (before + this.clock.now()) / 2
    const json = jsonIn(answer)
    const facts = typeof json?.['now'] === 'number' ? (json as unknown as ServerFacts) : undefined
    return { answer, facts, askedAt }
  }
}
