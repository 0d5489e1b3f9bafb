import type { CallState, EndReason, FailCode, ReconnectReason } from './call-state.ts'

/** What moves a call from one state to the next. */
export type CallInput =
  | { type: 'join' }
  | { type: 'seated'; hasPeer: boolean }
  | { type: 'no-seat'; waiting: boolean }
  | { type: 'knock' }
  | { type: 'peer-came' }
  | { type: 'peer-gone' }
  | { type: 'media-up' }
  | { type: 'media-down'; reason: ReconnectReason }
  | { type: 'end'; reason: EndReason }
  | { type: 'fail'; code: FailCode; message: string }

const IN_ROOM = new Set(['waiting', 'connecting', 'connected', 'reconnecting'])

/** The next state of a call; the same object when `input` changes nothing. Pure. */
export function nextCallState(state: CallState, input: CallInput): CallState {
  switch (input.type) {
    case 'join':
      return isOver(state) || state.name === 'full' ? { name: 'joining' } : state
    case 'seated':
      if (isOver(state)) return state
      return { name: input.hasPeer ? 'connecting' : 'waiting' }
    case 'no-seat':
      return isOver(state) ? state : { name: 'full', waiting: input.waiting }
    case 'knock':
      return isOver(state) || state.name === 'knocking' ? state : { name: 'knocking' }
    case 'peer-came':
      return IN_ROOM.has(state.name) ? { name: 'connecting' } : state
    case 'peer-gone':
      return IN_ROOM.has(state.name) && state.name !== 'waiting' ? { name: 'waiting' } : state
    case 'media-up':
      return state.name === 'connecting' || state.name === 'reconnecting'
        ? { name: 'connected' }
        : state
    case 'media-down':
      return state.name === 'connected' || state.name === 'reconnecting'
        ? { name: 'reconnecting', reason: input.reason }
        : state
    case 'end':
      return isOver(state) ? state : { name: 'ended', reason: input.reason }
    case 'fail':
      return { name: 'failed', code: input.code, message: input.message }
  }
}

/** True when nobody is asked for anything: `join()` begins anew. */
export function isOver(state: CallState): boolean {
  return state.name === 'idle' || state.name === 'ended' || state.name === 'failed'
}
