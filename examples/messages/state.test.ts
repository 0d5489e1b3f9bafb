import { expect, test } from 'bun:test'
import { next, type CallAction, type CallEvent, type CallState } from './state.ts'

const CLOSE: CallAction[] = ['close peer']

const TABLE: [state: CallState, event: CallEvent, to: CallState, actions: CallAction[]][] = [
  ['idle', 'place', 'calling', ['say call']],
  ['idle', 'call', 'ringing', []],
  ['calling', 'accepted', 'talking', ['open peer', 'make offer']],
  ['calling', 'offer', 'talking', ['open peer', 'make answer']],
  ['calling', 'hangup', 'idle', ['say hangup', 'close peer']],
  ['calling', 'rejected', 'idle', CLOSE],
  ['calling', 'ended', 'idle', CLOSE],
  ['calling', 'busy', 'idle', CLOSE],
  ['calling', 'absent', 'idle', CLOSE],
  ['calling', 'lost', 'idle', CLOSE],
  ['ringing', 'accept', 'talking', ['open peer', 'say accept']],
  ['ringing', 'reject', 'idle', ['say reject', 'close peer']],
  ['ringing', 'ended', 'idle', CLOSE],
  ['ringing', 'lost', 'idle', CLOSE],
  ['talking', 'offer', 'talking', ['make answer']],
  ['talking', 'answer', 'talking', ['take answer']],
  ['talking', 'hangup', 'idle', ['say hangup', 'close peer']],
  ['talking', 'ended', 'idle', CLOSE],
  ['talking', 'absent', 'idle', CLOSE],
  ['talking', 'lost', 'idle', CLOSE],
]

const STATES: CallState[] = ['idle', 'calling', 'ringing', 'talking']
const EVENTS: CallEvent[] = [
  'place',
  'accept',
  'reject',
  'hangup',
  'call',
  'accepted',
  'rejected',
  'ended',
  'busy',
  'absent',
  'offer',
  'answer',
  'lost',
]

test.each(TABLE)('%s -> %s -> %s', (state, event, to, actions) => {
  expect(next(state, event)).toEqual({ state: to, actions })
})

test('everything else means nothing', () => {
  const known = new Set(TABLE.map(([state, event]) => `${state} ${event}`))
  const others = STATES.flatMap((state) => EVENTS.map((event) => [state, event] as const)).filter(
    ([state, event]) => !known.has(`${state} ${event}`),
  )
  expect(others.map(([state, event]) => next(state, event))).toEqual(others.map(() => undefined))
})
