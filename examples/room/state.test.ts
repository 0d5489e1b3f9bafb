import { expect, test } from 'bun:test'
import { next, type RoomAction, type RoomEvent, type RoomState } from './state.ts'

const OUT: RoomAction[] = ['close peer', 'disconnect']

const TABLE: [state: RoomState, event: RoomEvent, to: RoomState, actions: RoomAction[]][] = [
  ['init', 'joined', 'joined', ['open peer']],
  ['init', 'full', 'leaved', OUT],
  ['init', 'lost', 'leaved', OUT],
  ['joined', 'otherjoin', 'joined_conn', ['make offer']],
  ['joined', 'bye', 'joined_unbind', ['close peer']],
  ['joined', 'leaved', 'leaved', OUT],
  ['joined', 'lost', 'leaved', OUT],
  ['joined_conn', 'bye', 'joined_unbind', ['close peer']],
  ['joined_conn', 'leaved', 'leaved', OUT],
  ['joined_conn', 'lost', 'leaved', OUT],
  ['joined_unbind', 'otherjoin', 'joined_conn', ['open peer', 'make offer']],
  ['joined_unbind', 'leaved', 'leaved', OUT],
  ['joined_unbind', 'lost', 'leaved', OUT],
  ['leaved', 'joined', 'joined', ['open peer']],
  ['leaved', 'full', 'leaved', OUT],
  ['leaved', 'lost', 'leaved', OUT],
]

const STATES: RoomState[] = ['init', 'joined', 'joined_conn', 'joined_unbind', 'leaved']
const EVENTS: RoomEvent[] = ['joined', 'otherjoin', 'bye', 'full', 'leaved', 'lost']

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
