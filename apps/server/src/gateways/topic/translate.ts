import { isCandidate, isDescription } from '@duet/protocol'
import type { Signal } from '@duet/rules'
import { plainCandidate } from '../plain-candidate.ts'
import { writeFrame } from './frame.ts'

/** The dialect's name in the core. */
export const DIALECT_NAME = 'topic'

/** What only those of this dialect understand. */
export function otherSignal(frame: string): Signal {
  return { type: 'other', original: { dialect: DIALECT_NAME, data: frame } }
}

/** A published event in words of the core; undefined when the core has none. */
export function toSignal(event: string, data: unknown, frame: string): Signal | undefined {
  const original = { dialect: DIALECT_NAME, data: frame }
  switch (event) {
    case 'offer':
    case 'answer': {
      if (!isDescription(data) || data.type !== event) return undefined
      const { type, sdp } = data
      return { type: 'description', description: { type, sdp }, original }
    }
    case 'candidate':
      if (!isCandidate(data)) return undefined
      return { type: 'candidate', candidate: plainCandidate(data), original }
    default:
      return undefined
  }
}

/** The frame that says a signal, as a client of this dialect wrote it; undefined: it is another's. */
export function originalFrame(signal: Signal): string | undefined {
  if (signal.type === 'mismatch' || signal.original?.dialect !== DIALECT_NAME) return undefined
  return signal.original.data as string
}

/** The frame that says a signal of another dialect; undefined when this one has no word for it. */
export function translatedFrame(signal: Signal): string | undefined {
  switch (signal.type) {
    case 'description': {
      const { type, sdp } = signal.description
      return writeFrame(type, { type, sdp })
    }
    case 'candidate':
      return signal.candidate === null ? undefined : writeFrame('candidate', signal.candidate)
    case 'mismatch':
    case 'other':
      return undefined
  }
}
