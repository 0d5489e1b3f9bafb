import { expect, test } from 'bun:test'
import { next, type TvAction, type TvEvent, type TvState } from './tv-state.ts'

const ANSWER: TvAction[] = ['open link', 'answer']
const CLOSE: TvAction[] = ['close link']
const START_OVER: TvAction[] = ['close link', 'connect again']

const TABLE: [state: TvState, event: TvEvent, to: TvState, actions: TvAction[]][] = [
  ['offline', 'code', 'ready', []],
  ['ready', 'joined', 'joined', []],
  ['ready', 'offer', 'connecting', ANSWER],
  ['ready', 'lost', 'offline', []],
  ['joined', 'offer', 'connecting', ANSWER],
  ['joined', 'left', 'ready', []],
  ['joined', 'lost', 'offline', []],
  ['joined', 'stop', 'offline', START_OVER],
  ['connecting', 'offer', 'connecting', ANSWER],
  ['connecting', 'restart', 'connecting', ['answer']],
  ['connecting', 'flow', 'live', []],
  ['connecting', 'left', 'ready', CLOSE],
  ['connecting', 'given up', 'offline', START_OVER],
  ['connecting', 'stop', 'offline', START_OVER],
  ['live', 'offer', 'connecting', ANSWER],
  ['live', 'restart', 'live', ['answer']],
  ['live', 'silence', 'interrupted', []],
  ['live', 'left', 'ready', CLOSE],
  ['live', 'stop', 'offline', START_OVER],
  ['interrupted', 'offer', 'connecting', ANSWER],
  ['interrupted', 'restart', 'interrupted', ['answer']],
  ['interrupted', 'flow', 'live', []],
  ['interrupted', 'left', 'ready', CLOSE],
  ['interrupted', 'given up', 'offline', START_OVER],
  ['interrupted', 'stop', 'offline', START_OVER],
]

const STATES: TvState[] = ['offline', 'ready', 'joined', 'connecting', 'live', 'interrupted']
const EVENTS: TvEvent[] = [
  'code',
  'joined',
  'offer',
  'restart',
  'left',
  'lost',
  'flow',
  'silence',
  'given up',
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
