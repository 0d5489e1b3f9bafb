import type { Clock } from '@duet/base'
import type { Notice } from '@duet/rules'
import { TokenBucket } from '../bounds/rate.ts'
import type { RequestContext } from '../front/socket.ts'
import type { IceClient, IceServers, MakeIceServers } from '../ice-servers.ts'
import { LASTING_LIFE_S, MAX_FORMER_LOGINS, RENEWALS, RENEWED_LIFE_S } from './limits.ts'
import { PeerAddresses } from './peer-addresses.ts'
import { RelayLogin, type Peers, type RelayPolicy } from './relay-login.ts'

export interface RelayClientOptions {
  /** Absent: this server has no relays. */
  policy: RelayPolicy | undefined
  makeIceServers: MakeIceServers
  /** Its credentials are void: fresh ones are to be given to it. Absent: it can't be given any. */
  onRevoked: (() => void) | undefined
  /** It is gone, and its last call is over. */
  onEnd: () => void
  clock: Clock
}

/** One stay of the client in a room. */
interface Stay {
  addresses: PeerAddresses
  isUnseen: boolean
}

/**
 * What one client may do with the relays. Without a seat it may allocate and reach nobody outside;
 * with one it reaches where the others are; all of it ends with its seat. Rules N1 to N4.
 */
export class RelayClient implements IceClient {
  readonly #options: RelayClientOptions
  readonly #renewals: TokenBucket
  /** By the address of its seat. */
  readonly #stays = new Map<string, Stay>()
  /** Of earlier sessions of the same page, whose media goes on. */
  readonly #former: RelayLogin[] = []
  /** What was signaled to the one whose seat it takes. */
  #inherited = new PeerAddresses()
  #login: RelayLogin
  #granted = ''
  #isGone = false

  constructor(options: RelayClientOptions) {
    this.#options = options
    this.#renewals = new TokenBucket(RENEWALS, options.clock)
    this.#login = new RelayLogin(options.policy)
  }

  servers(context: RequestContext): IceServers {
    const { clock, makeIceServers, onRevoked } = this.#options
    const lifeSeconds = onRevoked ? RENEWED_LIFE_S : LASTING_LIFE_S
    this.#login.give(clock.now() + lifeSeconds * 1000)
    this.#login.grant(this, this.#peers)
    return makeIceServers(context, { id: this.#login.id, lifeSeconds })
  }

  /** It is gone; a seat that is kept for it keeps its relays. Idempotent. */
  close(): void {
    if (this.#isGone) return
    this.#isGone = true
    if (this.#stays.size === 0) this.#end()
  }

  /** What is told to one of its seats, or about it. */
  handleNotice(seat: string, notice: Notice): void {
    const stay = this.#stays.get(seat)
    switch (notice.type) {
      case 'reach':
        return this.#reach(seat, notice)
      case 'joined': {
        const changes = notice.peers.flatMap(({ peer, signals }) =>
          signals.map((signal) => stay?.addresses.add(peer.id, signal)),
        )
        return changes.includes(true) ? this.#grant() : undefined
      }
      case 'signal':
        return stay?.addresses.add(notice.from, notice.signal) ? this.#grant() : undefined
      default:
        return undefined
    }
  }

  /** A seat is given up; heir: whoever goes on with it. */
  endStay(seat: string, heir?: RelayClient): void {
    const stay = this.#stays.get(seat)
    if (!stay) return
    this.#stays.delete(seat)
    const isHanded = heir !== undefined && heir !== this
    if (isHanded) heir.#inherit([this.#login, ...this.#former], stay.addresses)
    // With other seats it goes on with the same relays.
    if (this.#stays.size > 0) this.#grant()
    else if (isHanded) this.#startAnew()
    else this.#endCall()
    if (this.#isGone && this.#stays.size === 0) this.#end()
  }

  #reach(seat: string, { peers, isUnseen }: Extract<Notice, { type: 'reach' }>): void {
    const stay = this.#stays.get(seat) ?? { addresses: this.#inherited, isUnseen }
    if (stay.addresses === this.#inherited) this.#inherited = new PeerAddresses()
    stay.isUnseen = isUnseen
    stay.addresses.setPeers(peers)
    this.#stays.set(seat, stay)
    this.#grant()
  }

  get #peers(): Peers {
    const stays = [...this.#stays.values()]
    if (stays.some(({ isUnseen }) => isUnseen)) return 'any'
    return [...new Set(stays.flatMap(({ addresses }) => addresses.all))]
  }

  #grant(): void {
    const peers = this.#peers
    const written = String(peers)
    if (written === this.#granted) return
    this.#granted = written
    for (const login of [this.#login, ...this.#former]) login.grant(this, peers)
  }

  /** Whoever has its credentials can do nothing more with them. */
  #endCall(): void {
    for (const login of this.#former.splice(0)) login.release(this)
    const { clock, onRevoked, policy } = this.#options
    this.#granted = ''
    if (this.#isGone) return
    if (onRevoked && this.#renewals.take()) {
      this.#login.release(this)
      this.#login = new RelayLogin(policy)
      onRevoked()
    } else {
      this.#login.endAllocations(this, clock.now())
    }
  }

  /** R10: somebody else goes on with its relays. */
  #startAnew(): void {
    for (const login of [this.#login, ...this.#former.splice(0)]) login.release(this)
    this.#login = new RelayLogin(this.#options.policy)
    this.#granted = ''
    if (!this.#isGone) this.#options.onRevoked?.()
  }

  /** R10: media goes on with the relays that an earlier session of the same page made. */
  #inherit(logins: readonly RelayLogin[], addresses: PeerAddresses): void {
    // What its peer signaled to the one before is not said again.
    this.#inherited.inherit(addresses)
    for (const stay of this.#stays.values()) stay.addresses.inherit(addresses)
    for (const login of logins) {
      if (login !== this.#login && !this.#former.includes(login)) this.#former.push(login)
      login.grant(this, this.#peers)
    }
    const tooMany = Math.max(0, this.#former.length - MAX_FORMER_LOGINS)
    for (const login of this.#former.splice(0, tooMany)) login.release(this)
    this.#grant()
  }

  #end(): void {
    for (const login of [this.#login, ...this.#former.splice(0)]) login.release(this)
    this.#options.onEnd()
  }
}
