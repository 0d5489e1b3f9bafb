import type { CastSenderState } from '@duet/client'
import { expect, test } from 'bun:test'
import { castEn } from '../../i18n/cast-en.ts'
import { entryWord, shownSentence, type EntryFacts } from './cast-wording.ts'

const FACTS: EntryFacts = {
  fault: null,
  isMissed: false,
  isIdledOut: false,
  state: { name: 'entering' },
  isUnreachable: false,
  tvName: '',
}

const failed = (code: 'no-such-cast' | 'cast-over' | 'rate-limited'): CastSenderState => {
  return { name: 'failed', code, message: '' }
}

test.each([
  [{ fault: 'empty' }, 'hint', false, /^Six letters/],
  [{ fault: 'incomplete' }, 'hint', false, /^Six letters/],
  [{ fault: 'empty', isMissed: true }, 'fault', false, /^First type/],
  [{ fault: 'bad-character' }, 'fault', false, /no 0, 1, 5/],
  [{}, 'wait', false, /^Looking for the TV/],
  [{ isUnreachable: true }, 'wait', false, /can’t be reached/],
  [{ state: { name: 'ready' } }, 'found', false, /^TV found$/],
  [{ state: { name: 'ready' }, tvName: 'Living room' }, 'found', false, /: Living room$/],
  [{ state: { name: 'busy' } }, 'fault', true, /^Somebody else/],
  [{ state: failed('no-such-cast') }, 'fault', false, /^No TV shows this code/],
  [{ state: failed('cast-over') }, 'fault', true, /not valid any more/],
  [{ state: failed('rate-limited') }, 'fault', true, /Wait a minute/],
  [{ state: { name: 'waiting', reason: 'left' } }, 'wait', false, /was closed. Waiting/],
  [{ state: { name: 'waiting', reason: 'lost' } }, 'wait', false, /lost its network/],
  [{ state: { name: 'reconnecting', reason: 'ice' } }, 'wait', false, /Making it again/],
  [{ state: { name: 'ended', reason: 'receiver' } }, 'fault', true, /at the TV/],
  [{ state: { name: 'ended', reason: 'receiver-gone' } }, 'fault', true, /did not come back/],
  [{ state: { name: 'ended', reason: 'stopped' }, isIdledOut: true }, 'fault', true, /two minutes/],
  [{ state: { name: 'ended', reason: 'stopped' } }, 'hint', false, /^You left/],
] as [Partial<EntryFacts>, string, boolean, RegExp][])(
  'before the picture %p looks like %s',
  (facts, look, canRetry, text) => {
    const word = entryWord(castEn, 'en', { ...FACTS, ...facts })
    expect(word).toMatchObject({ look, canRetry })
    expect(word.text).toMatch(text)
  },
)

test.each([
  [{ name: 'showing', isConnected: false }, /^Connecting to “Den”/],
  [{ name: 'showing', isConnected: true }, /^Shown on “Den”$/],
  [{ name: 'paused' }, /^Paused on “Den”$/],
  [{ name: 'waiting', reason: 'left' }, /^“Den” was closed/],
  [{ name: 'waiting', reason: 'lost' }, /^“Den” lost its network/],
  [{ name: 'reconnecting', reason: 'no-packets' }, /^The connection to “Den” broke/],
  [{ name: 'ready' }, /^Connecting to “Den”/],
] as [CastSenderState, RegExp][])('with the picture %p is told', (state, text) => {
  expect(shownSentence(castEn, state, 'Den')).toMatch(text)
})
