import type { CallState, RemotePeer, SignalingState } from '@duet/client'
import type { Words } from '../i18n/en.ts'
import { failSentence, type Language } from '../i18n/error-sentences.ts'

export interface StatusFacts {
  state: CallState
  peer: RemotePeer | null
  signaling: SignalingState
}

/** Where the call stands, in one sentence. */
export function statusSentence(
  words: Words,
  language: Language,
  { state, peer, signaling }: StatusFacts,
): string {
  const { status } = words
  const name = peer?.name ?? ''
  switch (state.name) {
    case 'idle':
      return status.idle
    case 'joining':
      return signaling === 'online' ? status.joining : status.reaching
    case 'waiting':
      return status.waiting
    case 'full':
      return state.waiting ? status.inLine : status.full
    case 'knocking':
      return status.knocking
    case 'connecting':
      return status.connecting(name)
    case 'connected':
      return status.connected(name)
    case 'reconnecting':
      if (state.reason === 'peer-away') return status.peerAway(name)
      return state.reason === 'ice' ? status.ice : status.noPackets(name)
    case 'ended':
      return state.reason === 'left' ? status.left : status.sessionTaken
    case 'failed':
      return failSentence(state.code, language)
  }
}

/** A second sentence on the links to the server; null when both are well. */
export function linkSentence(words: Words, { state, peer, signaling }: StatusFacts): string | null {
  if (signaling === 'offline') {
    if (state.name === 'connected') return words.signalingOffline
    const isInRoom = ['waiting', 'connecting', 'reconnecting'].includes(state.name)
    return isInRoom ? words.signalingOfflineAlone : null
  }
  if (state.name === 'connected' && peer?.isAway) return words.peerAwayHint(peer.name)
  return null
}

/** A length of time in words, in whole seconds. */
export function durationSentence(words: Words, milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  return words.hoursMinutesSeconds(
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  )
}

/** Up to two letters that stand for a person without a picture. */
export function initialsOf(name: string): string {
  const [first = '', second = ''] = name.trim().split(/\s+/u)
  // As people count letters: an astronaut is one sign, of four code points.
  const letters = new Intl.Segmenter()
  const initials = [first, second].map((part) => [...letters.segment(part)][0]?.segment ?? '')
  return initials.join('').toLocaleUpperCase()
}
