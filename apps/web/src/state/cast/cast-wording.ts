import type { CastSenderState } from '@duet/client'
import type { CastWords } from '../../i18n/cast-en.ts'
import { failSentence, type Language } from '../../i18n/error-sentences.ts'
import type { CodeFault } from './typed-code.ts'

export interface EntryFacts {
  fault: CodeFault | null
  /** Somebody wanted to start without a whole code. */
  isMissed: boolean
  /** Taken off the TV, because nothing was shown. */
  isIdledOut: boolean
  state: CastSenderState
  /** The server does not answer. */
  isUnreachable: boolean
  tvName: string
}

/** What is known of the code and its TV. */
export interface EntryWord {
  text: string
  /** found: the TV is there. fault: something is to be done. */
  look: 'hint' | 'wait' | 'found' | 'fault'
  /** The same code may do another time. */
  canRetry: boolean
}

/** What there is to say of the code and its TV before anything is shown. */
export function entryWord(words: CastWords, language: Language, facts: EntryFacts): EntryWord {
  const { entry, shown } = words
  const { state, tvName } = facts
  if (facts.fault === 'bad-character') return fault(entry['bad-character'], false)
  if (facts.fault !== null) {
    if (facts.isMissed) return fault(entry.missing, false)
    return { text: entry.empty, look: 'hint', canRetry: false }
  }
  if (facts.isIdledOut) return fault(entry.idle)
  switch (state.name) {
    case 'idle':
      return { text: entry.empty, look: 'hint', canRetry: false }
    case 'entering':
      return wait(facts.isUnreachable ? entry.unreachable : entry.looking)
    case 'busy':
      return fault(entry.busy)
    case 'failed':
      if (state.code === 'rate-limited') return fault(entry.tooMany)
      return fault(failSentence(state.code, language), state.code !== 'no-such-cast')
    case 'ended':
      if (state.reason === 'receiver') return fault(entry.putOut)
      if (state.reason === 'stopped') return { text: entry.left, look: 'hint', canRetry: false }
      return fault(words.ends[state.reason](tvName))
    case 'waiting':
      return wait(shown[state.reason](tvName))
    case 'reconnecting':
      return wait(shown.reconnecting(tvName))
    case 'ready':
    case 'showing':
    case 'paused':
      return { text: entry.found(tvName), look: 'found', canRetry: false }
  }
}

function wait(text: string): EntryWord {
  return { text, look: 'wait', canRetry: false }
}

function fault(text: string, canRetry = true): EntryWord {
  return { text, look: 'fault', canRetry }
}

/** Where the picture on the TV stands, in one sentence. */
export function shownSentence(words: CastWords, state: CastSenderState, tvName: string): string {
  const { shown } = words
  switch (state.name) {
    case 'showing':
      return state.isConnected ? shown.showing(tvName) : shown.connecting(tvName)
    case 'paused':
      return shown.paused(tvName)
    case 'waiting':
      return shown[state.reason](tvName)
    case 'reconnecting':
      return shown.reconnecting(tvName)
    default:
      return shown.connecting(tvName)
  }
}
