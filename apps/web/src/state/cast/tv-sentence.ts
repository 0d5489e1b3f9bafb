import type { CastReceiverState, SignalingState } from '@duet/client'
import type { TvWords } from '../../i18n/tv-en.ts'
import type { TvFarewell } from './tv-model.ts'

export interface TvFacts {
  state: CastReceiverState
  signaling: SignalingState
  /** There has been no code for longer than a server takes that is there. */
  isLate: boolean
  senderName: string
  farewell: TvFarewell | null
}

/** What happens while the code is shown, in one sentence. */
export function codeSentence(words: TvWords, facts: TvFacts): string {
  const { state, signaling, senderName, farewell } = facts
  switch (state.name) {
    case 'opening':
      return openingSentence(words, facts)
    case 'connecting':
      return words.chooses(senderName)
    case 'reconnecting':
      return words.lostBeforeShown
    default:
      if (farewell) return words.gone[farewell.reason](farewell.name)
      return signaling === 'online' ? words.ready : words.unreachable
  }
}

/** What stands over the picture; null while there is nothing to say. */
export function pictureSentence(
  words: TvWords,
  { state, senderName, hasFrame }: Pick<TvFacts, 'state' | 'senderName'> & { hasFrame: boolean },
): string | null {
  if (state.name === 'paused') return words.paused(senderName)
  if (state.name === 'reconnecting') return words.reconnecting
  return hasFrame ? null : words.onItsWay
}

function openingSentence(words: TvWords, { signaling, isLate }: TvFacts): string {
  if (signaling === 'online') return isLate ? words.noCode : words.gettingCode
  return isLate || signaling === 'offline' ? words.unreachable : words.opening
}
