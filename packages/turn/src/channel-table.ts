import { FIRST_CHANNEL, type TransportAddress } from '@duet/stun'
import type { Destination } from '@duet/datagrams'
import { CHANNEL_MS } from './lifetimes.ts'
import type { Permission } from './permission-table.ts'

/** A number that stands for a peer. */
export interface Channel {
  readonly number: number
  readonly destination: Destination
  readonly permission: Permission
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** Why a channel cannot be bound. */
export type ChannelConflict = 'number-taken' | 'peer-taken' | 'full'

/** The channels of one allocation: number and peer belong to each other alone. */
export class ChannelTable {
  readonly #limit: number
  /** By number, less the first number there is: clients count up from it. */
  readonly #byNumber: (Channel | undefined)[] = []
  readonly #byPeer = new Map<TransportAddress, Channel>()
  /** To whom the packet before belonged: the next one mostly does, too. */
  #last: Channel | undefined

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The channel with this number, if it still holds. */
  byNumber(number: number, now: number): Channel | undefined {
    const channel = this.#byNumber[number - FIRST_CHANNEL]
    return channel && channel.expiresAt > now ? channel : undefined
  }

  /** The channel to this peer, if it still holds. */
  byPeer(peer: TransportAddress, now: number): Channel | undefined {
    if (this.#last?.destination.address !== peer) this.#last = this.#byPeer.get(peer)
    const channel = this.#last
    return channel && channel.expiresAt > now ? channel : undefined
  }

  /** What keeps `number` from being bound to `peer` (RFC 8656 §12.2), if anything does. */
  conflictOf(number: number, peer: TransportAddress, now: number): ChannelConflict | undefined {
    this.#dropExpired(now)
    const numbered = this.byNumber(number, now)
    if (numbered) return numbered.destination.address === peer ? undefined : 'number-taken'
    if (this.byPeer(peer, now)) return 'peer-taken'
    return this.#byPeer.size >= this.#limit ? 'full' : undefined
  }

  /** Binds a channel that has no conflict, or refreshes it; `permission` is its peer's. */
  bind(options: Omit<Channel, 'expiresAt'>, now: number): void {
    const existing = this.byNumber(options.number, now)
    if (existing) {
      existing.expiresAt = now + CHANNEL_MS
      return
    }
    const channel: Channel = { ...options, expiresAt: now + CHANNEL_MS }
    channel.permission.channels += 1
    this.#byNumber[channel.number - FIRST_CHANNEL] = channel
    this.#byPeer.set(channel.destination.address, channel)
  }

  #dropExpired(now: number): void {
    for (const [peer, { number, expiresAt, permission }] of this.#byPeer) {
      if (expiresAt > now) continue
      permission.channels -= 1
      this.#last = undefined
      this.#byPeer.delete(peer)
      this.#byNumber[number - FIRST_CHANNEL] = undefined
    }
  }
}
