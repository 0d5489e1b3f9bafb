import { expect, test } from 'bun:test'
import type { CallState } from '@duet/client'
import { en } from '../i18n/en.ts'
import { durationSentence, initialsOf, linkSentence, statusSentence } from './wording.ts'

const peer = { name: 'Ben', isAway: false, media: null }
const say = (state: CallState, signaling: 'online' | 'offline' = 'online') =>
  statusSentence(en, 'en', { state, peer, signaling })

test.each([
  [{ name: 'waiting' }, 'Waiting for the other person'],
  [{ name: 'connecting' }, 'Connecting with Ben …'],
  [{ name: 'connected' }, 'In a call with Ben'],
  [{ name: 'reconnecting', reason: 'ice' }, 'The connection broke. Making it again …'],
  [{ name: 'reconnecting', reason: 'peer-away' }, 'Ben lost the network. Waiting for the return …'],
  [{ name: 'full', waiting: true }, en.status.inLine],
  [{ name: 'ended', reason: 'session-taken' }, 'This call goes on in another tab.'],
] as [CallState, string][])('%p is said as %p', (state, sentence) => {
  expect(say(state)).toBe(sentence)
})

test('joining without a server says what is waited for', () => {
  expect(say({ name: 'joining' }, 'offline')).toBe('Reaching the server …')
})

test('a lost server is told apart from a lost call', () => {
  const offline = { peer, signaling: 'offline' } as const
  expect(linkSentence(en, { ...offline, state: { name: 'connected' } })).toBe(en.signalingOffline)
  expect(linkSentence(en, { ...offline, state: { name: 'waiting' } })).toBe(
    en.signalingOfflineAlone,
  )
  expect(linkSentence(en, { ...offline, state: { name: 'ended', reason: 'left' } })).toBeNull()
})

test('a peer that only lost the server does not sound lost', () => {
  const facts = { peer: { ...peer, isAway: true }, signaling: 'online' } as const
  expect(linkSentence(en, { ...facts, state: { name: 'connected' } })).toContain('Ben')
})

test.each([
  [4_000, '4 s'],
  [65_000, '1 min 5 s'],
  [3_700_000, '1 h 1 min'],
])('%p ms is %p', (milliseconds, text) => {
  expect(durationSentence(en, milliseconds)).toBe(text)
})

test('a person without a picture has initials, in any script', () => {
  expect(['Ann Lee Roy', 'ben', '小安', '👩‍🚀 x', ''].map(initialsOf)).toEqual([
    'AL',
    'B',
    '小',
    '👩‍🚀X',
    '',
  ])
})
