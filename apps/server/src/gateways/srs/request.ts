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
  | Named<'join'>
  | Named<'publish'>
  | (Named<'control'> & { call: string; data: string })
  | { tid: string; action: 'leave' }

/** One of these actions. */
export type RequestTo<Action extends Request['action']> = Extract<Request, { action: Action }>

/** A request, or what is wrong with it. */
export type Reading = Request | { tid: string; error: ErrorCode }

type Fields = Map<string, unknown>

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
  if (action !== 'join' && action !== 'publish' && action !== 'control') {
    return { tid, error: 'unknown-action' }
  }
  const room = nameOf(message, 'room', MAX_ROOM_LENGTH)
  const display = nameOf(message, 'display', MAX_DISPLAY_LENGTH)
  if (room === undefined || display === undefined) return undefined
  if (action !== 'control') return { tid, action, room, display }
  const call = textOf(message, 'call')
  const data = textOf(message, 'data')
  if (call === undefined || data === undefined) return undefined
  return { tid, action, room, display, call, data }
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
