import type { UserId } from '@duet/rules'

/**
 * recording: frames are written. merging: it ended, and is being finished. ready: it is as it will
 * stay. interrupted: the server died meanwhile, and what was written until then is there.
 */
export type RecordingState = 'recording' | 'merging' | 'ready' | 'interrupted'

/** One file of a recording, in its folder. */
export interface RecordedFileInfo {
  name: string
  /** Whose it is, as in `names`; null: both are in it, side by side. */
  member: 0 | 1 | null
  bytes: number
  durationMs: number
}

/** A recording of a call of two. */
export interface Recording {
  /** Unguessable; opens nothing by itself. */
  id: string
  /** SHA-256 of the key, in hexadecimal. */
  keyDigest: string
  room: string
  startedAt: number
  /** Null while it goes on. */
  endedAt: number | null
  state: RecordingState
  /** Why there is less of it than there could be; null: nothing went wrong. */
  fault: string | null
  files: readonly RecordedFileInfo[]
  /** What its members are called, in the order in which they came; may be empty. */
  names: readonly string[]
  /** Of the members, those who were logged in. */
  users: readonly UserId[]
}

/** What changes of a recording. */
export type RecordingChange = Partial<Pick<Recording, 'endedAt' | 'state' | 'fault' | 'files'>>

/** Whose recordings: of people of whom one has an account, or of people without. */
export type RecordingOwner = 'accounts' | 'nobody'

export interface RecordingStore {
  begin(recording: Recording): Promise<void>
  /** False when there is no such recording any more. */
  change(id: string, change: RecordingChange): Promise<boolean>
  byId(id: string): Promise<Recording | undefined>
  /** Latest first; `before`: those that began earlier. */
  recordingsOf(userId: UserId, page: { before?: number; limit: number }): Promise<Recording[]>
  /** Those that were being made, and those that were interrupted and are neither merged nor faulty. */
  unfinished(): Promise<Recording[]>
  /** Those that are made, the one that ended first before all others; all owners' when none is named. */
  oldest(limit: number, owner?: RecordingOwner): Promise<Recording[]>
  /** Bytes of all files that are known. */
  bytesByOwner(): Promise<Record<RecordingOwner, number>>
  /** False when there is none. */
  delete(id: string): Promise<boolean>
}
