import { describe, expect, test } from 'bun:test'
import { refusalOf, type StoreStage } from './stage.ts'

/** Contacts and blocks. */
export function peopleConformance(stage: StoreStage): void {
  const { newUser } = stage

  describe('people', () => {
    test('one asks, the other one accepts', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      const relation = { blocks: false, isBlocked: false }
      expect(await stage.store.people.askContact(ann, bob)).toBe('asked')
      expect(await stage.store.people.askContact(ann, bob)).toBe('asked')
      expect(await stage.store.people.relationsOf(bob)).toEqual([
        { userId: ann, contact: 'asking', ...relation },
      ])
      expect(await stage.store.people.askContact(bob, ann)).toBe('accepted')
      expect(await stage.store.people.relationsOf(ann)).toEqual([
        { userId: bob, contact: 'accepted', ...relation },
      ])
      await stage.store.people.removeContact(ann, bob)
      expect(await stage.store.people.relationsOf(bob)).toEqual([])
    })

    test('both ask at once and are contacts', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      const states = await Promise.all([
        stage.store.people.askContact(ann, bob),
        stage.store.people.askContact(bob, ann),
      ])
      expect(states.toSorted()).toEqual(['accepted', 'asked'])
      expect(await stage.store.people.relationsOf(ann)).toMatchObject([{ contact: 'accepted' }])
    })

    test('a block has a side', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      await stage.store.people.block(ann, bob)
      await stage.store.people.block(ann, bob)
      expect(await stage.store.people.relationsOf(ann)).toEqual([
        { userId: bob, contact: null, blocks: true, isBlocked: false },
      ])
      expect(await stage.store.people.relationsOf(bob)).toEqual([
        { userId: ann, contact: null, blocks: false, isBlocked: true },
      ])
      await stage.store.people.unblock(bob, ann)
      expect(await stage.store.people.relationsOf(ann)).toHaveLength(1)
      await stage.store.people.unblock(ann, bob)
      expect(await stage.store.people.relationsOf(ann)).toEqual([])
    })

    test('nobody asks or blocks itself, or somebody who is not there', async () => {
      const ann = await newUser()
      for (const other of [ann, 2 ** 31 - 1]) {
        const asked = stage.store.people.askContact(ann, other)
        expect(await refusalOf(asked)).toBe('not-found')
        expect(await refusalOf(stage.store.people.block(ann, other))).toBe('not-found')
      }
    })
  })
}
