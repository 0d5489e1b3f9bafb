import { isCandidate, isChatBody, isDescription, type Candidate } from '@duet/protocol'
import type { Notice, Signal } from '@duet/rules'
import type { Said } from '../../socket-io/said.ts'
import { plainCandidate } from '../plain-candidate.ts'

/** The dialect's name in the core. */
export const DIALECT_NAME = 'room'

/** What a client said, in words of the core. */
export type Saying = { type: 'chat'; body: string } | { type: 'signal'; signal: Signal }

/** What only those of this dialect understand. */
export function otherSignal(said: Said): Signal {
  return { type: 'other', original: { dialect: DIALECT_NAME, data: said } }
}

/** What other dialects have a word for; undefined: nothing. */
export function toSaying(said: Said): (Saying & { length: number }) | undefined {
  const { data } = said
  if (isChatBody(data)) return { type: 'chat', body: data, length: data.length }
  const original = { dialect: DIALECT_NAME, data: said }
  if (isDescription(data)) {
    const { type, sdp } = data
    const signal: Signal = { type: 'description', description: { type, sdp }, original }
    return { type: 'signal', signal, length: sdp.length }
  }
  const candidate = toCandidate(data)
  if (!isCandidate(candidate)) return undefined
  const signal: Signal = { type: 'candidate', candidate: plainCandidate(candidate), original }
  const length = candidate.candidate.length + (candidate.sdpMid?.length ?? 0)
  return { type: 'signal', signal, length }
}

/** The `data` that says it to a client of this dialect; empty when it has no word for it. */
export function toData(signal: Signal): [] | [data: unknown] {
  if (signal.type !== 'mismatch' && signal.original?.dialect === DIALECT_NAME) {
    return [signal.original.data]
  }
  switch (signal.type) {
    case 'description': {
      const { type, sdp } = signal.description
      return [{ type, sdp }]
    }
    case 'candidate':
      return isCandidate(signal.candidate) ? [fromCandidate(signal.candidate)] : []
    case 'mismatch':
    case 'other':
      return []
  }
}

/** What those who are there left for whoever comes. */
export function keptData(notice: Extract<Notice, { type: 'joined' }>): unknown[] {
  return notice.peers.flatMap(({ signals }) => signals.flatMap((signal) => toData(signal)))
}

/** Older clients write the number as a text, and the text as a number. */
function toCandidate(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return undefined
  const { type, label, id, candidate } = data as Record<string, unknown>
  if (type !== 'candidate') return undefined
  return {
    candidate,
    sdpMid: typeof id === 'number' ? String(id) : id,
    sdpMLineIndex: typeof label === 'string' && label !== '' ? Number(label) : label,
  }
}

function fromCandidate({ candidate, sdpMid, sdpMLineIndex }: Candidate): unknown {
  return { type: 'candidate', label: sdpMLineIndex, id: sdpMid, candidate }
}
