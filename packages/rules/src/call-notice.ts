import type { CallEndReason, CallId, CallInfo, UserId, UserPresence } from './person.ts'

/** Why a request concerning a call was not carried out. */
export type CallRefusal = 'not-attending' | 'in-call' | 'no-such-user' | 'call-over'

/** What the core says to one device; a gateway says it in its dialect. `ref`: which request it answers. */
export type CallNotice =
  | { type: 'call-placed'; call: CallInfo; ref: number }
  /** Ring; `leg`: connect it meanwhile. Again for a call that rings already: any leg is a new one. */
  | { type: 'incoming-call'; call: CallInfo; leg?: number }
  /** To the caller: whether any device really rings; `leg`: connect it meanwhile. */
  | { type: 'call-ringing'; call: CallId; isRinging: boolean; leg?: number }
  /** To the two devices that have the call from now on; again to one that asks again. */
  | { type: 'call-accepted'; call: CallInfo; leg: number; ref?: number }
  /** answered-elsewhere: another device, or another session of the same page, has the call. */
  | {
      type: 'call-ended'
      call: CallId
      reason: CallEndReason | 'answered-elsewhere'
      /** The words of a decline. */
      text?: string
    }
  | { type: 'refused'; code: CallRefusal; ref: number }

/** What the history is to keep. */
export type CallJournalEntry =
  | { type: 'begun'; call: CallInfo }
  | { type: 'answered'; call: CallInfo; at: number }
  | {
      type: 'ended'
      call: CallInfo
      wasAnswered: boolean
      at: number
      reason: CallEndReason
      text?: string
      by?: UserId
    }

/** What is to be done after a step, in this order. */
export type PersonEffect =
  | { type: 'notice'; to: string; notice: CallNotice }
  | { type: 'presence'; user: UserId; presence: UserPresence }
  | { type: 'journal'; entry: CallJournalEntry }
