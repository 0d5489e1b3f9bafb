import { expect, test } from 'bun:test'
import { next, type SenderAction, type SenderEvent, type SenderState } from './sender-state.ts'

const OFFER: SenderAction[] = ['open link', 'offer']
const LEAVE: SenderAction[] = ['leave']

const TABLE: [state: SenderState, event: SenderEvent, to: SenderState, actions: SenderAction[]][] =
  [
    ['idle', 'start', 'joining', ['join']],
    ['joining', 'accepted', 'choosing', ['choose']],
    ['joining', 'refused', 'ended', LEAVE],
    ['joining', 'lost', 'ended', LEAVE],
    ['joining', 'stop', 'ended', LEAVE],
    ['choosing', 'chosen', 'connecting', OFFER],
    ['choosing', 'not asked', 'paused', []],
    ['choosing', 'nothing chosen', 'ended', LEAVE],
    ['choosing', 'tv gone', 'ended', LEAVE],
    ['choosing', 'lost', 'ended', LEAVE],
    ['choosing', 'stop', 'ended', LEAVE],
    ['paused', 'start', 'choosing', ['choose']],
    ['paused', 'tv gone', 'ended', LEAVE],
    ['paused', 'lost', 'ended', LEAVE],
    ['paused', 'stop', 'ended', LEAVE],
    ['connecting', 'accepted', 'connecting', OFFER],
    ['connecting', 'refused', 'connecting', ['join again']],
    ['connecting', 'flow', 'live', []],
    ['connecting', 'given up', 'ended', LEAVE],
    ['connecting', 'tv gone', 'ended', LEAVE],
    ['connecting', 'stop', 'ended', LEAVE],
    ['live', 'refused', 'live', ['join again']],
    ['live', 'silence', 'interrupted', []],
    ['live', 'tv gone', 'ended', LEAVE],
    ['live', 'stop', 'ended', LEAVE],
    ['interrupted', 'accepted', 'interrupted', OFFER],
    ['interrupted', 'refused', 'interrupted', ['join again']],
    ['interrupted', 'flow', 'live', []],
    ['interrupted', 'no path', 'interrupted', ['restart']],
    ['interrupted', 'given up', 'ended', LEAVE],
    ['interrupted', 'tv gone', 'ended', LEAVE],
    ['interrupted', 'stop', 'ended', LEAVE],
    ['ended', 'start', 'joining', ['join']],
  ]

const STATES: SenderState[] = [
  'idle',
  'joining',
  'choosing',
  'paused',
  'connecting',
  'live',
  'interrupted',
  'ended',
]
const EVENTS: SenderEvent[] = [
  'start',
  'accepted',
  'refused',
  'chosen',
  'not asked',
  'nothing chosen',
  'flow',
  'silence',
  'no path',
  'given up',
  'tv gone',
  'lost',
  'stop',
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
