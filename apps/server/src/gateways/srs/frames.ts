import { ERRORS, type ErrorCode } from './errors.ts'

/** Somebody in a room, as clients are told. */
export interface Participant {
  display: string
  /** Its stream can be played. */
  publishing: boolean
}

/** A room as one of its participants, or who would be one, is told. */
export interface View {
  room: string
  self: Participant
  /** In the order in which they came, `self` among them. */
  participants: readonly Participant[]
}

/** What happened to somebody else in the room. */
export interface RoomNews {
  event: 'join' | 'publish' | 'control' | 'leave'
  param?: string
  data?: string
  peer: Participant
}

/** Answers a join. */
export function writeJoined(tid: string, { room, self, participants }: View): string {
  return JSON.stringify({ tid, msg: { action: 'join', room, self, participants } })
}

/** Answers what has nothing to say. */
export function writeDone(tid: string): string {
  return JSON.stringify({ tid, msg: null })
}

/** Answers what is not carried out. Pages read the length of `participants` in every frame. */
export function writeError(tid: string, code: ErrorCode): string {
  const msg = { action: 'error', code, message: ERRORS[code], participants: [] }
  return JSON.stringify({ tid, msg })
}

/** Tells what happened, to somebody who did not ask. */
export function writeNews(
  { event, param = '', data = '', peer }: RoomNews,
  { room, self, participants }: View,
): string {
  return JSON.stringify({
    msg: {
      action: 'notify',
      event,
      ...(param === '' ? {} : { param }),
      ...(data === '' ? {} : { data }),
      room,
      self,
      peer,
      participants,
    },
  })
}
