import { describe, expect, test } from 'bun:test'
import type { UserId } from '@duet/rules'
import { refusalOf, type StoreStage } from './stage.ts'

/** Messages, and what of them is unread. */
export function messagesConformance(stage: StoreStage): void {
  const { clock, open, newUser, say } = stage

  describe('messages', () => {
    test('are kept once, though two connections add them at once', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      const other = await open(clock)
      const message = { from: ann, to: bob, body: 'hi', sentAt: clock.now(), clientId: 'once' }
      const added = await Promise.all(
        [stage.store, other, stage.store, other].map((each) => each.messages.add(message)),
      )
      await other.close()
      expect(added.filter(({ isNew }) => isNew)).toHaveLength(1)
      expect(new Set(added.map((each) => each.message.id)).size).toBe(1)
      expect(await stage.store.messages.between(bob, ann, { limit: 10 })).toEqual([
        added[0]!.message,
      ])
      const changed = await stage.store.messages.add({ ...message, body: 'other words', to: null })
      expect(changed).toEqual({ message: added[0]!.message, isNew: false })
      // Client ids differ by every character, and by user.
      for (const clientId of ['once ', 'Once', 'oncé']) {
        expect(await stage.store.messages.add({ ...message, clientId })).toMatchObject({
          isNew: true,
        })
      }
      const fromBob = await stage.store.messages.add({ ...message, from: bob, to: ann })
      expect(fromBob.isNew).toBe(true)
    })

    test('many at once appear in the order of their ids', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      let lastSeen = 0
      const seen: number[] = []
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          await say(index % 2 === 0 ? ann : bob, index % 2 === 0 ? bob : ann, `${index}`)
          const all = await stage.store.messages.between(ann, bob, { limit: 100 })
          const fresh = all.map(({ id }) => id).filter((id) => !seen.includes(id))
          for (const id of fresh) {
            expect(id).toBeGreaterThan(lastSeen)
            lastSeen = id
          }
          seen.push(...fresh)
        }),
      )
      expect(seen).toHaveLength(20)
    })

    test('are read page by page', async () => {
      const [ann, bob, eve] = [await newUser(), await newUser(), await newUser()]
      for (const body of ['1', '2', '3', '4', '5']) await say(ann, bob, body)
      await say(ann, eve, 'not for bob')
      const bodies = async (page: { before?: number; limit: number }) =>
        (await stage.store.messages.between(bob, ann, page)).map(({ body }) => body)
      expect(await bodies({ limit: 2 })).toEqual(['4', '5'])
      const [oldest] = await stage.store.messages.between(bob, ann, { limit: 2 })
      expect(await bodies({ before: oldest!.id, limit: 10 })).toEqual(['1', '2', '3'])
      expect(await bodies({ before: 1, limit: 10 })).toEqual([])
    })

    test('are unread until they are read, and never again', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      const first = await say(ann, bob, 'one')
      const second = await say(ann, bob, 'two')
      const own = await say(bob, ann, 'three')
      expect(await stage.store.messages.conversationsOf(bob)).toEqual([
        { with: ann, last: own, unread: 2 },
      ])
      expect(await stage.store.messages.conversationsOf(ann)).toEqual([
        { with: bob, last: own, unread: 1 },
      ])
      expect(await stage.store.messages.markRead(bob, ann, first.id)).toBe(1)
      expect(await stage.store.messages.markRead(bob, ann, second.id)).toBe(0)
      expect(await stage.store.messages.markRead(bob, ann, first.id)).toBe(0)
      // Nobody reads what comes later.
      expect(await stage.store.messages.markRead(bob, ann, Number.MAX_SAFE_INTEGER)).toBe(0)
      await say(ann, bob, 'four')
      expect(await stage.store.messages.conversationsOf(bob)).toMatchObject([{ unread: 1 }])
    })

    test('to everyone, from one whom the reader blocked or who blocked it, are not there', async () => {
      const [ann, bob, cid] = [await newUser(), await newUser(), await newUser()]
      await say(bob, null, 'from bob')
      await say(cid, null, 'from cid')
      const seenBy = async (id: UserId) => {
        const shown = await stage.store.messages.between(id, null, { limit: 2 })
        const conversations = await stage.store.messages.conversationsOf(id)
        const all = conversations.find((each) => each.with === null)
        return [...shown.map(({ body }) => body), all?.last.body, all?.unread]
      }
      expect(await seenBy(ann)).toEqual(['from bob', 'from cid', 'from cid', 2])
      await stage.store.people.block(ann, cid)
      expect((await seenBy(ann)).slice(-3)).toEqual(['from bob', 'from bob', 1])
      expect(await stage.store.messages.markRead(ann, null, 0)).toBe(1)
      expect((await seenBy(cid)).slice(-3)).toEqual(['from cid', 'from cid', 1])
      await stage.store.people.unblock(ann, cid)
      expect(await seenBy(ann)).toEqual(['from bob', 'from cid', 'from cid', 2])
    })

    test('to everyone are for contacts only, where those alone see each other', async () => {
      const [ann, bob, cid] = [await newUser(), await newUser(), await newUser()]
      const contacts = await open(clock, 'contacts')
      await stage.store.people.askContact(ann, bob)
      await stage.store.people.askContact(cid, ann)
      const last = await say(bob, null, 'from bob')
      await say(cid, null, 'from cid')
      expect(await contacts.messages.between(ann, null, { limit: 9 })).toEqual([])
      expect(await contacts.messages.conversationsOf(ann)).toEqual([])
      expect(await contacts.messages.markRead(ann, null, 0)).toBe(0)
      await stage.store.people.askContact(bob, ann)
      expect(await contacts.messages.between(ann, null, { limit: 9 })).toEqual([last])
      expect(await contacts.messages.conversationsOf(ann)).toEqual([
        { with: null, last, unread: 1 },
      ])
      const own = await contacts.messages.between(cid, null, { limit: 9 })
      expect(own.map(({ body }) => body)).toEqual(['from cid'])
      await contacts.close()
    })

    test('to everyone count for those who were there', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      await say(ann, null, 'before')
      const late = await newUser()
      const last = await say(ann, null, 'after')
      const unread = async (id: UserId) =>
        (await stage.store.messages.conversationsOf(id)).find((each) => each.with === null)?.unread
      expect(await unread(late)).toBe(1)
      expect(await unread(bob)).toBe(2)
      expect(await unread(ann)).toBe(0)
      expect(await stage.store.messages.markRead(late, null, last.id)).toBe(0)
      expect(await unread(bob)).toBe(2)
      const shown = await stage.store.messages.between(bob, null, { limit: 2 })
      expect(shown.map(({ body }) => body)).toEqual(['before', 'after'])
      expect(shown[1]).toEqual(last)
    })

    test('reach only people who are there', async () => {
      const ann = await newUser()
      const gone = { from: ann, to: 2 ** 31 - 1, body: '', sentAt: 0, clientId: 'gone' }
      expect(await refusalOf(stage.store.messages.add(gone))).toBe('not-found')
    })
  })
}
