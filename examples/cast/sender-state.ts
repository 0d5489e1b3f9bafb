/**
 * - `idle`: nothing was begun yet
 * - `joining`: the server is asked for the TV of a code
 * - `choosing`: the TV is there, and the browser asks what to show
 * - `paused`: the browser asks only after one more press of the button
 * - `connecting`: an offer is out
 * - `live`: the TV gets the picture
 * - `interrupted`: nothing comes back from the TV any more
 * - `ended`: nothing is sent any more
 */
export type SenderState =
  | 'idle'
  | 'joining'
  | 'choosing'
  | 'paused'
  | 'connecting'
  | 'live'
  | 'interrupted'
  | 'ended'

/**
 * From the server: `accepted`, `refused`, `tv gone`, and `lost` for the connection to it. From the
 * browser: `chosen`, `not asked` and `nothing chosen`. From the link: `flow`, `silence`, `no path`
 * for silence that goes on, and `given up`. From the person: `start` and `stop`.
 */
export type SenderEvent =
  | 'start'
  | 'accepted'
  | 'refused'
  | 'chosen'
  | 'not asked'
  | 'nothing chosen'
  | 'flow'
  | 'silence'
  | 'no path'
  | 'given up'
  | 'tv gone'
  | 'lost'
  | 'stop'

/** What the page does on the way from one state to the next. */
export type SenderAction =
  | 'join'
  | 'join again'
  | 'choose'
  | 'open link'
  | 'offer'
  | 'restart'
  | 'leave'

export interface Step {
  state: SenderState
  actions: readonly SenderAction[]
}

const JOINING: Step = { state: 'joining', actions: ['join'] }
const CHOOSING: Step = { state: 'choosing', actions: ['choose'] }
const ENDED: Step = { state: 'ended', actions: ['leave'] }

const STEPS: Record<SenderState, Partial<Record<SenderEvent, Step>>> = {
  idle: { start: JOINING },
  joining: { accepted: CHOOSING, refused: ENDED, lost: ENDED, stop: ENDED },
  choosing: {
    chosen: { state: 'connecting', actions: ['open link', 'offer'] },
    'not asked': { state: 'paused', actions: [] },
    'nothing chosen': ENDED,
    'tv gone': ENDED,
    lost: ENDED,
    stop: ENDED,
  },
  paused: { start: CHOOSING, 'tv gone': ENDED, lost: ENDED, stop: ENDED },
  // A lost server ends no cast: the page comes back to it, and says its code again.
  connecting: {
    accepted: { state: 'connecting', actions: ['open link', 'offer'] },
    refused: { state: 'connecting', actions: ['join again'] },
    flow: { state: 'live', actions: [] },
    'given up': ENDED,
    'tv gone': ENDED,
    stop: ENDED,
  },
  live: {
    refused: { state: 'live', actions: ['join again'] },
    silence: { state: 'interrupted', actions: [] },
    'tv gone': ENDED,
    stop: ENDED,
  },
  interrupted: {
    accepted: { state: 'interrupted', actions: ['open link', 'offer'] },
    refused: { state: 'interrupted', actions: ['join again'] },
    flow: { state: 'live', actions: [] },
    'no path': { state: 'interrupted', actions: ['restart'] },
    'given up': ENDED,
    'tv gone': ENDED,
    stop: ENDED,
  },
  ended: { start: JOINING },
}

/** Where an event leads; `undefined` when it means nothing in this state. */
export function next(state: SenderState, event: SenderEvent): Step | undefined {
  return STEPS[state][event]
}
