import type { Clock } from '@duet/base'
import type { Notice } from '@duet/rules'
import type { Hub } from '../hub/hub.ts'
import type { MakeIceServers, OpenIceClient } from '../ice-servers.ts'
import { RelayClient } from './relay-client.ts'
import type { RelayPolicy } from './relay-login.ts'

export interface RelayGrantsOptions {
  /** Absent: this server has no relays. */
  policy: RelayPolicy | undefined
  makeIceServers: MakeIceServers
  hub: Hub
  clock: Clock
}

/** One seat of a client: whether somebody listens there, and whether it is taken. */
interface Seat {
  client: RelayClient
  isHeard: boolean
  isTaken: boolean
  unsubscribe: () => void
}

/** Stands between the name of a client and the number of a seat of its, in a hub's addresses. */
const SEAT_MARK = '/'

const REACH = 'reach:'

/** Where the core tells of the media of a member; for a newcomer's `reach`. */
export function reachAddress(address: string): string {
  return `${REACH}${address}`
}

/**
 * Gives out ICE servers, and tells the TURN server what may be reached with them: it listens to what
 * clients are told, and knows it before they do.
 */
export class RelayGrants {
  readonly #options: RelayGrantsOptions
  /** By the name that their seats begin with. */
  readonly #clients = new Map<string, RelayClient>()
  readonly #seats = new Map<string, Seat>()

  constructor(options: RelayGrantsOptions) {
    this.#options = options
  }

  /** Clients that are there or have a seat, and their seats. */
  get tracked(): number {
    return this.#clients.size + this.#seats.size
  }

  /** The hub for gateways: what is told to clients of these grants is heard here first. */
  get hub(): Hub {
    const { hub } = this.#options
    return {
      update: (name, change) => hub.update(name, change),
      subscribe: (address, listener) => this.#subscribe(address, listener),
    }
  }

  /** A client came; its seats are at its own address in the hub, or below it. */
  readonly open: OpenIceClient = (name, onRevoked) => {
    const { policy, makeIceServers, clock } = this.#options
    const client = new RelayClient({
      policy,
      makeIceServers,
      onRevoked,
      clock,
      onEnd: () => {
        if (this.#clients.get(name) === client) this.#clients.delete(name)
      },
    })
    this.#clients.set(name, client)
    return client
  }

  #subscribe(address: string, listener: (notice: Notice) => void): () => void {
    const { hub } = this.#options
    const client = this.#clients.get(nameIn(address))
    if (!client) return hub.subscribe(address, listener)
    const seat: Seat = {
      client,
      isHeard: true,
      isTaken: false,
      unsubscribe: hub.subscribe(reachAddress(address), (notice) => {
        this.#handleReach(address, notice)
      }),
    }
    this.#seats.set(address, seat)
    const unsubscribe = hub.subscribe(address, (notice) => {
      client.handleNotice(address, notice)
      listener(notice)
    })
    return () => {
      unsubscribe()
      seat.isHeard = false
      this.#forgetUnused(address, seat)
    }
  }

  #handleReach(address: string, notice: Notice): void {
    const seat = this.#seats.get(address)
    if (!seat) return
    if (notice.type !== 'reach-over') {
      seat.isTaken = true
      seat.client.handleNotice(address, notice)
      return
    }
    seat.isTaken = false
    const heir = this.#seats.get(notice.heir?.slice(REACH.length) ?? '')
    seat.client.endStay(address, heir?.client)
    this.#forgetUnused(address, seat)
  }

  /** A seat outlives who sat there, as long as others hear it. */
  #forgetUnused(address: string, seat: Seat): void {
    if (seat.isHeard || seat.isTaken) return
    seat.unsubscribe()
    if (this.#seats.get(address) === seat) this.#seats.delete(address)
  }
}

function nameIn(address: string): string {
  return address.split(SEAT_MARK, 1)[0] ?? address
}
