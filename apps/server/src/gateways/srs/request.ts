import {
  isCapturePurpose,
  isLiveOptions,
  type CapturePurpose,
  type LiveOptions,
} from '@duet/protocol'
import type { ErrorCode } from './errors.ts'
import { MAX_DISPLAY_LENGTH, MAX_ROOM_LENGTH } from './limits.ts'

interface Named<Action extends string> {
  tid: string
  action: Action
  room: string
  display: string
}

/** What a client asks for, as whom. */
export type Request =
  /** `captures`: what its page asks for consent to, and shows when it is on. */
  | (Named<'join'> & { captures: readonly CapturePurpose[] })
  | Named<'publish'>
  | (Named<'control'> & { call: string; data: string })
  /** `peer`: whose display it is given to; empty: whoever is there. */
  | (Named<'consent'> & { peer: string; purpose: CapturePurpose; given: boolean })
  | (Named<'capture'> & { purpose: CapturePurpose; on: boolean; live: LiveOptions })
  | { tid: string; action: 'leave' }

/** One of these actions. */
export type RequestTo<Action extends Request['action']> = Extract<Request, { action: Action }>

/** A request, or what is wrong with it. */
export type Reading = Request | { tid: string; error: ErrorCode }

type Fields = ReadonlyMap<string, unknown>

const NAMED_ACTIONS = ['join', 'publish', 'control', 'consent', 'capture'] as const

type NamedRequest = Exclude<Request, { action: 'leave' }>

/** How each action is read; undefined: a field is not as it must be. */
const READERS: {
  [Action in NamedRequest['action']]: (
    fields: Fields,
  ) => Omit<RequestTo<Action>, keyof Named<Action>> | undefined
} = {
  join(fields) {
    const captures = fields.get('captures')
    return { captures: Array.isArray(captures) ? captures.filter(isCapturePurpose) : [] }
  },
  publish: () => ({}),
  control(fields) {
    const [call, data] = [textOf(fields, 'call'), textOf(fields, 'data')]
    return call === undefined || data === undefined ? undefined : { call, data }
  },
  consent(fields) {
    const [peer, purpose, given] = [
      textOf(fields, 'peer'),
      fields.get('purpose'),
      fields.get('given'),
    ]
    if (peer === undefined || !isCapturePurpose(purpose)) return undefined
    return typeof given === 'boolean' ? { peer, purpose, given } : undefined
  },
  capture(fields) {
    const [purpose, on, live] = [fields.get('purpose'), fields.get('on'), liveOf(fields)]
    if (!isCapturePurpose(purpose) || typeof on !== 'boolean') return undefined
    return isLiveOptions(live) ? { purpose, on, live } : undefined
  },
}

/** Reads a client's frame; undefined when it is no JSON. Never throws. */
export function readRequest(frame: string | Uint8Array): Reading | undefined {
  const value = parseJson(typeof frame === 'string' ? frame : Buffer.from(frame).toString('utf8'))
  if (value === undefined) return undefined
  const envelope = fieldsOf(value)
  const tid = textOf(envelope, 'tid')
  if (!envelope || tid === undefined) return { tid: '', error: 'bad-field' }
  const message = envelope.get('msg') ?? {}
  return readMessage(tid, fieldsOf(message)) ?? { tid, error: 'bad-field' }
}

/** Undefined: one of the fields that the action needs is not as it must be. */
function readMessage(tid: string, message: Fields | undefined): Reading | undefined {
  const action = textOf(message, 'action')
  if (action === undefined) return undefined
  if (action === 'leave') return { tid, action }
  const known = NAMED_ACTIONS.find((each) => each === action)
  if (!message || !known) return { tid, error: 'unknown-action' }
  const room = nameOf(message, 'room', MAX_ROOM_LENGTH)
  const display = nameOf(message, 'display', MAX_DISPLAY_LENGTH)
  if (room === undefined || display === undefined) return undefined
  const rest = READERS[known](message)
  return rest && ({ tid, action: known, room, display, ...rest } as NamedRequest)
}

/** How a call is to be broadcast, unjudged; the peer in a corner unless it says more. */
function liveOf(fields: Fields): object {
  const [layout, push] = [fields.get('layout') ?? 'inset', fields.get('push') ?? undefined]
  if (push === undefined) return { layout }
  const address = fieldsOf(push)
  const key = address?.get('key')
  return { layout, push: { url: address?.get('url'), ...(key !== undefined && { key }) } }
}

/** The members of an object by their names in lower case; of two spellings the last one counts. */
function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return new Map(Object.entries(value).map(([name, each]) => [name.toLowerCase(), each]))
}

/** A text; empty when it is missing. Undefined when it is something else. */
function textOf(fields: Fields | undefined, name: string): string | undefined {
  const value = fields?.get(name) ?? ''
  return fields && typeof value === 'string' ? value : undefined
}

function nameOf(fields: Fields | undefined, name: string, maxLength: number): string | undefined {
  const text = textOf(fields, name)
  return text !== undefined && text !== '' && text.length <= maxLength ? text : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
