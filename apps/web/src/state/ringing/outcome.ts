import type { UserCallEndReason, UserCallState } from '@duet/client'
import type { CallId, CallMedia, ErrorCode, UserId } from '@duet/protocol'

/** How a call ended for the one on this page. */
export interface Outcome {
  /** Null when the server never gave it one. */
  call: CallId | null
  direction: 'in' | 'out'
  peer: UserId
  media: CallMedia
  reason: UserCallEndReason
  /** Why it was not placed, with `refused`. */
  code: ErrorCode | undefined
  /** The words of a decline. */
  text: string | undefined
  /** How long the two talked, in milliseconds; 0 when they did not. */
  talkedMs: number
  /** It rang here, and nobody picked up. */
  isMissed: boolean
}

/** What the ended call was, before it ended. */
export interface EndedCall {
  id: CallId | null
  direction: 'in' | 'out'
  peer: UserId
  media: CallMedia
  talkedMs: number
  /** It was accepted on this device. */
  wasAnswered: boolean
}

/** What is to be said of an ended call; null when nothing is: this person declined, or picked up elsewhere. */
export function outcomeOf(
  call: EndedCall,
  end: Extract<UserCallState, { name: 'ended' }>,
): Outcome | null {
  const { direction, wasAnswered } = call
  const isIncomingUnanswered = direction === 'in' && !wasAnswered
  const isDoneHere = end.reason === 'declined' || end.reason === 'answered-elsewhere'
  if (isIncomingUnanswered && isDoneHere) return null
  // Who cancels knows it.
  if (direction === 'out' && end.reason === 'cancelled') return null
  return {
    call: call.id,
    direction,
    peer: call.peer,
    media: call.media,
    reason: end.reason,
    code: end.reason === 'refused' ? end.code : undefined,
    text: end.text,
    talkedMs: call.talkedMs,
    isMissed: isIncomingUnanswered,
  }
}
