/**
 * - `init`: not in a room yet
 * - `joining`: the server is asked
 * - `joined`: in the room, and nobody is played
 * - `in_call`: the other one is played
 * - `full`: more than two are in the room
 * - `left`: nothing is published or played any more
 */
export type OneToOneState = 'init' | 'joining' | 'joined' | 'in_call' | 'full' | 'left'

/**
 * From the server: `joined`, `full`, `refused`, `peer joined`, `peer published`, `peer left`, and
 * `lost` for the connection to it. From the media: `published`, and `peer lost`. From the person:
 * `start` and `hangup`.
 */
export type OneToOneEvent =
  | 'start'
  | 'joined'
  | 'full'
  | 'refused'
  | 'peer joined'
  | 'peer published'
  | 'peer left'
  | 'published'
  | 'peer lost'
  | 'lost'
  | 'hangup'

/** What the page does on the way from one state to the next. */
export type OneToOneAction = 'join' | 'publish' | 'announce' | 'play' | 'stop playing' | 'leave'

export interface Step {
  state: OneToOneState
  actions: readonly OneToOneAction[]
}

const JOINING: Step = { state: 'joining', actions: ['join'] }
const PLAYING: Step = { state: 'in_call', actions: ['play'] }
const ALONE: Step = { state: 'joined', actions: ['stop playing'] }
const LEFT: Step = { state: 'left', actions: ['leave'] }

const STEPS: Record<OneToOneState, Partial<Record<OneToOneEvent, Step>>> = {
  init: { start: JOINING },
  joining: {
    joined: { state: 'joined', actions: ['publish'] },
    full: { state: 'full', actions: ['leave'] },
    refused: LEFT,
    lost: LEFT,
    hangup: LEFT,
  },
  joined: {
    published: { state: 'joined', actions: ['announce'] },
    'peer joined': { state: 'joined', actions: [] },
    'peer published': PLAYING,
    'peer left': ALONE,
    lost: LEFT,
    hangup: LEFT,
  },
  in_call: {
    published: { state: 'in_call', actions: ['announce'] },
    'peer published': PLAYING,
    'peer left': ALONE,
    'peer lost': ALONE,
    // A lost server ends no call: its media goes another way.
    lost: { state: 'in_call', actions: [] },
    hangup: LEFT,
  },
  full: { start: JOINING },
  left: { start: JOINING },
}

/** Where an event leads; `undefined` when it means nothing in this state. */
export function next(state: OneToOneState, event: OneToOneEvent): Step | undefined {
  return STEPS[state][event]
}
