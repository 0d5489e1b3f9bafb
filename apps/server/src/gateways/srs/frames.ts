import type { CaptureProgress, CapturePurpose } from '@duet/protocol'
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

/** Who agreed to what, and what is on. */
export interface AgreementView {
  consents: readonly { display: string; purposes: readonly CapturePurpose[] }[]
  active: readonly { purpose: CapturePurpose; by: string }[]
}

/** What whoever asks its person for consent is told beside: SG20. */
export interface ConsentTerms {
  /** What calls can be taken for. */
  captures?: readonly CapturePurpose[] | undefined
  /** For publishing its stream. */
  token?: string | undefined
}

/** Answers a join. */
export function writeJoined(
  tid: string,
  { room, self, participants }: View,
  { captures, token }: ConsentTerms = {},
): string {
  // What is undefined is not written.
  const msg = { action: 'join', room, self, participants, captures, token }
  return JSON.stringify({ tid, msg })
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

/**
 * Tells who agreed to what, or how that which is on goes, to a page that asked for it. Who is `missing` is told by
 * displays.
 */
export function writeCaptures(
  told: ({ event: 'captures' } & AgreementView) | ({ event: 'capture' } & CaptureProgress),
  { room, self, participants }: View,
): string {
  return JSON.stringify({ msg: { action: 'notify', ...told, room, self, participants } })
}
