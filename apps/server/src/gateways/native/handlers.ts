import { createHash } from 'node:crypto'
import {
  cleanDisplayName,
  normalizeRoomName,
  writtenDescription,
  type CapturePurpose,
  type RoomRequest,
  type ServerEvent,
  type Sequenced,
} from '@duet/protocol'
import type { Newcomer, Original, RoomEvent } from '@duet/rules'
import { plainCandidate } from '../plain-candidate.ts'
import { DIALECT } from './dialect.ts'

export type JoinEvent = Extract<RoomEvent, { type: 'join' }>

/** Which cast somebody wants to get into, and as what. */
export type CastRequest = { as: 'receiver'; secret: string } | { as: 'sender'; code: string }

/** A request in words of the core, an answer that needs no core, or why it is refused. */
export type Translation =
  | { to: string; event: RoomEvent }
  | { cast: CastRequest; event: JoinEvent }
  | { answer: ServerEvent }
  | {
      refusal:
        | 'bad-room-name'
        | 'not-in-room'
        | 'already-in-room'
        | 'not-allowed'
        | 'capture-unavailable'
      message: string
    }

/** Who asks: its address, and the room that it is in or waits for. */
export interface Asker {
  address: string
  memberId: string
  room: string | undefined
  /** What calls can be taken for on this server. */
  captures: readonly CapturePurpose[]
}

type Handler<Type extends RoomRequest['type']> = (
  asker: Asker,
  request: Extract<RoomRequest, { type: Type }> & Sequenced,
  frame: string,
) => Translation

const inRoom = (asker: Asker, makeEvent: (from: string, room: string) => RoomEvent): Translation =>
  asker.room === undefined
    ? { refusal: 'not-in-room', message: 'join a room first' }
    : { to: asker.room, event: makeEvent(asker.address, asker.room) }

/** B2: what this server does not do can't be begun; it can be given up all the same. */
const ifOffered = (
  { captures }: Asker,
  { purpose, isBegun }: { purpose: CapturePurpose; isBegun: boolean },
  translation: Translation,
): Translation =>
  isBegun && !captures.includes(purpose)
    ? { refusal: 'capture-unavailable', message: 'this server does not do this' }
    : translation

/** What each request means to the core. A missing one does not compile. */
const handlers = {
  join(asker, { room, tag, name, wait, seq }) {
    const result = normalizeRoomName(room)
    if (!result.ok) return { refusal: 'bad-room-name', message: result.fault }
    if (asker.room !== undefined && asker.room !== result.name) {
      return { refusal: 'already-in-room', message: 'leave the other room first' }
    }
    const newcomer = newcomerOf(asker, { tag, name })
    return { to: result.name, event: { type: 'join', newcomer, wait: wait ?? false, ref: seq } }
  },
  'open-cast': (asker, { secret, tag, name, seq }) => ({
    cast: { as: 'receiver', secret },
    event: { type: 'join', newcomer: newcomerOf(asker, { tag, name }), wait: false, ref: seq },
  }),
  'join-cast': (asker, { code, tag, name, seq }) => ({
    cast: { as: 'sender', code },
    event: { type: 'join', newcomer: newcomerOf(asker, { tag, name }), wait: false, ref: seq },
  }),
  dismiss: (asker, { peer, seq }) =>
    inRoom(asker, (from) => ({ type: 'dismiss', from, peer, ref: seq })),
  leave: (asker) =>
    asker.room === undefined
      ? { answer: { type: 'left' } }
      : { to: asker.room, event: { type: 'leave', from: asker.address } },
  description: (asker, { to, description, auth, seq }, frame) =>
    inRoom(asker, (from) => ({
      type: 'signal',
      from,
      to,
      ref: seq,
      signal: {
        type: 'description',
        description: { type: description.type, sdp: description.sdp },
        ...(auth === undefined ? {} : { auth }),
        ...asWritten(frame),
      },
    })),
  candidate: (asker, { to, candidate, seq }) =>
    inRoom(asker, (from) => ({
      type: 'signal',
      from,
      to,
      ref: seq,
      signal: { type: 'candidate', candidate: candidate && plainCandidate(candidate) },
    })),
  mismatch: (asker, { to, hasKey, seq }) =>
    inRoom(asker, (from) => ({
      type: 'signal',
      from,
      to,
      ref: seq,
      signal: { type: 'mismatch', hasKey },
    })),
  hearing: (asker, { peer, hears }) =>
    inRoom(asker, (from) => ({ type: 'hearing', from, peer, hears })),
  chat: (asker, { body, sealed, seq }) =>
    inRoom(asker, (from) => ({
      type: 'chat',
      from,
      ref: seq,
      text: { body, isSealed: sealed ?? false },
    })),
  admit: (asker, { peer, isAdmitted, seq }) =>
    inRoom(asker, (from) => ({ type: 'admit', from, peer, isAdmitted, ref: seq })),
  'request-media': (asker, { peer, seq }) =>
    inRoom(asker, (from) => ({ type: 'request-media', from, peer, ref: seq })),
  consent: (asker, { peer, purpose, isGiven, seq }) =>
    ifOffered(
      asker,
      { purpose, isBegun: isGiven },
      inRoom(asker, (from) => ({ type: 'consent', from, peer, purpose, isGiven, ref: seq })),
    ),
  capture: (asker, { purpose, isOn, live, seq }) =>
    ifOffered(
      asker,
      { purpose, isBegun: isOn },
      inRoom(asker, (from, place) => ({
        type: 'capture',
        from,
        // A session numbers its requests, and member ids are of one session each.
        id: `${asker.memberId}.${seq}`,
        purpose,
        isOn,
        place,
        options: live,
        ref: seq,
      })),
    ),
} satisfies { [Type in RoomRequest['type']]: Handler<Type> }

function newcomerOf(
  { address, memberId: id }: Asker,
  { tag, name }: { tag: string; name: string | undefined },
): Newcomer {
  const shownName = cleanDisplayName(name ?? '')
  return { id, address, name: shownName, tag: publicTag(tag), dialect: DIALECT }
}

/** What others see of a tag: equal for equal tags, and of no use for taking the seat back (R10). */
function publicTag(tag: string): string {
  return createHash('sha256').update(tag).digest('base64url')
}

/** Others of this dialect get a description as it was written, and it is not written again. */
function asWritten(frame: string): { original?: Original } {
  const data = writtenDescription(frame)
  return data === undefined ? {} : { original: { dialect: DIALECT.name, data } }
}

/** Translates any request, which came in `frame`. */
export function translate(
  asker: Asker,
  request: RoomRequest & Sequenced,
  frame: string,
): Translation {
  const handler = handlers[request.type] as Handler<RoomRequest['type']>
  return handler(asker, request, frame)
}
