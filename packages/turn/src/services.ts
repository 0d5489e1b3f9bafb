import type { Clock, Logger } from '@duet/base'
import type { Allocation } from './allocation.ts'
import type { Bandwidth } from './bandwidth.ts'
import type { Counters } from './counters.ts'
import type { Grants } from './grants.ts'
import type { TurnLimits } from './limits.ts'
import type { PacketTime } from './packet-time.ts'
import type { PeerRouter } from './peer-router.ts'
import type { Quota } from './quota.ts'
import type { RelayPool } from './relay-pool.ts'
import type { Reservation, Reservations } from './reservations.ts'

/** What the methods of the server work with. */
export interface Services {
  readonly allocations: Set<Allocation>
  readonly relays: RelayPool
  readonly reservations: Reservations
  /** A port that another thread reserved; undefined: there are no other threads. */
  readonly fetchReservation:
    | ((token: Uint8Array, userId: string) => Promise<Reservation | undefined>)
    | undefined
  readonly router: PeerRouter
  readonly quota: Quota
  readonly bandwidth: Bandwidth
  readonly grants: Grants
  readonly counters: Counters
  readonly limits: TurnLimits
  /** The last channel number that may be bound. */
  readonly lastChannel: number
  readonly clock: Clock
  readonly packetTime: PacketTime
  readonly logger: Logger
}
