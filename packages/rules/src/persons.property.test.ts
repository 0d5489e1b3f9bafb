import { test } from 'bun:test'
import * as fc from 'fast-check'
import { OFTEN, PersonsWorld, SELDOM } from './persons-world.ts'

const isLong = process.env['DUET_LONG'] === '1'
const historyCount = isLong ? 100_000 : 2000

const anyAction = fc.record({
  type: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...OFTEN) },
    { weight: 2, arbitrary: fc.constantFrom(...SELDOM) },
  ),
  page: fc.nat({ max: 6 }),
  choice: fc.nat({ max: 23 }),
})

test(
  'U2-K12 whatever two users with three devices each and a third one do, the rules hold',
  () => {
    fc.assert(
      fc.property(
        fc.array(anyAction, { minLength: 10, maxLength: 80, size: 'max' }),
        fc.boolean(),
        fc.boolean(),
        (actions, timesOut, seatsFirst) => {
          const world = new PersonsWorld()
          for (const action of actions) world.act(action)
          if (timesOut) world.timeOut()
          world.goAway(seatsFirst)
        },
      ),
      { numRuns: historyCount, includeErrorInReport: true },
    )
  },
  isLong ? 20 * 60_000 : 30_000,
)
