import { describe, expect, test } from 'bun:test'
import { refusalOf, type StoreStage } from './stage.ts'

/** The history of calls. */
export function callsConformance(stage: StoreStage): void {
  const { clock, newUser, newCall } = stage

  describe('calls', () => {
    test('go from begin to end, and end once', async () => {
      const [ann, bob, eve] = [await newUser(), await newUser(), await newUser()]
      const call = await newCall(ann, bob)
      await stage.store.calls.begin({ ...call, media: 'audio' })
      expect((await stage.store.calls.unended()).map(({ id }) => id)).toContain(call.id)
      await stage.store.calls.answer(call.id, clock.now() + 1)
      await stage.store.calls.answer(call.id, clock.now() + 2)
      const endedAt = clock.now() + 5
      await stage.store.calls.end(call.id, { endedAt, reason: 'hung-up', endedBy: bob })
      await stage.store.calls.end(call.id, { endedAt: endedAt + 1, reason: 'lost', text: 'no' })
      const ended = { ...call, answeredAt: clock.now() + 1, endedAt, reason: 'hung-up' as const }
      expect(await stage.store.calls.callOf(ann, call.id)).toEqual({ ...ended, endedBy: bob })
      expect(await stage.store.calls.callOf(eve, call.id)).toBeUndefined()
      expect((await stage.store.calls.unended()).map(({ id }) => id)).not.toContain(call.id)
    })

    test('are listed latest first, page by page', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      const ids: string[] = []
      for (let i = 0; i < 3; i++) {
        clock.advance(10)
        ids.unshift((await newCall(i === 1 ? bob : ann, i === 1 ? ann : bob)).id)
      }
      const listed = await stage.store.calls.callsOf(ann, { limit: 2 })
      expect(listed.map(({ id }) => id)).toEqual(ids.slice(0, 2))
      const before = listed.at(-1)!.startedAt
      const rest = await stage.store.calls.callsOf(ann, { before, limit: 10 })
      expect(rest.map(({ id }) => id)).toEqual(ids.slice(2))
    })

    test('are missed until somebody looks', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      const end = async (reason: 'no-answer' | 'declined' | 'offline' | 'hung-up') => {
        clock.advance(10)
        const { id } = await newCall(ann, bob)
        if (reason === 'hung-up') await stage.store.calls.answer(id, clock.now())
        await stage.store.calls.end(id, { endedAt: clock.now() + 1, reason })
      }
      await end('no-answer')
      await end('declined')
      await end('hung-up')
      await end('offline')
      expect(await stage.store.calls.missedCount(bob)).toBe(2)
      expect(await stage.store.calls.missedCount(ann)).toBe(0)
      await stage.store.calls.markSeen(bob, clock.now() + 1)
      await stage.store.calls.markSeen(bob, 1)
      expect(await stage.store.calls.missedCount(bob)).toBe(0)
      await end('no-answer')
      expect(await stage.store.calls.missedCount(bob)).toBe(1)
      await stage.store.calls.forget(bob)
      expect(await stage.store.calls.missedCount(bob)).toBe(0)
    })

    test('are forgotten by one side, and gone with the other', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      const [first, second, running] = [
        await newCall(ann, bob),
        await newCall(bob, ann),
        await newCall(ann, bob),
      ]
      for (const { id } of [first, second]) {
        await stage.store.calls.end(id, { endedAt: clock.now(), reason: 'cancelled' })
      }
      await stage.store.calls.report(first.id, { userId: bob, at: 1, figures: '{}' })
      await stage.store.calls.forget(ann, first.id)
      expect(await stage.store.calls.callOf(ann, first.id)).toBeUndefined()
      expect(await stage.store.calls.callOf(bob, first.id)).toBeDefined()
      await stage.store.calls.forget(ann)
      expect((await stage.store.calls.callsOf(ann, { limit: 9 })).map(({ id }) => id)).toEqual([
        running.id,
      ])
      expect(await stage.store.calls.callsOf(bob, { limit: 9 })).toHaveLength(3)
      await stage.store.calls.forget(bob)
      expect(await stage.store.calls.reportsOf(first.id)).toEqual([])
    })

    test('have one report of each side', async () => {
      const [ann, bob, eve] = [await newUser(), await newUser(), await newUser()]
      const { id } = await newCall(ann, bob)
      const figures = JSON.stringify({ loss: '🎚'.repeat(15_000) })
      await stage.store.calls.report(id, { userId: bob, at: 1, figures: '{}' })
      await stage.store.calls.report(id, { userId: ann, at: 2, figures: '{"a":1}' })
      await stage.store.calls.report(id, { userId: bob, at: 3, figures })
      expect(await stage.store.calls.reportsOf(id)).toEqual([
        { userId: ann, at: 2, figures: '{"a":1}' },
        { userId: bob, at: 3, figures },
      ])
      const foreign = stage.store.calls.report(id, { userId: eve, at: 4, figures: '{}' })
      expect(await refusalOf(foreign)).toBe('not-found')
    })
  })
}
