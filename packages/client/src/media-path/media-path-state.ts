/** Which way sound and picture go: from browser to browser, or through the media server. */
export type MediaVia = 'direct' | 'server'

/** Why they go another way: a person wanted it, the server could not be used, or it was lost. */
export type MediaPathReason = 'pressed' | 'failed' | 'lost'

/** What peers say to each other about it (docs/protocol.md, V3). */
export interface MediaPathMessage {
  type: 'media-path'
  /** How often it was moved; the higher one counts. */
  turn: number
  via: MediaVia
  why: MediaPathReason
  /** What its sender shows now. */
  plays: MediaVia
}

/**
 * Where the media of a call goes, as one side sees it. Transitions:
 *
 *     direct -> entering -> server -> returning -> direct
 *     entering -> direct,  returning -> server         (moved again meanwhile)
 *
 * entering: agreed on, and the direct picture is shown until the server's is there. returning: the same
 * the other way round.
 */
export interface MediaPathState {
  name: 'direct' | 'entering' | 'server' | 'returning'
  turn: number
  /** What the other side shows: it is sent until then. */
  peerPlays: MediaVia
  /** Who moved it last; null: nobody did. */
  by: 'self' | 'peer' | null
  why: MediaPathReason
}

/** The same for a page. */
export interface MediaWay {
  name: MediaPathState['name']
  /** Who moved it last; null: nobody did. */
  by: 'self' | 'peer' | null
  /** `failed`: the server could not be used. `lost`: it was gone. The call goes on directly then. */
  why: MediaPathReason
  /** True while anything goes through the server, which could listen. */
  isThroughServer: boolean
}

export type MediaPathInput =
  /** This side moves it. */
  | { type: 'move'; via: MediaVia; why: MediaPathReason }
  /** The other side says where it is. `isPeerFirst`: it made the first offer. */
  | { type: 'peer'; message: MediaPathMessage; isPeerFirst: boolean }
  /** Sound and picture are there, the way that was agreed on. */
  | { type: 'arrived' }
  /** Nothing came the direct way for too long, or the other side goes on with the server. */
  | { type: 'give-up' }

/** Every connection begins so. */
export const DIRECT: MediaPathState = {
  name: 'direct',
  turn: 0,
  peerPlays: 'direct',
  by: null,
  why: 'pressed',
}

const MOVED = {
  server: { direct: 'entering', entering: 'entering', server: 'server', returning: 'server' },
  direct: { direct: 'direct', entering: 'direct', server: 'returning', returning: 'returning' },
} as const

/** The next state; the same object when `input` changes nothing. Pure. */
export function nextMediaPath(state: MediaPathState, input: MediaPathInput): MediaPathState {
  switch (input.type) {
    case 'move': {
      const { via, why } = input
      if (viaOf(state) === via) return state
      return { ...state, name: MOVED[via][state.name], turn: state.turn + 1, by: 'self', why }
    }
    case 'peer':
      return hear(state, input.message, input.isPeerFirst)
    case 'arrived':
      if (state.name === 'entering') return { ...state, name: 'server' }
      return state.name === 'returning' ? { ...state, name: 'direct' } : state
    case 'give-up':
      if (viaOf(state) === 'server' || !usesServer(state)) return state
      return { ...state, name: 'direct', peerPlays: 'direct' }
  }
}

/** Which way is agreed on. */
export function viaOf({ name }: MediaPathState): MediaVia {
  return name === 'entering' || name === 'server' ? 'server' : 'direct'
}

/** Which way what is shown here comes. */
export function playsOf({ name }: MediaPathState): MediaVia {
  return name === 'server' || name === 'returning' ? 'server' : 'direct'
}

/** True while the other side may still show what is sent directly, or will. */
export function sendsDirectly(state: MediaPathState): boolean {
  return viaOf(state) === 'direct' || state.peerPlays === 'direct'
}

/** True while anything goes through the server, or is about to. */
export function usesServer({ name, peerPlays }: MediaPathState): boolean {
  return name !== 'direct' || peerPlays === 'server'
}

function hear(
  state: MediaPathState,
  { plays, turn, via, why }: MediaPathMessage,
  isPeerFirst: boolean,
): MediaPathState {
  const isNewer = turn > state.turn || (turn === state.turn && isPeerFirst)
  const isMoved = isNewer && via !== viaOf(state)
  const moved: MediaPathState = isMoved
    ? { ...state, name: MOVED[via][state.name], by: 'peer', why }
    : state
  // Nothing is sent to the server any more: it can't be what is shown there.
  const peerPlays = usesServer(moved) ? plays : 'direct'
  const highest = Math.max(turn, state.turn)
  const isSame = moved === state && peerPlays === state.peerPlays && highest === state.turn
  return isSame ? state : { ...moved, turn: highest, peerPlays }
}
