import { isCandidate, isDescription } from '@duet/protocol'
import type { Original, Signal } from '@duet/rules'
import { plainCandidate } from '../plain-candidate.ts'

export const DIALECT_NAME = 'cast'

/** What a client of this dialect said, whatever it looks like. */
export interface Saying {
  kind: 'offer' | 'answer' | 'candidate'
  data: unknown
}

/**
 * A saying in words of the core; those of this dialect get it as it was. Undefined: it is nothing
 * that anybody could use. The end of candidates is none: older browsers throw at it.
 */
export function toSignal({ kind, data }: Saying): Signal | undefined {
  const original: Original = { dialect: DIALECT_NAME, data: { kind, data } satisfies Saying }
  if (kind !== 'candidate') {
    if (!isDescription(data) || data.type !== kind) return undefined
    const { type, sdp } = data
    return { type: 'description', description: { type, sdp }, original }
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined
  if (!isCandidate(data)) return { type: 'other', original }
  return { type: 'candidate', candidate: plainCandidate(data), original }
}

/** How much of it other dialects would get, in UTF-16 units. */
export function lengthOf(signal: Signal): number {
  if (signal.type === 'description') return signal.description.sdp.length
  if (signal.type !== 'candidate' || !isCandidate(signal.candidate)) return 0
  return signal.candidate.candidate.length + (signal.candidate.sdpMid?.length ?? 0)
}

/** Only those of this dialect hear it. */
export function withoutTranslation(saying: Saying): Signal {
  return { type: 'other', original: { dialect: DIALECT_NAME, data: saying } }
}

/** What is said to a client of this dialect; undefined: there is no word for it. */
export function toSaying(signal: Signal): Saying | undefined {
  if (signal.type !== 'mismatch' && signal.original?.dialect === DIALECT_NAME) {
    return signal.original.data as Saying
  }
  switch (signal.type) {
    case 'description': {
      const { type, sdp } = signal.description
      return { kind: type, data: { type, sdp } }
    }
    case 'candidate':
      return signal.candidate ? { kind: 'candidate', data: signal.candidate } : undefined
    case 'mismatch':
    case 'other':
      return undefined
  }
}
