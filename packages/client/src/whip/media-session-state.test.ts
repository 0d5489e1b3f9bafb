import { expect, test } from 'bun:test'
import {
  nextMediaSession,
  type MediaSessionInput,
  type MediaSessionState,
} from './media-session-state.ts'

const STATES = {
  connecting: { name: 'connecting' },
  connected: { name: 'connected' },
  reconnecting: { name: 'reconnecting' },
  ended: { name: 'ended', reason: 'busy', message: 'Somebody else publishes under this name.' },
} as const satisfies Record<string, MediaSessionState>

const INPUTS = {
  up: { type: 'up' },
  down: { type: 'down' },
  end: { type: 'end', reason: 'busy' },
} as const satisfies Record<string, MediaSessionInput>

type StateName = keyof typeof STATES

test.each([
  ['connecting', 'up', 'connected'],
  ['connecting', 'down', 'connecting'],
  ['connecting', 'end', 'ended'],
  ['connected', 'up', 'connected'],
  ['connected', 'down', 'reconnecting'],
  ['connected', 'end', 'ended'],
  ['reconnecting', 'up', 'connected'],
  ['reconnecting', 'down', 'reconnecting'],
  ['reconnecting', 'end', 'ended'],
  ['ended', 'up', 'ended'],
  ['ended', 'down', 'ended'],
] as [StateName, keyof typeof INPUTS, StateName][])('%s -> %s -> %s', (from, input, to) => {
  const next = nextMediaSession(STATES[from], INPUTS[input])
  expect(next).toEqual(STATES[to])
  // The same object: nobody is told of what did not change.
  if (from === to) expect(next).toBe(STATES[from])
})

test('ended stays as it ended', () => {
  expect(nextMediaSession(STATES.ended, { type: 'end', reason: 'closed' })).toBe(STATES.ended)
})
