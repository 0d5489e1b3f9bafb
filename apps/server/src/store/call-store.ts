import type { CallEndReason, CallId, CallMedia, UserId } from '@duet/rules'

/** A call as the history keeps it. */
export interface CallRecord {
  id: CallId
  caller: UserId
  callee: UserId
  media: CallMedia
  /** When the caller pressed. */
  startedAt: number
  /** When it was accepted; null: never. */
  answeredAt: number | null
  /** Null while it goes on. */
  endedAt: number | null
  reason: CallEndReason | null
  /** The words of a decline. */
  text: string | null
  /** Who ended it; null when nobody did. */
  endedBy: UserId | null
}

/** One side's figures of a call: JSON made by its page, at most 64 KiB. */
export interface CallReport {
  userId: UserId
  at: number
  figures: string
}

export interface CallStore {
  begin(call: CallRecord): Promise<void>
  answer(id: CallId, answeredAt: number): Promise<void>
  /** Ends it once: a second end changes nothing. */
  end(
    id: CallId,
    end: { endedAt: number; reason: CallEndReason; text?: string; endedBy?: UserId },
  ): Promise<void>
  /** Calls that never got an end: a server died meanwhile. */
  unended(): Promise<CallRecord[]>
  /** A call of which this user is a part and which it did not delete. */
  callOf(userId: UserId, id: CallId): Promise<CallRecord | undefined>
  /** Latest first; `before`: those that began earlier. */
  callsOf(userId: UserId, page: { before?: number; limit: number }): Promise<CallRecord[]>
  /** Missed calls since the user last looked at the history. */
  missedCount(userId: UserId): Promise<number>
  /** The user looked at the history. */
  markSeen(userId: UserId, at: number): Promise<void>
  /** Takes a call, or all, out of this user's history; the other one keeps it. */
  forget(userId: UserId, id?: CallId): Promise<void>
  /** Keeps one side's figures; a second report of the same side replaces the first. */
  report(id: CallId, report: CallReport): Promise<void>
  reportsOf(id: CallId): Promise<CallReport[]>
}
