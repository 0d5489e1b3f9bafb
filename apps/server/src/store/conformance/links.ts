import { describe, expect, test } from 'bun:test'
import { DAY_MS, refusalOf, type StoreStage } from './stage.ts'

/** Links that work a number of times. */
export function linksConformance(stage: StoreStage): void {
  const { clock, newUser, newLogin } = stage

  describe('links', () => {
    test('a link works as often as it says, also for many at once', async () => {
      const link = { kind: 'invitation', digest: 'for two' } as const
      await stage.store.accounts.createLink({
        ...link,
        userId: null,
        uses: 2,
        expiresAt: clock.now() + 1,
      })
      expect(await stage.store.accounts.link('invitation', 'for two', clock.now())).toMatchObject({
        uses: 2,
      })
      expect(
        await stage.store.accounts.link('administrator', 'for two', clock.now()),
      ).toBeUndefined()
      expect(
        await stage.store.accounts.link('invitation', 'for two', clock.now() + 1),
      ).toBeUndefined()
      const before = (await stage.store.accounts.users()).length
      const tries = await Promise.allSettled(
        [1, 2, 3, 4, 5].map((each) =>
          stage.store.accounts.createUser(
            {
              name: `invited-${each}`,
              displayName: '',
              passwordHash: 'x',
              isAdministrator: false,
            },
            link,
          ),
        ),
      )
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
      for (const each of tries) {
        if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'used-up' })
      }
      expect(await stage.store.accounts.users()).toHaveLength(before + 2)
    })

    test('a name that is taken does not use the link up', async () => {
      const link = { kind: 'administrator', digest: 'first' } as const
      await stage.store.accounts.createLink({
        ...link,
        userId: null,
        uses: 1,
        expiresAt: clock.now() + 1,
      })
      const user = { displayName: '', passwordHash: 'x', isAdministrator: true }
      const attempt = stage.store.accounts.createUser({ name: 'one-of-a-kind', ...user }, link)
      expect(await refusalOf(attempt)).toBe('name-taken')
      await stage.store.accounts.createUser({ name: 'administrator', ...user }, link)
      expect(await stage.store.accounts.link(link.kind, link.digest, clock.now())).toBeUndefined()
    })

    test('a reset works once, for its user, and ends all logins', async () => {
      const id = await newUser()
      const login = await newLogin(id)
      const expiresAt = clock.now() + DAY_MS
      await stage.store.accounts.createLink({
        kind: 'reset',
        digest: 'r1',
        userId: id,
        uses: 1,
        expiresAt,
      })
      const used = await stage.store.accounts.useReset('r1', 'fresh', clock.now())
      expect(used).toMatchObject({ user: { id }, ended: [login.id] })
      expect(await stage.store.accounts.passwordHashOf(id)).toBe('fresh')
      const again = stage.store.accounts.useReset('r1', 'stolen', clock.now())
      expect(await refusalOf(again)).toBe('used-up')
      expect(await stage.store.accounts.passwordHashOf(id)).toBe('fresh')
      await stage.store.accounts.createLink({
        kind: 'reset',
        digest: 'r2',
        userId: id,
        uses: 1,
        expiresAt,
      })
      await stage.store.accounts.deleteLinks('reset', id)
      expect(await stage.store.accounts.link('reset', 'r2', clock.now())).toBeUndefined()
    })
  })
}
