/**
 * - `init`: nobody was told of this page yet
 * - `waiting`: the others have heard `call`; whoever calls next is offered a connection
 * - `in_line`: the room is full; the server lets this page in when it can
 * - `calling`: an offer is out
 * - `in_call`: offer and answer are exchanged
 * - `left`: the peer connection is closed; the socket stays, unless it was lost
 */
export type TopicState = 'init' | 'waiting' | 'in_line' | 'calling' | 'in_call' | 'left'

/** What others publish; and this page's own: `called`, `hangup`, and `lost` for its socket. */
export type TopicEvent =
  | 'called'
  | 'call'
  | 'offer'
  | 'answer'
  | 'full'
  | 'leave'
  | 'hangup'
  | 'lost'

/** What the page does on the way from one state to the next; opening closes an older one. */
export type TopicAction = 'open peer' | 'make offer' | 'make answer' | 'take answer' | 'close peer'

export interface Step {
  state: TopicState
  actions: readonly TopicAction[]
}

const CALLING: Step = { state: 'calling', actions: ['open peer', 'make offer'] }
const ANSWERING: Step = { state: 'in_call', actions: ['open peer', 'make answer'] }
const LEFT: Step = { state: 'left', actions: ['close peer'] }
const WAITING: Step = { state: 'waiting', actions: [] }
const IN_LINE: Step = { state: 'in_line', actions: [] }

const STEPS: Record<TopicState, Partial<Record<TopicEvent, Step>>> = {
  init: { called: WAITING, full: IN_LINE, lost: LEFT },
  waiting: {
    call: CALLING,
    offer: ANSWERING,
    full: IN_LINE,
    hangup: LEFT,
    lost: LEFT,
  },
  in_line: { call: CALLING, offer: ANSWERING, hangup: LEFT, lost: LEFT },
  calling: {
    call: CALLING,
    answer: { state: 'in_call', actions: ['take answer'] },
    leave: WAITING,
    hangup: LEFT,
    lost: LEFT,
  },
  // A lost socket does not end a call: its media goes another way.
  in_call: {
    call: CALLING,
    offer: { state: 'in_call', actions: ['make answer'] },
    leave: WAITING,
    hangup: LEFT,
  },
  left: { called: WAITING, full: IN_LINE, lost: LEFT },
}

/** Where an event leads; `undefined` when it means nothing in this state. */
export function next(state: TopicState, event: TopicEvent): Step | undefined {
  return STEPS[state][event]
}
