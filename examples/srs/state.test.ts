import { expect, test } from 'bun:test'
import { next, type OneToOneAction, type OneToOneEvent, type OneToOneState } from './state.ts'

const LEAVE: OneToOneAction[] = ['leave']
const STOP: OneToOneAction[] = ['stop playing']

const TABLE: [
  state: OneToOneState,
  event: OneToOneEvent,
  to: OneToOneState,
  actions: OneToOneAction[],
][] = [
  ['init', 'start', 'joining', ['join']],
  ['joining', 'joined', 'joined', ['publish']],
  ['joining', 'full', 'full', LEAVE],
  ['joining', 'refused', 'left', LEAVE],
  ['joining', 'lost', 'left', LEAVE],
  ['joining', 'hangup', 'left', LEAVE],
  ['joined', 'published', 'joined', ['announce']],
  ['joined', 'peer joined', 'joined', []],
  ['joined', 'peer published', 'in_call', ['play']],
  ['joined', 'peer left', 'joined', STOP],
  ['joined', 'lost', 'left', LEAVE],
  ['joined', 'hangup', 'left', LEAVE],
  ['in_call', 'published', 'in_call', ['announce']],
  ['in_call', 'peer published', 'in_call', ['play']],
  ['in_call', 'peer left', 'joined', STOP],
  ['in_call', 'peer lost', 'joined', STOP],
  ['in_call', 'lost', 'in_call', []],
  ['in_call', 'hangup', 'left', LEAVE],
  ['full', 'start', 'joining', ['join']],
  ['left', 'start', 'joining', ['join']],
]

const STATES: OneToOneState[] = ['init', 'joining', 'joined', 'in_call', 'full', 'left']
const EVENTS: OneToOneEvent[] = [
  'start',
  'joined',
  'full',
  'refused',
  'peer joined',
  'peer published',
  'peer left',
  'published',
  'peer lost',
  'lost',
  'hangup',
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
