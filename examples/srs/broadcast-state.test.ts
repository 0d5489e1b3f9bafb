import { expect, test } from 'bun:test'
import { broadcastState, NOTHING_AGREED, type BroadcastState } from './broadcast-state.ts'

const ON = [{ purpose: 'live', by: 'ben' }]

test.each<[agreed: string, of: string[], BroadcastState]>([
  ['nobody', [], 'off'],
  ['ann', ['ann'], 'waiting'],
  ['ben', ['ben'], 'asked'],
  ['both', ['ben', 'ann'], 'agreed'],
])('%s agreed', (_, willing, expected) => {
  const consents = willing.map((display) => ({ display, purposes: ['record', 'live'] }))
  expect(broadcastState({ consents, active: [] }, 'ann')).toBe(expected)
  expect(broadcastState({ consents, active: ON }, 'ann')).toBe('on')
})

test('what is agreed on for another purpose is none', () => {
  const consents = [{ display: 'ben', purposes: ['record'] }]
  const active = [{ purpose: 'record', by: 'ben' }]
  expect(broadcastState({ consents, active }, 'ann')).toBe('off')
  expect(broadcastState(NOTHING_AGREED, 'ann')).toBe('off')
})
