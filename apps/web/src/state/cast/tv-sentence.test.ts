import type { CastReceiverState } from '@duet/client'
import { expect, test } from 'bun:test'
import { tvEn } from '../../i18n/tv-en.ts'
import { codeSentence, pictureSentence, type TvFacts } from './tv-sentence.ts'

const FACTS: TvFacts = {
  state: { name: 'ready' },
  signaling: 'online',
  isLate: false,
  senderName: '',
  farewell: null,
}
const OPENING = { state: { name: 'opening' } } as const
const CONNECTING = { state: { name: 'connecting' } } as const
const LOST: CastReceiverState = { name: 'reconnecting', reason: 'ice' }

test.each<[string, Partial<TvFacts>, string]>([
  ['the server is not reached yet', { ...OPENING, signaling: 'connecting' }, tvEn.opening],
  ['not reached in time', { ...OPENING, signaling: 'connecting', isLate: true }, tvEn.unreachable],
  ['lost', { ...OPENING, signaling: 'offline' }, tvEn.unreachable],
  ['reached, no code yet', OPENING, tvEn.gettingCode],
  ['reached, and gives none', { ...OPENING, isLate: true }, tvEn.noCode],
  ['there is a code', {}, tvEn.ready],
  ['the code is of no use', { signaling: 'offline' }, tvEn.unreachable],
  ['somebody came', CONNECTING, tvEn.chooses('')],
  ['Ann came', { ...CONNECTING, senderName: 'Ann' }, tvEn.chooses('Ann')],
  ['nothing was shown yet', { state: LOST }, tvEn.lostBeforeShown],
  ['Ann went', { farewell: { reason: 'left', name: 'Ann' } }, tvEn.gone.left('Ann')],
  ['Ann is lost', { farewell: { reason: 'lost', name: 'Ann' } }, tvEn.gone.lost('Ann')],
])('beside the code, %s', (_, facts, sentence) => {
  expect(codeSentence(tvEn, { ...FACTS, ...facts })).toBe(sentence)
})

test.each<[CastReceiverState, boolean, string | null]>([
  [{ name: 'showing' }, true, null],
  [{ name: 'showing' }, false, tvEn.onItsWay],
  [{ name: 'paused' }, true, tvEn.paused('Ann')],
  [LOST, true, tvEn.reconnecting],
])('over the picture, %p', (state, hasFrame, sentence) => {
  expect(pictureSentence(tvEn, { state, senderName: 'Ann', hasFrame })).toBe(sentence)
})
