import { describe, expect, test } from 'bun:test'
import { DAY_MS, refusalOf, type StoreStage } from './stage.ts'

/** Push subscriptions, rooms and settings. */
export function pushRoomsSettingsConformance(stage: StoreStage): void {
  const { clock, newUser, newLogin } = stage

  describe('push, rooms and settings', () => {
    const keys = { p256dh: 'key', auth: 'secret', language: 'en' }

    test('a subscription belongs to one login, and ends with it', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      const [atAnn, atBob] = [await newLogin(ann), await newLogin(bob)]
      const endpoint = `https://push.example/${'x'.repeat(1500)}`
      const ofAnn = { userId: ann, loginId: atAnn.id, endpoint, ...keys }
      const ofBob = { userId: bob, loginId: atBob.id, endpoint, ...keys, language: 'zh' }
      await stage.store.push.subscribe(ofAnn)
      expect(await stage.store.push.subscriptionsOf(ann)).toEqual([ofAnn])
      await stage.store.push.subscribe(ofBob)
      expect(await stage.store.push.subscriptionsOf(ann)).toEqual([])
      await stage.store.push.unsubscribe(ann, endpoint)
      expect(await stage.store.push.subscriptionsOf(bob)).toEqual([ofBob])
      await stage.store.accounts.deleteLogin(bob, atBob.id)
      expect(await stage.store.push.subscriptionsOf(bob)).toEqual([])
      await stage.store.push.subscribe(ofAnn)
      await stage.store.push.drop(endpoint)
      expect(await stage.store.push.subscriptionsOf(ann)).toEqual([])
      const foreign = stage.store.push.subscribe({ ...ofAnn, userId: bob })
      expect(await refusalOf(foreign)).toBe('not-found')
    })

    test('a room has one owner', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      const room = {
        name: 'lake',
        owner: ann,
        hasWaitingRoom: true,
        validFrom: null,
        validUntil: clock.now() + DAY_MS,
        createdAt: clock.now(),
      }
      await stage.store.rooms.open(room)
      const second = stage.store.rooms.open({ ...room, owner: bob })
      expect(await refusalOf(second)).toBe('name-taken')
      expect(await stage.store.rooms.byName('lake')).toEqual(room)
      expect(await stage.store.rooms.roomsOf(ann)).toEqual([room])
      expect(await stage.store.rooms.close(bob, 'lake')).toBe(false)
      expect(await stage.store.rooms.close(ann, 'lake')).toBe(true)
      expect(await stage.store.rooms.byName('lake')).toBeUndefined()
    })

    test('a setting is what it was last set to', async () => {
      expect(await stage.store.settings.get('registration')).toBeUndefined()
      await Promise.all(['a', 'b'].map((value) => stage.store.settings.set('registration', value)))
      await stage.store.settings.set('registration', 'closed')
      expect(await stage.store.settings.get('registration')).toBe('closed')
    })
  })
}
