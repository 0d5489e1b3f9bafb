/**
 * - `offline`: the server has given no code yet, or can't be reached
 * - `ready`: the code is shown, and nobody has entered it
 * - `joined`: somebody entered it, and chooses what to show
 * - `connecting`: an offer came, and was answered
 * - `live`: the picture arrives
 * - `interrupted`: nothing arrives any more
 */
export type TvState = 'offline' | 'ready' | 'joined' | 'connecting' | 'live' | 'interrupted'

/**
 * From the server: `code`, `joined`, `offer`, `restart` (an offer of the connection that there
 * is), `left`, and `lost` for the connection to it. From the link: `flow`, `silence` and `given up`.
 * From the person: `stop`.
 */
export type TvEvent =
  | 'code'
  | 'joined'
  | 'offer'
  | 'restart'
  | 'left'
  | 'lost'
  | 'flow'
  | 'silence'
  | 'given up'
  | 'stop'

/** What the page does on the way from one state to the next; opening closes an older link. */
export type TvAction = 'open link' | 'answer' | 'close link' | 'connect again'

export interface Step {
  state: TvState
  actions: readonly TvAction[]
}

const READY: Step = { state: 'ready', actions: [] }
const OFFLINE: Step = { state: 'offline', actions: [] }
const JOINED: Step = { state: 'joined', actions: [] }
const ANSWERING: Step = { state: 'connecting', actions: ['open link', 'answer'] }
const FREE_AGAIN: Step = { state: 'ready', actions: ['close link'] }
// The server ends the cast of a TV that goes, and gives it its code again when it comes back.
const STARTING_OVER: Step = { state: 'offline', actions: ['close link', 'connect again'] }

const STEPS: Record<TvState, Partial<Record<TvEvent, Step>>> = {
  offline: { code: READY },
  ready: { joined: JOINED, offer: ANSWERING, lost: OFFLINE },
  joined: { offer: ANSWERING, left: READY, lost: OFFLINE, stop: STARTING_OVER },
  // A lost server ends no cast: its picture goes another way.
  connecting: {
    offer: ANSWERING,
    restart: { state: 'connecting', actions: ['answer'] },
    flow: { state: 'live', actions: [] },
    left: FREE_AGAIN,
    'given up': STARTING_OVER,
    stop: STARTING_OVER,
  },
  live: {
    offer: ANSWERING,
    restart: { state: 'live', actions: ['answer'] },
    silence: { state: 'interrupted', actions: [] },
    left: FREE_AGAIN,
    stop: STARTING_OVER,
  },
  interrupted: {
    offer: ANSWERING,
    restart: { state: 'interrupted', actions: ['answer'] },
    flow: { state: 'live', actions: [] },
    left: FREE_AGAIN,
    'given up': STARTING_OVER,
    stop: STARTING_OVER,
  },
}

/** Where an event leads; `undefined` when it means nothing in this state. */
export function next(state: TvState, event: TvEvent): Step | undefined {
  return STEPS[state][event]
}
