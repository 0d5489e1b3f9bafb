import { expect, test } from 'bun:test'
import { Liveness, type SideState } from './liveness.ts'

const idle: SideState = { backlog: 0, isPaused: false }

/** What happens before each look, what is seen then, and whether it lives. */
const CASES: [name: string, looks: [isHeard: boolean, state: SideState, lives: boolean][]][] = [
  [
    'one that is new has until the second look',
    [
      [false, idle, true],
      [false, idle, false],
    ],
  ],
  [
    'one that is heard lives',
    [
      [false, idle, true],
      [true, idle, true],
      [true, idle, true],
      [false, idle, false],
    ],
  ],
  [
    'one that can’t be heard is not judged',
    [
      [false, idle, true],
      [false, { backlog: 0, isPaused: true }, true],
      [false, { backlog: 0, isPaused: true }, true],
      [false, idle, false],
    ],
  ],
  [
    'one that takes what waits for it lives',
    [
      [false, { backlog: 900, isPaused: false }, true],
      [false, { backlog: 600, isPaused: false }, true],
      [false, { backlog: 0, isPaused: false }, true],
      [false, idle, false],
    ],
  ],
  [
    'one that takes nothing does not',
    [
      [false, { backlog: 900, isPaused: false }, true],
      [false, { backlog: 900, isPaused: false }, false],
    ],
  ],
]

test.each(CASES)('%s', (_, looks) => {
  const liveness = new Liveness()
  for (const [isHeard, state, lives] of looks) {
    if (isHeard) liveness.heard()
    expect(liveness.look(state)).toBe(lives)
  }
})
