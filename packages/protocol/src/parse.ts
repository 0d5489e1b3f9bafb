import type { CapturePurpose, LiveOptions } from './capture-messages.ts'
import type { ErrorCode } from './codes.ts'
import {
  MAX_CANDIDATE_FIELD_LENGTH,
  MAX_CANDIDATE_LENGTH,
  MAX_CHAT_LENGTH,
  MAX_DECLINE_LENGTH,
  MAX_FRAME_BYTES,
  MAX_LEG_NUMBER,
  MAX_MESSAGE_LENGTH,
  MAX_PUSH_KEY_LENGTH,
  MAX_PUSH_URL_LENGTH,
  MAX_TOKEN_LENGTH,
  MAX_USER_ID,
  MIN_CAST_SECRET_LENGTH,
} from './limits.ts'
import type { Candidate, ClientMessage, Description } from './messages.ts'

/** A frame as a message, or what is wrong with it; `seq` where the frame had one. */
export type ParseResult =
  | { ok: true; message: ClientMessage }
  | { ok: false; code: ErrorCode; message: string; seq?: number }

type Check = (value: unknown) => boolean

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const text =
  (min: number, max: number): Check =>
  (value) =>
    typeof value === 'string' && value.length >= min && value.length <= max
const flag: Check = (value) => typeof value === 'boolean'
const count: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)
const record = (fields: Record<string, Check>): Check => {
  const checks = Object.entries(fields)
  return (value) => isRecord(value) && checks.every(([name, check]) => check(value[name]))
}

const anyText = text(0, Infinity)
const chatBody = text(1, MAX_CHAT_LENGTH)
const messageBody = text(1, MAX_MESSAGE_LENGTH)
const token = text(1, MAX_TOKEN_LENGTH)
const castSecret = text(MIN_CAST_SECRET_LENGTH, MAX_TOKEN_LENGTH)
const candidateField = text(0, MAX_CANDIDATE_FIELD_LENGTH)
const description = record({
  type: (value) => value === 'offer' || value === 'answer',
  sdp: text(1, MAX_FRAME_BYTES),
})
const candidate = record({
  candidate: text(0, MAX_CANDIDATE_LENGTH),
  sdpMid: optional(nullable(candidateField)),
  sdpMLineIndex: optional(nullable(count)),
  usernameFragment: optional(nullable(candidateField)),
})
/** Of what may be said to a program and to a server: printable ASCII without blanks. */
const pushUrl: Check = (value) =>
  text(1, MAX_PUSH_URL_LENGTH)(value) && /^rtmps?:\/\/(?!\/)[\x21-\x7e]+$/i.test(String(value))
const pushKey: Check = (value) =>
  text(0, MAX_PUSH_KEY_LENGTH)(value) && /^[\x21-\x7e]*$/.test(String(value))
const capturePurpose: Check = (value) => value === 'record' || value === 'live'
const live = record({
  layout: (value) => value === 'inset' || value === 'side-by-side',
  push: optional(record({ url: pushUrl, key: optional(pushKey) })),
})
const userId: Check = (value) => count(value) && Number(value) >= 1 && Number(value) <= MAX_USER_ID
const callId: Check = (value) => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value)
const legNumber: Check = (value) => count(value) && Number(value) <= MAX_LEG_NUMBER
const numbers = { seq: count, ack: count }

/** The fields of every client message; fields not named here are ignored. */
const FIELDS: { [Type in ClientMessage['type']]: Record<string, Check> } = {
  hello: {
    version: count,
    session: optional(token),
    ack: optional(count),
    attempt: optional(count),
  },
  ping: { ack: count },
  ack: { ack: count },
  join: {
    ...numbers,
    room: anyText,
    tag: token,
    name: optional(anyText),
    wait: optional(flag),
  },
  leave: numbers,
  description: { ...numbers, description, auth: optional(token), to: optional(token) },
  candidate: { ...numbers, candidate: nullable(candidate), to: optional(token) },
  mismatch: { ...numbers, hasKey: flag, to: optional(token) },
  hearing: { ...numbers, peer: token, hears: flag },
  chat: { ...numbers, body: chatBody, sealed: optional(flag) },
  'open-cast': { ...numbers, tag: token, secret: castSecret, name: optional(anyText) },
  'join-cast': { ...numbers, tag: token, code: text(1, MAX_TOKEN_LENGTH), name: optional(anyText) },
  dismiss: { ...numbers, peer: optional(token) },
  admit: { ...numbers, peer: token, isAdmitted: flag },
  'request-media': { ...numbers, peer: token },
  consent: { ...numbers, peer: optional(token), purpose: capturePurpose, isGiven: flag },
  capture: { ...numbers, purpose: capturePurpose, isOn: flag, live: optional(live) },
  attend: numbers,
  'place-call': {
    ...numbers,
    to: userId,
    media: (value) => value === 'audio' || value === 'video',
  },
  'call-ringing': { ...numbers, call: callId },
  'accept-call': { ...numbers, call: callId },
  'decline-call': { ...numbers, call: callId, text: optional(text(0, MAX_DECLINE_LENGTH)) },
  'end-call': { ...numbers, call: callId },
  'rejoin-call': { ...numbers, call: callId, leg: optional(legNumber) },
  'send-message': {
    ...numbers,
    to: nullable(userId),
    body: messageBody,
    clientId: token,
  },
  'mark-read': { ...numbers, with: nullable(userId), upTo: count },
}

/** The same as lists, for they are gone through with every frame. */
const CHECKS: ReadonlyMap<string, readonly [name: string, check: Check][]> = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [type, Object.entries(fields)]),
)

/** Whether it is an offer or an answer that fits a frame. */
export function isDescription(value: unknown): value is Description {
  return description(value)
}

/** Whether it has the form and the lengths of a candidate. */
export function isCandidate(value: unknown): value is Candidate {
  return candidate(value)
}

/** Whether it is what a receiver may keep as its secret. */
export function isCastSecret(value: unknown): value is string {
  return castSecret(value)
}

/** Whether it is a line that chat carries. */
export function isChatBody(value: unknown): value is string {
  return chatBody(value)
}

/** Whether it is the text of a message between users. */
export function isMessageBody(value: unknown): value is string {
  return messageBody(value)
}

/** Whether it is what a call can be taken for. */
export function isCapturePurpose(value: unknown): value is CapturePurpose {
  return capturePurpose(value)
}

/** Whether it says how a call is broadcast. */
export function isLiveOptions(value: unknown): value is LiveOptions {
  return live(value)
}

/** Whether it is the id of a user. */
export function isUserId(value: unknown): value is number {
  return userId(value)
}

/** Reads a client's frame. Never throws. Lengths of frames are the transport's matter. */
export function parseClientMessage(frame: string): ParseResult {
  const value = parseJson(frame)
  if (!isRecord(value)) {
    return { ok: false, code: 'not-json', message: 'a frame is one JSON object' }
  }
  const type = value['type']
  const checks = typeof type === 'string' ? CHECKS.get(type) : undefined
  if (!checks) {
    return { ok: false, code: 'unknown-type', message: 'no such message type', ...numberOf(value) }
  }
  for (const [name, check] of checks) {
    if (!check(value[name])) {
      const message = `${String(type)}.${name} is missing or bad`
      return { ok: false, code: 'bad-field', message, ...numberOf(value) }
    }
  }
  return { ok: true, message: value as unknown as ClientMessage }
}

function numberOf({ seq }: Record<string, unknown>): { seq?: number } {
  return count(seq) ? { seq: Number(seq) } : {}
}

function parseJson(frame: string): unknown {
  try {
    return JSON.parse(frame)
  } catch {
    return undefined
  }
}
