/**
 * - `init`: not connected yet
 * - `joined`: seated; alone, or as the newcomer, whom the other one calls
 * - `joined_conn`: someone came later, and is called
 * - `joined_unbind`: the other one left, and the peer connection is closed
 * - `leaved`: out of the room
 */
export type RoomState = 'init' | 'joined' | 'joined_conn' | 'joined_unbind' | 'leaved'

/** What the server says, by its own names, and `lost`: the connection to it is gone. */
export type RoomEvent = 'joined' | 'otherjoin' | 'bye' | 'full' | 'leaved' | 'lost'

/** What the page does on the way from one state to the next. */
export type RoomAction = 'open peer' | 'make offer' | 'close peer' | 'disconnect'

export interface Step {
  state: RoomState
  actions: readonly RoomAction[]
}

const SEATED: Step = { state: 'joined', actions: ['open peer'] }
const OUT: Step = { state: 'leaved', actions: ['close peer', 'disconnect'] }
const ALONE_AGAIN: Step = { state: 'joined_unbind', actions: ['close peer'] }

const STEPS: Record<RoomState, Partial<Record<RoomEvent, Step>>> = {
  init: { joined: SEATED, full: OUT, lost: OUT },
  joined: {
    otherjoin: { state: 'joined_conn', actions: ['make offer'] },
    bye: ALONE_AGAIN,
    leaved: OUT,
    lost: OUT,
  },
  joined_conn: { bye: ALONE_AGAIN, leaved: OUT, lost: OUT },
  joined_unbind: {
    otherjoin: { state: 'joined_conn', actions: ['open peer', 'make offer'] },
    leaved: OUT,
    lost: OUT,
  },
  leaved: { joined: SEATED, full: OUT, lost: OUT },
}

/** Where an event leads; `undefined` when it means nothing in this state. */
export function next(state: RoomState, event: RoomEvent): Step | undefined {
  return STEPS[state][event]
}
