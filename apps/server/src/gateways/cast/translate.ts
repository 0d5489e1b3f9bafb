import { isCandidate, isDescription } from '@duet/protocol'
import type { Original, Signal } from '@duet/rules'
import { plainCandidate } from '../plain-candidate.ts'

export const DIALECT_NAME = 'cast'

/** What a client of this dialect said, whatever it looks like. */
export interface Saying {
  kind: 'offer' | 'answer' | 'candidate'
  data: unknown
}

/** A saying in words of the core; those of this dialect get it as it was. */
export function toSignal({ kind, data }: Saying): Signal {
  const original: Original = { dialect: DIALECT_NAME, data: { kind, data } satisfies Saying }
  if (kind === 'candidate') {
    if (data === null) return { type: 'candidate', candidate: null, original }
    if (!isCandidate(data)) return { type: 'other', original }
    return { type: 'candidate', candidate: plainCandidate(data), original }
  }
  if (!isDescription(data) || data.type !== kind) return { type: 'other', original }
  const { type, sdp } = data
  return { type: 'description', description: { type, sdp }, original }
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
      // Older browsers throw at the word that there are no more.
      return signal.candidate ? { kind: 'candidate', data: signal.candidate } : undefined
    case 'mismatch':
    case 'other':
      return undefined
  }
}
