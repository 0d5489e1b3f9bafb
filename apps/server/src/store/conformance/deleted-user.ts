import { describe, expect, test } from 'bun:test'
import { DAY_MS, refusalOf, type StoreStage } from './stage.ts'

/** What somebody leaves who goes. */
export function deletedUserConformance(stage: StoreStage): void {
  const { clock, newUser, newLogin, say, newCall } = stage

  describe('a deleted user', () => {
    test('leaves what others see, and nothing else', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      const { name } = (await stage.store.accounts.userById(ann))!
      const login = await newLogin(ann, 'of the deleted')
      await stage.store.push.subscribe({
        userId: ann,
        loginId: login.id,
        endpoint: 'https://push.example/ann',
        p256dh: '',
        auth: '',
        language: 'en',
      })
      await stage.store.people.askContact(ann, bob)
      await stage.store.people.block(bob, ann)
      const message = await say(ann, bob, 'remember me')
      const call = await newCall(ann, bob)
      await stage.store.calls.end(call.id, { endedAt: clock.now(), reason: 'no-answer' })
      await stage.store.calls.report(call.id, { userId: ann, at: 1, figures: '{}' })
      await stage.store.accounts.createLink({
        kind: 'reset',
        digest: 'of the deleted',
        userId: ann,
        uses: 1,
        expiresAt: clock.now() + DAY_MS,
      })

      await stage.store.accounts.deleteUser(ann)

      expect(await stage.store.accounts.userById(ann)).toBeUndefined()
      expect(await stage.store.accounts.userByName(name)).toBeUndefined()
      expect(await stage.store.accounts.passwordHashOf(ann)).toBeUndefined()
      expect(
        await stage.store.accounts.loginByDigest('of the deleted', clock.now()),
      ).toBeUndefined()
      expect(
        await stage.store.accounts.link('reset', 'of the deleted', clock.now()),
      ).toBeUndefined()
      expect(await stage.store.push.subscriptionsOf(ann)).toEqual([])
      expect(await stage.store.people.relationsOf(bob)).toEqual([])
      expect(await stage.store.messages.conversationsOf(bob)).toContainEqual({
        with: ann,
        last: message,
        unread: 1,
      })
      expect(await stage.store.messages.between(bob, ann, { limit: 9 })).toEqual([message])
      expect(await stage.store.calls.callOf(bob, call.id)).toMatchObject({ caller: ann })
      expect(await stage.store.calls.callOf(ann, call.id)).toBeUndefined()
      expect(await stage.store.calls.reportsOf(call.id)).toEqual([])
      const again = stage.store.accounts.deleteUser(ann)
      expect(await refusalOf(again)).toBe('not-found')

      // The name is free, the id is not.
      const user = { name, displayName: '', passwordHash: 'x', isAdministrator: false }
      expect((await stage.store.accounts.createUser(user)).id).toBeGreaterThan(bob)
      await stage.store.accounts.deleteUser(bob)
      expect(await stage.store.messages.between(bob, ann, { limit: 9 })).toEqual([])
    })
  })
}
