import { expect, test } from 'bun:test'
import type { UserCallState } from './phone-state.ts'
import { nextUserCallState, type UserCallInput } from './user-call-machine.ts'

const states = {
  placing: { name: 'placing' },
  ringing: { name: 'ringing', isRinging: false },
  'really ringing': { name: 'ringing', isRinging: true },
  incoming: { name: 'incoming', isAccepting: false },
  accepting: { name: 'incoming', isAccepting: true },
  talking: { name: 'talking' },
  ended: { name: 'ended', reason: 'busy' },
} as const satisfies Record<string, UserCallState>

const inputs = {
  placed: { type: 'placed' },
  rings: { type: 'rings', isRinging: true },
  'rings no more': { type: 'rings', isRinging: false },
  accept: { type: 'accept' },
  accepted: { type: 'accepted' },
  end: { type: 'end', reason: 'busy' },
} as const satisfies Record<string, UserCallInput>

/** Where each state goes; what is not named changes nothing. */
const transitions: Record<
  keyof typeof states,
  Partial<Record<keyof typeof inputs, keyof typeof states>>
> = {
  placing: { placed: 'ringing', accepted: 'talking', end: 'ended' },
  ringing: { rings: 'really ringing', accepted: 'talking', end: 'ended' },
  'really ringing': { 'rings no more': 'ringing', accepted: 'talking', end: 'ended' },
  incoming: { accept: 'accepting', accepted: 'talking', end: 'ended' },
  accepting: { accepted: 'talking', end: 'ended' },
  talking: { end: 'ended' },
  ended: {},
}

for (const [from, row] of Object.entries(transitions)) {
  for (const [name, input] of Object.entries(inputs)) {
    const to = row[name as keyof typeof inputs]
    test(`${from} -> ${name} -> ${to ?? 'the same'}`, () => {
      const state = states[from as keyof typeof states]
      const next = nextUserCallState(state, input)
      if (to) expect(next).toEqual(states[to])
      else expect(next).toBe(state)
    })
  }
}

test('the words of a decline, and the code of a refusal, stay with the end', () => {
  const input: UserCallInput = { type: 'end', reason: 'declined', text: 'later' }
  expect(nextUserCallState(states.ringing, input)).toEqual({
    name: 'ended',
    reason: 'declined',
    text: 'later',
  })
  expect(nextUserCallState(states.placing, { type: 'refuse', code: 'no-such-user' })).toEqual({
    name: 'ended',
    reason: 'refused',
    code: 'no-such-user',
  })
})
