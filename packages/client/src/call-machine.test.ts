import { describe, expect, test } from 'bun:test'
import { isOver, nextCallState, type CallInput } from './call-machine.ts'
import type { CallState, CallStateName } from './call-state.ts'

const STATES: Record<CallStateName, CallState> = {
  idle: { name: 'idle' },
  joining: { name: 'joining' },
  waiting: { name: 'waiting' },
  full: { name: 'full', waiting: false },
  knocking: { name: 'knocking' },
  connecting: { name: 'connecting' },
  connected: { name: 'connected' },
  reconnecting: { name: 'reconnecting', reason: 'no-packets' },
  ended: { name: 'ended', reason: 'left' },
  failed: { name: 'failed', code: 'line-full', message: '' },
}

const INPUTS: Record<string, CallInput> = {
  join: { type: 'join' },
  'seated alone': { type: 'seated', hasPeer: false },
  'seated with a peer': { type: 'seated', hasPeer: true },
  'no seat': { type: 'no-seat', waiting: false },
  'place in line': { type: 'no-seat', waiting: true },
  knock: { type: 'knock' },
  'peer came': { type: 'peer-came' },
  'peer gone': { type: 'peer-gone' },
  'media up': { type: 'media-up' },
  'media down': { type: 'media-down', reason: 'ice' },
  end: { type: 'end', reason: 'left' },
  fail: { type: 'fail', code: 'rate-limited', message: 'why' },
}

/** Every transition that there is; what is not here changes nothing. */
const TRANSITIONS: Record<CallStateName, Partial<Record<string, CallStateName>>> = {
  idle: { join: 'joining', fail: 'failed' },
  joining: {
    'seated alone': 'waiting',
    'seated with a peer': 'connecting',
    'no seat': 'full',
    'place in line': 'full',
    knock: 'knocking',
    end: 'ended',
    fail: 'failed',
  },
  waiting: {
    'seated alone': 'waiting',
    'seated with a peer': 'connecting',
    'no seat': 'full',
    'place in line': 'full',
    knock: 'knocking',
    'peer came': 'connecting',
    end: 'ended',
    fail: 'failed',
  },
  full: {
    join: 'joining',
    'seated alone': 'waiting',
    'seated with a peer': 'connecting',
    'no seat': 'full',
    'place in line': 'full',
    knock: 'knocking',
    end: 'ended',
    fail: 'failed',
  },
  knocking: {
    'seated alone': 'waiting',
    'seated with a peer': 'connecting',
    'no seat': 'full',
    'place in line': 'full',
    end: 'ended',
    fail: 'failed',
  },
  connecting: {
    'seated alone': 'waiting',
    'seated with a peer': 'connecting',
    'no seat': 'full',
    'place in line': 'full',
    knock: 'knocking',
    'peer came': 'connecting',
    'peer gone': 'waiting',
    'media up': 'connected',
    end: 'ended',
    fail: 'failed',
  },
  connected: {
    'seated alone': 'waiting',
    'seated with a peer': 'connecting',
    'no seat': 'full',
    'place in line': 'full',
    knock: 'knocking',
    'peer came': 'connecting',
    'peer gone': 'waiting',
    'media down': 'reconnecting',
    end: 'ended',
    fail: 'failed',
  },
  reconnecting: {
    'seated alone': 'waiting',
    'seated with a peer': 'connecting',
    'no seat': 'full',
    'place in line': 'full',
    knock: 'knocking',
    'peer came': 'connecting',
    'peer gone': 'waiting',
    'media up': 'connected',
    'media down': 'reconnecting',
    end: 'ended',
    fail: 'failed',
  },
  ended: { join: 'joining', fail: 'failed' },
  failed: { join: 'joining', fail: 'failed' },
}

describe('call machine', () => {
  for (const [from, state] of Object.entries(STATES)) {
    for (const [label, input] of Object.entries(INPUTS)) {
      const to = TRANSITIONS[state.name][label]
      test(`${from} -> ${label} -> ${to ?? from}`, () => {
        const next = nextCallState(state, input)
        if (to) expect(next.name).toBe(to)
        else expect(next).toBe(state)
      })
    }
  }

  test('a state carries what its input said', () => {
    const down = nextCallState(STATES.connected, { type: 'media-down', reason: 'ice' })
    expect(down).toEqual({ name: 'reconnecting', reason: 'ice' })
    const line = nextCallState(STATES.joining, { type: 'no-seat', waiting: true })
    expect(line).toEqual({ name: 'full', waiting: true })
    const ended = nextCallState(STATES.waiting, { type: 'end', reason: 'session-taken' })
    expect(ended).toEqual({ name: 'ended', reason: 'session-taken' })
  })

  test('only idle, ended and failed are over', () => {
    const over = Object.values(STATES).filter(isOver)
    expect(over.map(({ name }) => name)).toEqual(['idle', 'ended', 'failed'])
  })
})
