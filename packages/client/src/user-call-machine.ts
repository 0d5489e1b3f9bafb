import type { CallEndReason, ErrorCode } from '@duet/protocol'
import type { UserCallState } from './phone-state.ts'

/** What moves a call between users from one state to the next. */
export type UserCallInput =
  | { type: 'placed' }
  | { type: 'rings'; isRinging: boolean }
  | { type: 'accept' }
  | { type: 'accepted' }
  | { type: 'end'; reason: CallEndReason; text?: string | undefined }
  | { type: 'refuse'; code: ErrorCode }

/** The next state of a call between users; the same object when `input` changes nothing. Pure. */
export function nextUserCallState(state: UserCallState, input: UserCallInput): UserCallState {
  if (state.name === 'ended') return state
  switch (input.type) {
    case 'placed':
      return state.name === 'placing' ? { name: 'ringing', isRinging: false } : state
    case 'rings':
      return state.name === 'ringing' && state.isRinging !== input.isRinging
        ? { name: 'ringing', isRinging: input.isRinging }
        : state
    case 'accept':
      return state.name === 'incoming' && !state.isAccepting
        ? { name: 'incoming', isAccepting: true }
        : state
    case 'accepted':
      return state.name === 'talking' ? state : { name: 'talking' }
    case 'end': {
      const { reason, text } = input
      return { name: 'ended', reason, ...(text === undefined ? {} : { text }) }
    }
    case 'refuse':
      return { name: 'ended', reason: 'refused', code: input.code }
  }
}
