import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { CallId } from '@duet/rules'
import { Scene, settle, type SceneDevice } from './scene.ts'

const USERS = [1, 2, 3]
const TIMEOUT_MS = 60_000
const RUNS = process.env['DUET_LONG'] === '1' ? 5_000 : 150

/** What may happen, to the device with that number among those who are there. */
type Action =
  | { type: 'attend'; user: number }
  | { type: 'leave'; device: number; isLost: boolean }
  | { type: 'place'; device: number; to: number }
  | {
      type: 'ringing' | 'accept' | 'decline' | 'end' | 'rejoin' | 'lost' | 'back' | 'send'
      device: number
    }
  | { type: 'advance'; ms: number }
  | { type: 'settle' }
  | { type: 'database'; isLost: boolean }

const device = fc.nat(5)
const user = fc.constantFrom(...USERS)
const actions = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('attend' as const), user }),
    fc.record({ type: fc.constant('leave' as const), device, isLost: fc.boolean() }),
    fc.record({ type: fc.constant('place' as const), device, to: user }),
    fc.record({
      type: fc.constantFrom(
        ...(['ringing', 'accept', 'decline', 'end', 'rejoin', 'lost', 'back', 'send'] as const),
      ),
      device,
    }),
    fc.record({ type: fc.constant('advance' as const), ms: fc.constantFrom(10, 1_500, 61_000) }),
    fc.constant({ type: 'settle' as const }),
    fc.record({ type: fc.constant('database' as const), isLost: fc.boolean() }),
  ),
  { minLength: 5, maxLength: 60 },
)

/** One history: everybody who attended, those who still do, and the calls that were heard of. */
class History {
  readonly scene = new Scene()
  readonly everybody: SceneDevice[] = []
  readonly there: SceneDevice[] = []
  readonly acknowledged = new Set<string>()
  #said = 0

  async play(action: Action): Promise<void> {
    switch (action.type) {
      case 'attend':
        return this.#attend(action.user)
      case 'advance':
        return this.scene.clock.advance(action.ms)
      case 'settle':
        return settle()
      case 'database':
        this.scene.stores.isLost = action.isLost
        return
    }
    const { there } = this
    const who = there[action.device % Math.max(1, there.length)]
    if (who) this.#act(who, action)
  }

  async #attend(id: number): Promise<void> {
    try {
      const arrived = await this.scene.attend(id)
      this.everybody.push(arrived)
      this.there.push(arrived)
    } catch {
      expect(this.scene.stores.isLost).toBe(true)
    }
  }

  #act(who: SceneDevice, action: Extract<Action, { device: number }>): void {
    const { stay } = who
    const call = latestCall(who)
    switch (action.type) {
      case 'leave':
        this.there.splice(this.there.indexOf(who), 1)
        return stay.leave(action.isLost)
      case 'place':
        return stay.place(action.to, 'audio', 1)
      case 'lost':
        return stay.connectionLost()
      case 'back':
        return stay.connectionBack()
      case 'send':
        return this.#send(who)
      case 'ringing':
        return stay.ringing(call)
      case 'accept':
        return stay.accept(call, 2)
      case 'decline':
        return stay.decline(call, 'no', 3)
      case 'end':
        return stay.end(call, 4)
      case 'rejoin':
        return stay.rejoin(call, 0, 5)
    }
  }

  #send({ stay, address }: SceneDevice): void {
    const clientId = `${address}/${++this.#said}`
    void stay.send({ to: (stay.user % 3) + 1, body: 'x', clientId }).then(
      (refusal) => refusal ?? this.acknowledged.add(clientId),
      () => undefined,
    )
  }

  /** The database is back, everybody goes, and everything that waits has its time. */
  async end(): Promise<void> {
    const { scene } = this
    scene.stores.isLost = false
    await settle()
    for (const { stay } of this.there.splice(0)) stay.leave(false)
    for (let time = 0; time < 4; time++) {
      await settle()
      scene.clock.advance(61_000)
    }
    await settle()
  }
}

/** The call that a device heard of last. */
function latestCall({ heard }: SceneDevice): CallId {
  const notice = heard.findLast(({ type }) => type === 'incoming-call' || type === 'call-placed')
  return notice && 'call' in notice && typeof notice.call === 'object' ? notice.call.id : 'none'
}

test(
  'K3 K6 M1 M2 whatever happens: every call ends once, one device at most accepts it, nothing stays',
  () =>
    fc.assert(
      fc.asyncProperty(actions, async (plan) => {
        const history = new History()
        const { scene } = history
        for (const action of plan) await history.play(action)
        // Whoever is still there is told how its calls end.
        const staying = new Set(history.there)
        scene.stores.isLost = false
        for (let time = 0; time < 3; time++) {
          await settle()
          scene.clock.advance(61_000)
        }
        await settle()
        for (const each of staying) {
          const rung = new Set(each.all('incoming-call').map(({ call }) => call.id))
          const accepted = new Set(each.all('call-accepted').map(({ call }) => call.id))
          const ended = each.all('call-ended').map(({ call }) => call)
          expect(new Set(ended).size).toBe(ended.length)
          // Nothing rings for ever.
          for (const call of rung) expect(ended.includes(call) || accepted.has(call)).toBe(true)
        }
        await history.end()

        const callees = new Map<CallId, Set<string>>()
        for (const { address, heard, stay } of history.everybody) {
          for (const notice of heard) {
            if (notice.type !== 'call-accepted' || notice.call.callee !== stay.user) continue
            const winners = callees.get(notice.call.id) ?? new Set()
            // K11: another session of the page may stand for the first.
            if (!plan.some(({ type }) => type === 'rejoin')) winners.add(address)
            callees.set(notice.call.id, winners)
          }
        }
        for (const winners of callees.values()) expect(winners.size).toBeLessThanOrEqual(1)

        for (const call of scene.stores.history.values()) expect(call.endedAt).not.toBeNull()
        const placed = history.everybody.flatMap((each) => each.all('call-placed'))
        for (const { call } of placed) expect(scene.stores.history.has(call.id)).toBe(true)

        const kept = scene.stores.kept.map(({ clientId }) => clientId)
        expect(new Set(kept).size).toBe(kept.length)
        for (const clientId of history.acknowledged) expect(kept).toContain(clientId)
        for (const each of history.everybody) {
          const ids = each.all('message').map(({ message }) => message.id)
          expect(new Set(ids).size).toBe(ids.length)
        }

        expect(scene.board.load).toEqual({ desks: 0, devices: 0, presences: 0, calls: 0 })
        expect(scene.people.size).toBe(0)
        await scene.board.close()
        expect(scene.clock.pending).toBe(0)
      }),
      { numRuns: RUNS },
    ),
  TIMEOUT_MS,
)
