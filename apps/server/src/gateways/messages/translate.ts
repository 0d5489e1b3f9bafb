import { isCandidate, isDescription, type Candidate, type Description } from '@duet/protocol'
import type { Dialect, Signal } from '@duet/rules'
import { plainCandidate } from '../plain-candidate.ts'
import type { SignalMethod } from './codes.ts'

/** The dialect in the core. */
export const DIALECT: Dialect = { name: 'messages', leavesOffers: false, tellsHearing: false }

/** A signal as a client said it, or is told it. */
export interface SignalText {
  method: SignalMethod
  /** JSON. */
  dataText: string
}

/**
 * Where a page has its descriptions: `data` is one, or holds one under this name; `offer` stands
 * for `answer` as well. `text`: `data.sdp` is an object that is one.
 */
export type DescriptionShape = 'plain' | 'offer' | 'description' | 'sdp'

/** What a client said, in words of the core. `length`: of what other dialects get of it; 0: nothing. */
export interface Saying {
  signal: Signal
  length: number
  /** Of a description that others understand. */
  shape?: DescriptionShape
}

/** What a client said; what other dialects have no word for is told to this one only. */
export function toSaying({ method, dataText }: SignalText, data: unknown): Saying {
  const original = { dialect: DIALECT.name, data: { method, dataText } satisfies SignalText }
  if (method === 'Message/Candidate') {
    const candidate = readCandidate(data)
    if (!candidate) return { signal: { type: 'other', original }, length: 0 }
    return {
      signal: { type: 'candidate', candidate, original },
      length: candidate.candidate.length + (candidate.sdpMid?.length ?? 0),
    }
  }
  const read = readDescription(method === 'Message/Offer' ? 'offer' : 'answer', data)
  if (!read) return { signal: { type: 'other', original }, length: 0 }
  const { description, shape } = read
  return {
    signal: { type: 'description', description, original },
    length: description.sdp.length,
    shape,
  }
}

/** The same for clients of this dialect only. */
export function untranslated({ signal }: Saying): Signal {
  if (signal.type === 'mismatch' || !signal.original) return signal
  return { type: 'other', original: signal.original }
}

/** How a signal of this dialect was said; undefined: it is another's. */
export function originalText(signal: Signal): SignalText | undefined {
  if (signal.type === 'mismatch' || signal.original?.dialect !== DIALECT.name) return undefined
  return signal.original.data as SignalText
}

/** How a signal of another dialect is told to a page; undefined when there is no word for it. */
export function translatedText(signal: Signal, shape: DescriptionShape): SignalText | undefined {
  switch (signal.type) {
    case 'description': {
      const { type, sdp } = signal.description
      const data = written({ type, sdp }, shape)
      const method = type === 'offer' ? 'Message/Offer' : 'Message/Answer'
      return { method, dataText: JSON.stringify(data) }
    }
    case 'candidate': {
      if (!isCandidate(signal.candidate)) return undefined
      const { sdpMLineIndex, sdpMid, candidate } = signal.candidate
      // The misspelling is what these pages read.
      const data = { candidate: { sdpMlineIndex: sdpMLineIndex, sdpMid, candidate } }
      return { method: 'Message/Candidate', dataText: JSON.stringify(data) }
    }
    case 'mismatch':
    case 'other':
      return undefined
  }
}

function readDescription(
  type: Description['type'],
  data: unknown,
): { description: Description; shape: DescriptionShape } | undefined {
  const places: [shape: DescriptionShape, value: unknown][] = [
    ['plain', data],
    ['offer', memberOf(data, type)],
    ['description', memberOf(data, 'description')],
    ['sdp', memberOf(data, 'sdp')],
  ]
  for (const [shape, value] of places) {
    const description = { type, sdp: memberOf(value, 'sdp') }
    const said = memberOf(value, 'type') ?? type
    if (said === type && isDescription(description)) return { description, shape }
  }
  return undefined
}

function written(description: Description, shape: DescriptionShape): unknown {
  switch (shape) {
    case 'plain':
      return description
    case 'offer':
      return { [description.type]: description }
    case 'description':
      return { description }
    case 'sdp':
      return { sdp: description }
  }
}

/** `{candidate: {sdpMlineIndex, sdpMid, candidate}}`, with either spelling of the index. */
function readCandidate(data: unknown): Candidate | undefined {
  const inner = memberOf(data, 'candidate')
  const from = typeof inner === 'string' ? data : inner
  const index = memberOf(from, 'sdpMlineIndex') ?? memberOf(from, 'sdpMLineIndex')
  const candidate = {
    candidate: memberOf(from, 'candidate'),
    sdpMid: memberOf(from, 'sdpMid'),
    sdpMLineIndex: typeof index === 'string' && index !== '' ? Number(index) : index,
    usernameFragment: memberOf(from, 'usernameFragment') ?? undefined,
  }
  return isCandidate(candidate) ? plainCandidate(candidate) : undefined
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Reflect.get(value, name)
    : undefined
}
