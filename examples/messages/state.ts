/**
 * - `idle`: in no call
 * - `calling`: the other one is asked
 * - `ringing`: the other one asks
 * - `talking`: accepted; the caller offers a connection
 */
export type CallState = 'idle' | 'calling' | 'ringing' | 'talking'

/** What the person does: `place`, `accept`, `reject`, `hangup`; what the other one does; and
 * `lost` for the page's socket. */
export type CallEvent =
  | 'place'
  | 'accept'
  | 'reject'
  | 'hangup'
  | 'call'
  | 'accepted'
  | 'rejected'
  | 'ended'
  | 'busy'
  | 'absent'
  | 'offer'
  | 'answer'
  | 'lost'

/** What the page does on the way from one state to the next. */
export type CallAction =
  | 'say call'
  | 'say accept'
  | 'say reject'
  | 'say hangup'
  | 'open peer'
  | 'make offer'
  | 'make answer'
  | 'take answer'
  | 'close peer'

export interface Step {
  state: CallState
  actions: readonly CallAction[]
}

const OVER: Step = { state: 'idle', actions: ['close peer'] }
const HANG_UP: Step = { state: 'idle', actions: ['say hangup', 'close peer'] }

const STEPS: Record<CallState, Partial<Record<CallEvent, Step>>> = {
  idle: {
    place: { state: 'calling', actions: ['say call'] },
    call: { state: 'ringing', actions: [] },
  },
  calling: {
    accepted: { state: 'talking', actions: ['open peer', 'make offer'] },
    // Both called at once: this one is offered a connection.
    offer: { state: 'talking', actions: ['open peer', 'make answer'] },
    hangup: HANG_UP,
    rejected: OVER,
    ended: OVER,
    busy: OVER,
    absent: OVER,
    lost: OVER,
  },
  ringing: {
    accept: { state: 'talking', actions: ['open peer', 'say accept'] },
    reject: { state: 'idle', actions: ['say reject', 'close peer'] },
    ended: OVER,
    lost: OVER,
  },
  talking: {
    offer: { state: 'talking', actions: ['make answer'] },
    answer: { state: 'talking', actions: ['take answer'] },
    hangup: HANG_UP,
    ended: OVER,
    absent: OVER,
    lost: OVER,
  },
}

/** Where an event leads; `undefined` when it means nothing in this state. */
export function next(state: CallState, event: CallEvent): Step | undefined {
  return STEPS[state][event]
}
