import { parseIp, type IpAddress } from '@duet/stun'
import type { Clock } from '@duet/base'

/** What a user may reach, and how long that is to be remembered. */
export interface Grant {
  /** IP addresses of peers as text. `any`: whoever the policy allows. */
  peers: 'any' | readonly string[]
  /** Milliseconds since the epoch; it holds on for allocations that outlive it. */
  expiresAt: number
}

/**
 * How far a permission for an IP address reaches. open: to all of it. own: it is an address of this
 * server, of which relayed addresses and open ports may be reached. none: nowhere.
 */
export type Reach = 'open' | 'own' | 'none'

/** An allocation, as far as grants are concerned. */
export interface Grantee {
  /** IP addresses that it has permissions for. */
  permitted(): readonly IpAddress[]
  /** Judges its permissions anew. */
  judgePermissions(reachOf: (ip: IpAddress) => Reach): void
  close(reason: 'revoked'): void
}

export interface GrantsOptions {
  /** User ids that begin so reach nobody until there is a grant for them; absent: none do. */
  scopedPrefix: string | undefined
  /** Grants that are remembered at once, and revocations. */
  limit: number
  /** Peers of one grant. */
  peersPerGrant: number
  /** Whether relays of this server are at an address. */
  isOwn: (ip: IpAddress) => boolean
  clock: Clock
}

/**
 * kept: reached while `any` was granted, and not given up in the middle of a call.
 */
type State =
  | { kind: 'any'; expiresAt: number }
  | { kind: 'listed'; peers: ReadonlySet<IpAddress>; kept: Set<IpAddress>; expiresAt: number }

const NOBODY: ReadonlySet<IpAddress> = new Set()

/** How often what has expired is looked for. */
const SWEEP_MS = 10_000
/** The same, when there is no room for more. */
const SWEEP_FULL_MS = 1000

/**
 * Who may reach whom: credentials that were given out for one call reach the addresses of that call
 * and no others, and nothing any more when it is over.
 */
export class Grants {
  readonly #options: GrantsOptions
  /** Whom users reach; what was said last is at the end. */
  readonly #states = new Map<string, State>()
  /** Until when users are revoked, in the same order. */
  readonly #revoked = new Map<string, number>()
  readonly #grantees = new Map<string, Set<Grantee>>()
  #sweptAt: number

  constructor(options: GrantsOptions) {
    this.#options = options
    this.#sweptAt = options.clock.now()
  }

  /** Grants and revocations that are remembered, and users that have allocations. */
  get tracked(): number {
    return this.#states.size + this.#revoked.size + this.#grantees.size
  }

  /** From now on the allocations of `userId` reach these peers only. A revoked user stays so. */
  set(userId: string, { peers, expiresAt }: Grant): void {
    if (this.isRevoked(userId)) return
    const before = this.#stateOf(userId)
    this.#remember(
      userId,
      peers === 'any'
        ? { kind: 'any', expiresAt }
        : { kind: 'listed', peers: this.#read(peers), kept: new Set(), expiresAt },
    )
    const state = this.#states.get(userId)
    if (state?.kind === 'listed' && state.peers.size > 0) this.#keep(userId, state, before)
    for (const grantee of this.#grantees.get(userId) ?? []) {
      grantee.judgePermissions((ip) => this.reachOf(userId, ip))
    }
  }

  /** Ends all allocations of `userId`; it gets no new ones until then (milliseconds since the epoch). */
  revoke(userId: string, until: number): void {
    this.#states.delete(userId)
    this.#revoked.delete(userId)
    this.#revoked.set(userId, until)
    const [oldest] = this.#revoked.keys()
    if (this.#revoked.size > this.#options.limit && oldest !== undefined) {
      this.#revoked.delete(oldest)
    }
    for (const grantee of this.#grantees.get(userId) ?? []) grantee.close('revoked')
  }

  isRevoked(userId: string): boolean {
    return (this.#revoked.get(userId) ?? 0) > this.#options.clock.now()
  }

  /** How far `userId` may reach into an IP address that the policy allows. */
  reachOf(userId: string, ip: IpAddress): Reach {
    const state = this.#stateOf(userId)
    const isOpen = state
      ? state.kind === 'any' || hasPeer(state, ip)
      : !this.#isScoped(userId) && !this.isRevoked(userId)
    if (isOpen) return 'open'
    return this.#options.isOwn(ip) ? 'own' : 'none'
  }

  /** An allocation was made by `userId`; returns the end of it. */
  add(userId: string, grantee: Grantee): () => void {
    const grantees = this.#grantees.get(userId) ?? new Set()
    this.#grantees.set(userId, grantees.add(grantee))
    return () => {
      grantees.delete(grantee)
      if (grantees.size === 0) this.#grantees.delete(userId)
    }
  }

  /** Forgets what has expired. */
  handleTick(now: number): void {
    if (now - this.#sweptAt < SWEEP_MS) return
    this.#forgetExpired(now)
  }

  #forgetExpired(now: number): void {
    this.#sweptAt = now
    for (const [userId, { expiresAt }] of this.#states) {
      if (expiresAt <= now && !this.#grantees.has(userId)) this.#states.delete(userId)
    }
    for (const [userId, until] of this.#revoked) if (until <= now) this.#revoked.delete(userId)
  }

  #stateOf(userId: string): State | undefined {
    const state = this.#states.get(userId)
    if (!state || state.expiresAt > this.#options.clock.now()) return state
    return this.#grantees.has(userId) ? state : undefined
  }

  #isScoped(userId: string): boolean {
    const { scopedPrefix } = this.#options
    return scopedPrefix !== undefined && userId.startsWith(scopedPrefix)
  }

  /** Whom it reaches now may be in a call with it: its signaling did not see how they got there. */
  #keep(
    userId: string,
    { peers, kept }: Extract<State, { kind: 'listed' }>,
    before: State | undefined,
  ): void {
    if (before?.kind === 'listed') for (const ip of before.kept) kept.add(ip)
    if (before?.kind !== 'any') return
    for (const grantee of this.#grantees.get(userId) ?? []) {
      for (const ip of grantee.permitted()) {
        if (!peers.has(ip) && kept.size < this.#options.peersPerGrant) kept.add(ip)
      }
    }
  }

  /** What has no room takes that of what has expired, or of what was said first and nobody uses. */
  #remember(userId: string, state: State): void {
    if (this.#states.size >= this.#options.limit && !this.#states.has(userId)) this.#makeRoom()
    this.#states.delete(userId)
    this.#states.set(userId, state)
  }

  #makeRoom(): void {
    const now = this.#options.clock.now()
    if (now - this.#sweptAt >= SWEEP_FULL_MS) this.#forgetExpired(now)
    if (this.#states.size < this.#options.limit) return
    for (const userId of this.#states.keys()) {
      if (this.#grantees.has(userId)) continue
      this.#states.delete(userId)
      return
    }
  }

  #read(peers: readonly string[]): ReadonlySet<IpAddress> {
    if (peers.length === 0) return NOBODY
    const ips = peers.slice(0, this.#options.peersPerGrant).map(parseIp)
    return new Set(ips.filter((ip) => ip !== undefined))
  }
}

function hasPeer({ peers, kept }: Extract<State, { kind: 'listed' }>, ip: IpAddress): boolean {
  return peers.has(ip) || kept.has(ip)
}
