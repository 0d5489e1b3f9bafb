import { MAX_KEPT_CANDIDATES } from '@duet/protocol'
import {
  legRoomName,
  MAX_LEGS_PER_CALL,
  type CallId,
  type CallInfo,
  type RoomPolicy,
  type UserId,
} from '@duet/rules'
import type { Hub } from '../hub/hub.ts'
import { CAPTURES_OF_TWO } from '../rooms/room-policy.ts'

/** Who has a seat in the room of a leg. */
export interface LegSeats {
  caller: UserId
  call: CallId
  leg: number
  seated: readonly UserId[]
  isLost: boolean
}

interface WatchedLeg {
  policy: RoomPolicy
  seats: LegSeats
  unsubscribe: () => void
}

/** Listens to who is in the rooms of the legs of calls that go on. */
export class LegWatch {
  readonly #hub: Hub
  readonly #onSeats: (seats: LegSeats) => void
  readonly #calls = new Map<CallId, Map<number, WatchedLeg>>()

  constructor(hub: Hub, onSeats: (seats: LegSeats) => void) {
    this.#hub = hub
    this.#onSeats = onSeats
  }

  /** How many calls are watched. */
  get size(): number {
    return this.#calls.size
  }

  /** The policy of a leg's room, which is watched from now on; undefined: it has too many. */
  policyOf(
    { id: call, caller }: Pick<CallInfo, 'id' | 'caller'>,
    leg: number,
  ): RoomPolicy | undefined {
    const legs = this.#calls.get(call) ?? new Map<number, WatchedLeg>()
    this.#calls.set(call, legs)
    const known = legs.get(leg)
    if (known) return known.policy
    // One more than ring with a leg: for the device that accepts without one.
    if (legs.size > MAX_LEGS_PER_CALL) return undefined
    const watcher = `people:${legRoomName(call, leg)}`
    const watched: WatchedLeg = {
      policy: {
        capacity: 2,
        offerer: 'first',
        // Nobody else may come: a line would have nobody to wait in it.
        maxWaiting: 0,
        maxKeptCandidates: MAX_KEPT_CANDIDATES,
        watcher,
        captures: CAPTURES_OF_TWO,
      },
      seats: { caller, call, leg, seated: [], isLost: false },
      unsubscribe: this.#hub.subscribe(watcher, (notice) => {
        if (notice.type !== 'occupancy') return
        const { users: seated, isLost } = notice
        watched.seats = { ...watched.seats, seated, isLost }
        this.#onSeats(watched.seats)
      }),
    }
    legs.set(leg, watched)
    return watched.policy
  }

  /** Tells once more how it stands: the call came to be after its rooms. */
  tellAgain(call: CallId): void {
    for (const { seats } of this.#calls.get(call)?.values() ?? []) this.#onSeats(seats)
  }

  /** The call is over. */
  forget(call: CallId): void {
    for (const { unsubscribe } of this.#calls.get(call)?.values() ?? []) unsubscribe()
    this.#calls.delete(call)
  }

  close(): void {
    for (const call of this.#calls.keys()) this.forget(call)
  }
}
