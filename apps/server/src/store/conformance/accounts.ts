import { describe, expect, test } from 'bun:test'
import { refusalOf, type StoreStage } from './stage.ts'

/** Users and their logins. */
export function accountsConformance(stage: StoreStage): void {
  const { clock, newUser, newLogin } = stage

  describe('accounts', () => {
    test('an administrator is one once it is made', async () => {
      expect(await stage.store.accounts.hasAdministrator()).toBe(false)
      const id = await newUser(true)
      expect(await stage.store.accounts.hasAdministrator()).toBe(true)
      await stage.store.accounts.updateUser(id, { isAdministrator: false })
      expect(await stage.store.accounts.hasAdministrator()).toBe(false)
    })

    test('a user is found by name and id, and ids grow', async () => {
      const [first, second] = [await newUser(), await newUser()]
      expect(second).toBeGreaterThan(first)
      const user = await stage.store.accounts.userById(first)
      expect(user).toEqual({
        id: first,
        name: expect.any(String),
        displayName: expect.any(String),
        isAdministrator: false,
        doNotDisturb: false,
        createdAt: clock.now(),
        lastSeenAt: null,
      })
      expect(await stage.store.accounts.userByName(user?.name ?? '')).toEqual(user)
      expect(await stage.store.accounts.userByName('nobody')).toBeUndefined()
      expect(await stage.store.accounts.userById(2 ** 31 - 1)).toBeUndefined()
      expect(await stage.store.accounts.passwordHashOf(first)).toStartWith('hash ')
      expect(await stage.store.accounts.passwordHashOf(2 ** 31 - 1)).toBeUndefined()
    })

    test('a name is taken once, by whichever of two at once', async () => {
      const user = { displayName: '', passwordHash: 'x', isAdministrator: false }
      const tries = await Promise.allSettled(
        [1, 2, 3, 4].map(() => stage.store.accounts.createUser({ name: 'one-of-a-kind', ...user })),
      )
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const refused = tries.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
      for (const error of refused) expect(error).toMatchObject({ code: 'name-taken' })
    })

    test('names differ by every character', async () => {
      const user = { displayName: '', passwordHash: 'x', isAdministrator: false }
      for (const name of ['ärger', 'arger', 'ARGER', 'ａrger', 'straße', 'strasse']) {
        await stage.store.accounts.createUser({ name, ...user })
      }
      expect((await stage.store.accounts.userByName('arger'))?.name).toBe('arger')
    })

    test('users come by name, in the order of code points', async () => {
      const names = (await stage.store.accounts.users()).map((user) => user.name)
      expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)))
    })

    test('what is changed stays, and the rest is as before', async () => {
      const id = await newUser()
      const before = await stage.store.accounts.userById(id)
      const changed = await stage.store.accounts.updateUser(id, {
        doNotDisturb: true,
        lastSeenAt: 5,
      })
      expect(changed).toEqual({ ...before!, doNotDisturb: true, lastSeenAt: 5 })
      expect(await stage.store.accounts.updateUser(id, {})).toEqual(changed)
      expect(await stage.store.accounts.userById(id)).toEqual(changed)
      expect(await refusalOf(stage.store.accounts.updateUser(2 ** 31 - 1, {}))).toBe('not-found')
    })

    test('a login is found by its digest until it is too old', async () => {
      const id = await newUser()
      const login = await newLogin(id, 'the digest')
      const found = await stage.store.accounts.loginByDigest('the digest', clock.now())
      expect(found).toEqual({ login, user: (await stage.store.accounts.userById(id))! })
      expect(await stage.store.accounts.loginByDigest('THE DIGEST', clock.now())).toBeUndefined()
      expect(
        await stage.store.accounts.loginByDigest('the digest', login.expiresAt),
      ).toBeUndefined()
      await stage.store.accounts.touchLogin(login.id, clock.now() + 1, login.expiresAt + 1)
      expect(await stage.store.accounts.loginByDigest('the digest', login.expiresAt)).toBeDefined()
      await stage.store.accounts.deleteExpired(login.expiresAt + 1)
      expect(await stage.store.accounts.loginsOf(id)).toEqual([])
    })

    test('logins are ended by their own user only', async () => {
      const [ann, bob] = [await newUser(), await newUser()]
      const login = await newLogin(ann)
      expect(await stage.store.accounts.deleteLogin(bob, login.id)).toBe(false)
      expect(await stage.store.accounts.deleteLogin(ann, login.id)).toBe(true)
      expect(await stage.store.accounts.deleteLogin(ann, login.id)).toBe(false)
    })

    test('a new password ends the other logins', async () => {
      const id = await newUser()
      const [one, two, kept] = [await newLogin(id), await newLogin(id), await newLogin(id)]
      expect(await stage.store.accounts.setPassword(id, 'new', kept.id)).toEqual([one.id, two.id])
      expect(await stage.store.accounts.passwordHashOf(id)).toBe('new')
      expect((await stage.store.accounts.loginsOf(id)).map((login) => login.id)).toEqual([kept.id])
    })

    test('a login that is over sets no password', async () => {
      const id = await newUser()
      const login = await newLogin(id)
      await stage.store.accounts.setPassword(id, 'new')
      const late = stage.store.accounts.setPassword(id, 'newer', login.id)
      expect(await refusalOf(late)).toBe('not-found')
      expect(await stage.store.accounts.passwordHashOf(id)).toBe('new')
    })
  })
}
