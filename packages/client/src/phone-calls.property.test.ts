import { expect, test } from 'bun:test'
import type { CallEndReason, ServerEvent } from '@duet/protocol'
import { FakeClock, InvalidStateError, silentLogger } from '@duet/base'
import * as fc from 'fast-check'
import type { Call } from './call.ts'
import { PhoneCalls } from './phone-calls.ts'
import { ANN, BOB, callOf, CID } from './phone-stage.ts'
import type { UserCall, UserCallEvent } from './user-call.ts'

const RUNS = process.env['DUET_LONG'] === '1' ? 50_000 : 1_000

/** A leg that does nothing but say whether it is closed. */
class FakeLeg {
  static open = 0
  readonly phrase = null
  readonly state = { name: 'connected' }
  #isClosed = false
  constructor() {
    FakeLeg.open++
  }
  on() {
    return () => {}
  }
  join() {}
  goDirect() {}
  setMuted() {}
  setTrack() {
    return Promise.resolve()
  }
  close() {
    if (!this.#isClosed) FakeLeg.open--
    this.#isClosed = true
  }
}

/** Few, so that they meet. */
const id = fc.constantFrom('0'.repeat(32), '1'.repeat(32), '2'.repeat(32))
const leg = fc.option(fc.nat(4), { nil: undefined })
const info = fc
  .tuple(id, fc.constantFrom(BOB, CID), fc.boolean())
  .map(([call, other, isOut]) => (isOut ? callOf(ANN, other, call) : callOf(other, ANN, call)))
const replyTo = fc.option(fc.nat(30), { nil: undefined })
const reason = fc.constantFrom<CallEndReason>('hung-up', 'busy', 'answered-elsewhere', 'lost')

/** Anything that a server could say of calls, in any order. */
const said = fc.oneof(
  fc.record({ type: fc.constant('call-placed'), call: info, replyTo: fc.nat(30) }),
  fc.record({ type: fc.constant('incoming-call'), call: info, leg }),
  fc.record({ type: fc.constant('call-ringing'), call: id, isRinging: fc.boolean(), leg }),
  fc.record({ type: fc.constant('call-accepted'), call: info, leg: fc.nat(4), replyTo }),
  fc.record({ type: fc.constant('call-ended'), call: id, reason }),
) as fc.Arbitrary<ServerEvent>

const step = fc.oneof(
  { weight: 3, arbitrary: said.map((event) => ({ do: 'say' as const, event })) },
  fc.record({ do: fc.constant('place' as const), to: fc.constantFrom(BOB, CID) }),
  fc.record({ do: fc.constantFrom('accept', 'decline', 'end', 'ring') }),
  fc.record({ do: fc.constantFrom('lose', 'attend', 'refuse') }),
)

test('whatever is said and done: one call at a time, and every one ends', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      FakeLeg.open = 0
      const clock = new FakeClock()
      const shown: (UserCall | null)[] = []
      const seen = new Set<UserCall>()
      let seq = 0
      let isKnown = true
      const asked: number[] = []
      const calls = new PhoneCalls({
        clock,
        logger: silentLogger,
        createLeg: () => new FakeLeg() as unknown as Call,
        ask: ({ type }) => {
          seq++
          if (type === 'place-call') asked.push(seq)
          return seq
        },
        isKnown: () => isKnown,
        isReachable: () => isKnown,
        onCall: (call) => {
          shown.push(call)
          if (call) seen.add(call)
        },
      })
      for (const action of steps) {
        const current = calls.current
        if (action.do === 'say' && 'event' in action) calls.handle(action.event as UserCallEvent)
        else if (action.do === 'place' && 'to' in action) {
          try {
            seen.add(calls.place(action.to, 'audio'))
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidStateError)
          }
        } else if (action.do === 'accept') current?.accept()
        else if (action.do === 'decline') current?.decline()
        else if (action.do === 'end') current?.end()
        else if (action.do === 'ring') current?.tellRinging()
        else if (action.do === 'lose') {
          isKnown = false
          calls.handleLost([])
        } else if (action.do === 'attend') {
          isKnown = true
          calls.handleAttending()
        } else if (asked.length > 0) {
          calls.handleRefused('in-call', { type: 'place-call', to: BOB, media: 'audio' })
        }
        const going = [...seen].filter(({ isOver }) => !isOver)
        expect(going).toEqual(calls.current ? [calls.current] : [])
        expect(shown.at(-1) ?? null).toBe(calls.current)
        if (calls.current?.state.name === 'talking') expect(FakeLeg.open).toBe(1)
        else expect(FakeLeg.open).toBeLessThanOrEqual(3)
      }
      calls.close()
      expect(calls.current).toBeNull()
      expect(FakeLeg.open).toBe(0)
      expect(clock.pending).toBe(0)
    }),
    { numRuns: RUNS },
  )
})
