import { expect, test } from 'bun:test'
import { next, type TopicAction, type TopicEvent, type TopicState } from './state.ts'

const OFFER: TopicAction[] = ['open peer', 'make offer']
const ANSWER: TopicAction[] = ['open peer', 'make answer']
const CLOSE: TopicAction[] = ['close peer']

const TABLE: [state: TopicState, event: TopicEvent, to: TopicState, actions: TopicAction[]][] = [
  ['init', 'called', 'waiting', []],
  ['init', 'full', 'in_line', []],
  ['init', 'lost', 'left', CLOSE],
  ['waiting', 'call', 'calling', OFFER],
  ['waiting', 'offer', 'in_call', ANSWER],
  ['waiting', 'full', 'in_line', []],
  ['waiting', 'hangup', 'left', CLOSE],
  ['waiting', 'lost', 'left', CLOSE],
  ['in_line', 'call', 'calling', OFFER],
  ['in_line', 'offer', 'in_call', ANSWER],
  ['in_line', 'hangup', 'left', CLOSE],
  ['in_line', 'lost', 'left', CLOSE],
  ['calling', 'call', 'calling', OFFER],
  ['calling', 'answer', 'in_call', ['take answer']],
  ['calling', 'leave', 'waiting', []],
  ['calling', 'hangup', 'left', CLOSE],
  ['calling', 'lost', 'left', CLOSE],
  ['in_call', 'call', 'calling', OFFER],
  ['in_call', 'offer', 'in_call', ['make answer']],
  ['in_call', 'leave', 'waiting', []],
  ['in_call', 'hangup', 'left', CLOSE],
  ['left', 'called', 'waiting', []],
  ['left', 'full', 'in_line', []],
  ['left', 'lost', 'left', CLOSE],
]

const STATES: TopicState[] = ['init', 'waiting', 'in_line', 'calling', 'in_call', 'left']
const EVENTS: TopicEvent[] = [
  'called',
  'call',
  'offer',
  'answer',
  'full',
  'leave',
  'hangup',
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
