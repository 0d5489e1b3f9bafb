import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { FakeClock, type Clock } from '@duet/base'
import type { UserId } from '@duet/rules'
import type { CallRecord } from './call-store.ts'
import type { Store } from './store.ts'

/** Who sees whom. */
type PeopleMode = 'everyone' | 'contacts'

/** The start of every text that a person may write. */
const WRITTEN = [
  `'); DROP TABLE users; --`,
  '<script>alert(1)</script> "quoted" \\ back % _ ? $1',
  'שלום ‮ مرحبا \u202edesrever',
  '👩‍👩‍👧‍👦 🇮🇱 𝄞 é é',
  ' spaces, \t tabs and \r\n lines ',
  '',
]

const DAY_MS = 86_400_000

/** The code with which it was refused. */
async function refusalOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => 'not refused',
    (error: { code?: unknown }) => error.code,
  )
}

/** What every kind of database must do. `open` opens the same one again and again. */
export function storeConformance(
  engine: string,
  open: (clock: Clock, people?: PeopleMode) => Promise<Store>,
): void {
  describe(`the store on ${engine}`, () => {
    const clock = new FakeClock()
    let store: Store
    let made = 0

    const newUser = async (isAdministrator = false): Promise<UserId> => {
      const user = await store.accounts.createUser({
        name: `user-${++made}`,
        displayName: `User ${made}`,
        passwordHash: `hash ${made}`,
        isAdministrator,
      })
      return user.id
    }
    const newLogin = async (userId: UserId, digest = `digest-${++made}`) =>
      store.accounts.createLogin({
        userId,
        digest,
        label: 'Firefox on Linux',
        address: '192.0.2.1',
        expiresAt: clock.now() + DAY_MS,
      })
    const say = async (from: UserId, to: UserId | null, body: string, clientId = `c${++made}`) => {
      const { message } = await store.messages.add({
        from,
        to,
        body,
        clientId,
        sentAt: clock.now(),
      })
      return message
    }
    const newCall = async (caller: UserId, callee: UserId): Promise<CallRecord> => {
      const call: CallRecord = {
        id: (++made).toString(16).padStart(32, '0'),
        caller,
        callee,
        media: 'video',
        startedAt: clock.now(),
        answeredAt: null,
        endedAt: null,
        reason: null,
        text: null,
        endedBy: null,
      }
      await store.calls.begin(call)
      return call
    }

    beforeAll(async () => {
      store = await open(clock)
    })
    afterAll(() => store.close())

    describe('accounts', () => {
      test('an administrator is one once it is made', async () => {
        expect(await store.accounts.hasAdministrator()).toBe(false)
        const id = await newUser(true)
        expect(await store.accounts.hasAdministrator()).toBe(true)
        await store.accounts.updateUser(id, { isAdministrator: false })
        expect(await store.accounts.hasAdministrator()).toBe(false)
      })

      test('a user is found by name and id, and ids grow', async () => {
        const [first, second] = [await newUser(), await newUser()]
        expect(second).toBeGreaterThan(first)
        const user = await store.accounts.userById(first)
        expect(user).toEqual({
          id: first,
          name: expect.any(String),
          displayName: expect.any(String),
          isAdministrator: false,
          doNotDisturb: false,
          createdAt: clock.now(),
          lastSeenAt: null,
        })
        expect(await store.accounts.userByName(user?.name ?? '')).toEqual(user)
        expect(await store.accounts.userByName('nobody')).toBeUndefined()
        expect(await store.accounts.userById(2 ** 31 - 1)).toBeUndefined()
        expect(await store.accounts.passwordHashOf(first)).toStartWith('hash ')
        expect(await store.accounts.passwordHashOf(2 ** 31 - 1)).toBeUndefined()
      })

      test('a name is taken once, by whichever of two at once', async () => {
        const user = { displayName: '', passwordHash: 'x', isAdministrator: false }
        const tries = await Promise.allSettled(
          [1, 2, 3, 4].map(() => store.accounts.createUser({ name: 'one-of-a-kind', ...user })),
        )
        expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        const refused = tries.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
        for (const error of refused) expect(error).toMatchObject({ code: 'name-taken' })
      })

      test('names differ by every character', async () => {
        const user = { displayName: '', passwordHash: 'x', isAdministrator: false }
        for (const name of ['ärger', 'arger', 'ARGER', 'ａrger', 'straße', 'strasse']) {
          await store.accounts.createUser({ name, ...user })
        }
        expect((await store.accounts.userByName('arger'))?.name).toBe('arger')
      })

      test('users come by name, in the order of code points', async () => {
        const names = (await store.accounts.users()).map((user) => user.name)
        expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)))
      })

      test('what is changed stays, and the rest is as before', async () => {
        const id = await newUser()
        const before = await store.accounts.userById(id)
        const changed = await store.accounts.updateUser(id, { doNotDisturb: true, lastSeenAt: 5 })
        expect(changed).toEqual({ ...before!, doNotDisturb: true, lastSeenAt: 5 })
        expect(await store.accounts.updateUser(id, {})).toEqual(changed)
        expect(await store.accounts.userById(id)).toEqual(changed)
        expect(await refusalOf(store.accounts.updateUser(2 ** 31 - 1, {}))).toBe('not-found')
      })

      test('a login is found by its digest until it is too old', async () => {
        const id = await newUser()
        const login = await newLogin(id, 'the digest')
        const found = await store.accounts.loginByDigest('the digest', clock.now())
        expect(found).toEqual({ login, user: (await store.accounts.userById(id))! })
        expect(await store.accounts.loginByDigest('THE DIGEST', clock.now())).toBeUndefined()
        expect(await store.accounts.loginByDigest('the digest', login.expiresAt)).toBeUndefined()
        await store.accounts.touchLogin(login.id, clock.now() + 1, login.expiresAt + 1)
        expect(await store.accounts.loginByDigest('the digest', login.expiresAt)).toBeDefined()
        await store.accounts.deleteExpired(login.expiresAt + 1)
        expect(await store.accounts.loginsOf(id)).toEqual([])
      })

      test('logins are ended by their own user only', async () => {
        const [ann, bob] = [await newUser(), await newUser()]
        const login = await newLogin(ann)
        expect(await store.accounts.deleteLogin(bob, login.id)).toBe(false)
        expect(await store.accounts.deleteLogin(ann, login.id)).toBe(true)
        expect(await store.accounts.deleteLogin(ann, login.id)).toBe(false)
      })

      test('a new password ends the other logins', async () => {
        const id = await newUser()
        const [one, two, kept] = [await newLogin(id), await newLogin(id), await newLogin(id)]
        expect(await store.accounts.setPassword(id, 'new', kept.id)).toEqual([one.id, two.id])
        expect(await store.accounts.passwordHashOf(id)).toBe('new')
        expect((await store.accounts.loginsOf(id)).map((login) => login.id)).toEqual([kept.id])
      })

      test('a login that is over sets no password', async () => {
        const id = await newUser()
        const login = await newLogin(id)
        await store.accounts.setPassword(id, 'new')
        const late = store.accounts.setPassword(id, 'newer', login.id)
        expect(await refusalOf(late)).toBe('not-found')
        expect(await store.accounts.passwordHashOf(id)).toBe('new')
      })

      test('a link works as often as it says, also for many at once', async () => {
        const link = { kind: 'invitation', digest: 'for two' } as const
        await store.accounts.createLink({
          ...link,
          userId: null,
          uses: 2,
          expiresAt: clock.now() + 1,
        })
        expect(await store.accounts.link('invitation', 'for two', clock.now())).toMatchObject({
          uses: 2,
        })
        expect(await store.accounts.link('administrator', 'for two', clock.now())).toBeUndefined()
        expect(await store.accounts.link('invitation', 'for two', clock.now() + 1)).toBeUndefined()
        const before = (await store.accounts.users()).length
        const tries = await Promise.allSettled(
          [1, 2, 3, 4, 5].map((each) =>
            store.accounts.createUser(
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
        expect(await store.accounts.users()).toHaveLength(before + 2)
      })

      test('a name that is taken does not use the link up', async () => {
        const link = { kind: 'administrator', digest: 'first' } as const
        await store.accounts.createLink({
          ...link,
          userId: null,
          uses: 1,
          expiresAt: clock.now() + 1,
        })
        const user = { displayName: '', passwordHash: 'x', isAdministrator: true }
        const attempt = store.accounts.createUser({ name: 'one-of-a-kind', ...user }, link)
        expect(await refusalOf(attempt)).toBe('name-taken')
        await store.accounts.createUser({ name: 'administrator', ...user }, link)
        expect(await store.accounts.link(link.kind, link.digest, clock.now())).toBeUndefined()
      })

      test('a reset works once, for its user, and ends all logins', async () => {
        const id = await newUser()
        const login = await newLogin(id)
        const expiresAt = clock.now() + DAY_MS
        await store.accounts.createLink({
          kind: 'reset',
          digest: 'r1',
          userId: id,
          uses: 1,
          expiresAt,
        })
        const used = await store.accounts.useReset('r1', 'fresh', clock.now())
        expect(used).toMatchObject({ user: { id }, ended: [login.id] })
        expect(await store.accounts.passwordHashOf(id)).toBe('fresh')
        const again = store.accounts.useReset('r1', 'stolen', clock.now())
        expect(await refusalOf(again)).toBe('used-up')
        expect(await store.accounts.passwordHashOf(id)).toBe('fresh')
        await store.accounts.createLink({
          kind: 'reset',
          digest: 'r2',
          userId: id,
          uses: 1,
          expiresAt,
        })
        await store.accounts.deleteLinks('reset', id)
        expect(await store.accounts.link('reset', 'r2', clock.now())).toBeUndefined()
      })
    })

    describe('people', () => {
      test('one asks, the other one accepts', async () => {
        const [ann, bob] = [await newUser(), await newUser()]
        const relation = { blocks: false, isBlocked: false }
        expect(await store.people.askContact(ann, bob)).toBe('asked')
        expect(await store.people.askContact(ann, bob)).toBe('asked')
        expect(await store.people.relationsOf(bob)).toEqual([
          { userId: ann, contact: 'asking', ...relation },
        ])
        expect(await store.people.askContact(bob, ann)).toBe('accepted')
        expect(await store.people.relationsOf(ann)).toEqual([
          { userId: bob, contact: 'accepted', ...relation },
        ])
        await store.people.removeContact(ann, bob)
        expect(await store.people.relationsOf(bob)).toEqual([])
      })

      test('both ask at once and are contacts', async () => {
        const [ann, bob] = [await newUser(), await newUser()]
        const states = await Promise.all([
          store.people.askContact(ann, bob),
          store.people.askContact(bob, ann),
        ])
        expect(states.toSorted()).toEqual(['accepted', 'asked'])
        expect(await store.people.relationsOf(ann)).toMatchObject([{ contact: 'accepted' }])
      })

      test('a block has a side', async () => {
        const [ann, bob] = [await newUser(), await newUser()]
        await store.people.block(ann, bob)
        await store.people.block(ann, bob)
        expect(await store.people.relationsOf(ann)).toEqual([
          { userId: bob, contact: null, blocks: true, isBlocked: false },
        ])
        expect(await store.people.relationsOf(bob)).toEqual([
          { userId: ann, contact: null, blocks: false, isBlocked: true },
        ])
        await store.people.unblock(bob, ann)
        expect(await store.people.relationsOf(ann)).toHaveLength(1)
        await store.people.unblock(ann, bob)
        expect(await store.people.relationsOf(ann)).toEqual([])
      })

      test('nobody asks or blocks itself, or somebody who is not there', async () => {
        const ann = await newUser()
        for (const other of [ann, 2 ** 31 - 1]) {
          const asked = store.people.askContact(ann, other)
          expect(await refusalOf(asked)).toBe('not-found')
          expect(await refusalOf(store.people.block(ann, other))).toBe('not-found')
        }
      })
    })

    describe('messages', () => {
      test('are kept once, though two connections add them at once', async () => {
        const [ann, bob] = [await newUser(), await newUser()]
        const other = await open(clock)
        const message = { from: ann, to: bob, body: 'hi', sentAt: clock.now(), clientId: 'once' }
        const added = await Promise.all(
          [store, other, store, other].map((each) => each.messages.add(message)),
        )
        await other.close()
        expect(added.filter(({ isNew }) => isNew)).toHaveLength(1)
        expect(new Set(added.map((each) => each.message.id)).size).toBe(1)
        expect(await store.messages.between(bob, ann, { limit: 10 })).toEqual([added[0]!.message])
        const changed = await store.messages.add({ ...message, body: 'other words', to: null })
        expect(changed).toEqual({ message: added[0]!.message, isNew: false })
        // Client ids differ by every character, and by user.
        for (const clientId of ['once ', 'Once', 'oncé']) {
          expect(await store.messages.add({ ...message, clientId })).toMatchObject({ isNew: true })
        }
        const fromBob = await store.messages.add({ ...message, from: bob, to: ann })
        expect(fromBob.isNew).toBe(true)
      })

      test('many at once appear in the order of their ids', async () => {
        const [ann, bob] = [await newUser(), await newUser()]
        let lastSeen = 0
        const seen: number[] = []
        await Promise.all(
          Array.from({ length: 20 }, async (_, index) => {
            await say(index % 2 === 0 ? ann : bob, index % 2 === 0 ? bob : ann, `${index}`)
            const all = await store.messages.between(ann, bob, { limit: 100 })
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
          (await store.messages.between(bob, ann, page)).map(({ body }) => body)
        expect(await bodies({ limit: 2 })).toEqual(['4', '5'])
        const [oldest] = await store.messages.between(bob, ann, { limit: 2 })
        expect(await bodies({ before: oldest!.id, limit: 10 })).toEqual(['1', '2', '3'])
        expect(await bodies({ before: 1, limit: 10 })).toEqual([])
      })

      test('are unread until they are read, and never again', async () => {
        const [ann, bob] = [await newUser(), await newUser()]
        const first = await say(ann, bob, 'one')
        const second = await say(ann, bob, 'two')
        const own = await say(bob, ann, 'three')
        expect(await store.messages.conversationsOf(bob)).toEqual([
          { with: ann, last: own, unread: 2 },
        ])
        expect(await store.messages.conversationsOf(ann)).toEqual([
          { with: bob, last: own, unread: 1 },
        ])
        expect(await store.messages.markRead(bob, ann, first.id)).toBe(1)
        expect(await store.messages.markRead(bob, ann, second.id)).toBe(0)
        expect(await store.messages.markRead(bob, ann, first.id)).toBe(0)
        // Nobody reads what comes later.
        expect(await store.messages.markRead(bob, ann, Number.MAX_SAFE_INTEGER)).toBe(0)
        await say(ann, bob, 'four')
        expect(await store.messages.conversationsOf(bob)).toMatchObject([{ unread: 1 }])
      })

      test('to everyone, from one whom the reader blocked or who blocked it, are not there', async () => {
        const [ann, bob, cid] = [await newUser(), await newUser(), await newUser()]
        await say(bob, null, 'from bob')
        await say(cid, null, 'from cid')
        const seenBy = async (id: UserId) => {
          const shown = await store.messages.between(id, null, { limit: 2 })
          const conversations = await store.messages.conversationsOf(id)
          const all = conversations.find((each) => each.with === null)
          return [...shown.map(({ body }) => body), all?.last.body, all?.unread]
        }
        expect(await seenBy(ann)).toEqual(['from bob', 'from cid', 'from cid', 2])
        await store.people.block(ann, cid)
        expect((await seenBy(ann)).slice(-3)).toEqual(['from bob', 'from bob', 1])
        expect(await store.messages.markRead(ann, null, 0)).toBe(1)
        expect((await seenBy(cid)).slice(-3)).toEqual(['from cid', 'from cid', 1])
        await store.people.unblock(ann, cid)
        expect(await seenBy(ann)).toEqual(['from bob', 'from cid', 'from cid', 2])
      })

      test('to everyone are for contacts only, where those alone see each other', async () => {
        const [ann, bob, cid] = [await newUser(), await newUser(), await newUser()]
        const contacts = await open(clock, 'contacts')
        await store.people.askContact(ann, bob)
        await store.people.askContact(cid, ann)
        const last = await say(bob, null, 'from bob')
        await say(cid, null, 'from cid')
        expect(await contacts.messages.between(ann, null, { limit: 9 })).toEqual([])
        expect(await contacts.messages.conversationsOf(ann)).toEqual([])
        expect(await contacts.messages.markRead(ann, null, 0)).toBe(0)
        await store.people.askContact(bob, ann)
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
          (await store.messages.conversationsOf(id)).find((each) => each.with === null)?.unread
        expect(await unread(late)).toBe(1)
        expect(await unread(bob)).toBe(2)
        expect(await unread(ann)).toBe(0)
        expect(await store.messages.markRead(late, null, last.id)).toBe(0)
        expect(await unread(bob)).toBe(2)
        const shown = await store.messages.between(bob, null, { limit: 2 })
        expect(shown.map(({ body }) => body)).toEqual(['before', 'after'])
        expect(shown[1]).toEqual(last)
      })

      test('reach only people who are there', async () => {
        const ann = await newUser()
        const gone = { from: ann, to: 2 ** 31 - 1, body: '', sentAt: 0, clientId: 'gone' }
        expect(await refusalOf(store.messages.add(gone))).toBe('not-found')
      })
    })

    describe('calls', () => {
      test('go from begin to end, and end once', async () => {
        const [ann, bob, eve] = [await newUser(), await newUser(), await newUser()]
        const call = await newCall(ann, bob)
        await store.calls.begin({ ...call, media: 'audio' })
        expect((await store.calls.unended()).map(({ id }) => id)).toContain(call.id)
        await store.calls.answer(call.id, clock.now() + 1)
        await store.calls.answer(call.id, clock.now() + 2)
        const endedAt = clock.now() + 5
        await store.calls.end(call.id, { endedAt, reason: 'hung-up', endedBy: bob })
        await store.calls.end(call.id, { endedAt: endedAt + 1, reason: 'lost', text: 'no' })
        const ended = { ...call, answeredAt: clock.now() + 1, endedAt, reason: 'hung-up' as const }
        expect(await store.calls.callOf(ann, call.id)).toEqual({ ...ended, endedBy: bob })
        expect(await store.calls.callOf(eve, call.id)).toBeUndefined()
        expect((await store.calls.unended()).map(({ id }) => id)).not.toContain(call.id)
      })

      test('are listed latest first, page by page', async () => {
        const [ann, bob] = [await newUser(), await newUser()]
        const ids: string[] = []
        for (let i = 0; i < 3; i++) {
          clock.advance(10)
          ids.unshift((await newCall(i === 1 ? bob : ann, i === 1 ? ann : bob)).id)
        }
        const listed = await store.calls.callsOf(ann, { limit: 2 })
        expect(listed.map(({ id }) => id)).toEqual(ids.slice(0, 2))
        const before = listed.at(-1)!.startedAt
        const rest = await store.calls.callsOf(ann, { before, limit: 10 })
        expect(rest.map(({ id }) => id)).toEqual(ids.slice(2))
      })

      test('are missed until somebody looks', async () => {
        const [ann, bob] = [await newUser(), await newUser()]
        const end = async (reason: 'no-answer' | 'declined' | 'offline' | 'hung-up') => {
          clock.advance(10)
          const { id } = await newCall(ann, bob)
          if (reason === 'hung-up') await store.calls.answer(id, clock.now())
          await store.calls.end(id, { endedAt: clock.now() + 1, reason })
        }
        await end('no-answer')
        await end('declined')
        await end('hung-up')
        await end('offline')
        expect(await store.calls.missedCount(bob)).toBe(2)
        expect(await store.calls.missedCount(ann)).toBe(0)
        await store.calls.markSeen(bob, clock.now() + 1)
        await store.calls.markSeen(bob, 1)
        expect(await store.calls.missedCount(bob)).toBe(0)
        await end('no-answer')
        expect(await store.calls.missedCount(bob)).toBe(1)
        await store.calls.forget(bob)
        expect(await store.calls.missedCount(bob)).toBe(0)
      })

      test('are forgotten by one side, and gone with the other', async () => {
        const [ann, bob] = [await newUser(), await newUser()]
        const [first, second, running] = [
          await newCall(ann, bob),
          await newCall(bob, ann),
          await newCall(ann, bob),
        ]
        for (const { id } of [first, second]) {
          await store.calls.end(id, { endedAt: clock.now(), reason: 'cancelled' })
        }
        await store.calls.report(first.id, { userId: bob, at: 1, figures: '{}' })
        await store.calls.forget(ann, first.id)
        expect(await store.calls.callOf(ann, first.id)).toBeUndefined()
        expect(await store.calls.callOf(bob, first.id)).toBeDefined()
        await store.calls.forget(ann)
        expect((await store.calls.callsOf(ann, { limit: 9 })).map(({ id }) => id)).toEqual([
          running.id,
        ])
        expect(await store.calls.callsOf(bob, { limit: 9 })).toHaveLength(3)
        await store.calls.forget(bob)
        expect(await store.calls.reportsOf(first.id)).toEqual([])
      })

      test('have one report of each side', async () => {
        const [ann, bob, eve] = [await newUser(), await newUser(), await newUser()]
        const { id } = await newCall(ann, bob)
        const figures = JSON.stringify({ loss: '🎚'.repeat(15_000) })
        await store.calls.report(id, { userId: bob, at: 1, figures: '{}' })
        await store.calls.report(id, { userId: ann, at: 2, figures: '{"a":1}' })
        await store.calls.report(id, { userId: bob, at: 3, figures })
        expect(await store.calls.reportsOf(id)).toEqual([
          { userId: ann, at: 2, figures: '{"a":1}' },
          { userId: bob, at: 3, figures },
        ])
        const foreign = store.calls.report(id, { userId: eve, at: 4, figures: '{}' })
        expect(await refusalOf(foreign)).toBe('not-found')
      })
    })

    describe('push, rooms and settings', () => {
      const keys = { p256dh: 'key', auth: 'secret', language: 'en' }

      test('a subscription belongs to one login, and ends with it', async () => {
        const [ann, bob] = [await newUser(), await newUser()]
        const [atAnn, atBob] = [await newLogin(ann), await newLogin(bob)]
        const endpoint = `https://push.example/${'x'.repeat(1500)}`
        const ofAnn = { userId: ann, loginId: atAnn.id, endpoint, ...keys }
        const ofBob = { userId: bob, loginId: atBob.id, endpoint, ...keys, language: 'zh' }
        await store.push.subscribe(ofAnn)
        expect(await store.push.subscriptionsOf(ann)).toEqual([ofAnn])
        await store.push.subscribe(ofBob)
        expect(await store.push.subscriptionsOf(ann)).toEqual([])
        await store.push.unsubscribe(ann, endpoint)
        expect(await store.push.subscriptionsOf(bob)).toEqual([ofBob])
        await store.accounts.deleteLogin(bob, atBob.id)
        expect(await store.push.subscriptionsOf(bob)).toEqual([])
        await store.push.subscribe(ofAnn)
        await store.push.drop(endpoint)
        expect(await store.push.subscriptionsOf(ann)).toEqual([])
        const foreign = store.push.subscribe({ ...ofAnn, userId: bob })
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
        await store.rooms.open(room)
        const second = store.rooms.open({ ...room, owner: bob })
        expect(await refusalOf(second)).toBe('name-taken')
        expect(await store.rooms.byName('lake')).toEqual(room)
        expect(await store.rooms.roomsOf(ann)).toEqual([room])
        expect(await store.rooms.close(bob, 'lake')).toBe(false)
        expect(await store.rooms.close(ann, 'lake')).toBe(true)
        expect(await store.rooms.byName('lake')).toBeUndefined()
      })

      test('a setting is what it was last set to', async () => {
        expect(await store.settings.get('registration')).toBeUndefined()
        await Promise.all(['a', 'b'].map((value) => store.settings.set('registration', value)))
        await store.settings.set('registration', 'closed')
        expect(await store.settings.get('registration')).toBe('closed')
      })
    })

    describe('a deleted user', () => {
      test('leaves what others see, and nothing else', async () => {
        const [ann, bob] = [await newUser(), await newUser()]
        const { name } = (await store.accounts.userById(ann))!
        const login = await newLogin(ann, 'of the deleted')
        await store.push.subscribe({
          userId: ann,
          loginId: login.id,
          endpoint: 'https://push.example/ann',
          p256dh: '',
          auth: '',
          language: 'en',
        })
        await store.people.askContact(ann, bob)
        await store.people.block(bob, ann)
        const message = await say(ann, bob, 'remember me')
        const call = await newCall(ann, bob)
        await store.calls.end(call.id, { endedAt: clock.now(), reason: 'no-answer' })
        await store.calls.report(call.id, { userId: ann, at: 1, figures: '{}' })
        await store.accounts.createLink({
          kind: 'reset',
          digest: 'of the deleted',
          userId: ann,
          uses: 1,
          expiresAt: clock.now() + DAY_MS,
        })

        await store.accounts.deleteUser(ann)

        expect(await store.accounts.userById(ann)).toBeUndefined()
        expect(await store.accounts.userByName(name)).toBeUndefined()
        expect(await store.accounts.passwordHashOf(ann)).toBeUndefined()
        expect(await store.accounts.loginByDigest('of the deleted', clock.now())).toBeUndefined()
        expect(await store.accounts.link('reset', 'of the deleted', clock.now())).toBeUndefined()
        expect(await store.push.subscriptionsOf(ann)).toEqual([])
        expect(await store.people.relationsOf(bob)).toEqual([])
        expect(await store.messages.conversationsOf(bob)).toContainEqual({
          with: ann,
          last: message,
          unread: 1,
        })
        expect(await store.messages.between(bob, ann, { limit: 9 })).toEqual([message])
        expect(await store.calls.callOf(bob, call.id)).toMatchObject({ caller: ann })
        expect(await store.calls.callOf(ann, call.id)).toBeUndefined()
        expect(await store.calls.reportsOf(call.id)).toEqual([])
        const again = store.accounts.deleteUser(ann)
        expect(await refusalOf(again)).toBe('not-found')

        // The name is free, the id is not.
        const user = { name, displayName: '', passwordHash: 'x', isAdministrator: false }
        expect((await store.accounts.createUser(user)).id).toBeGreaterThan(bob)
        await store.accounts.deleteUser(bob)
        expect(await store.messages.between(bob, ann, { limit: 9 })).toEqual([])
      })
    })

    test('every text comes back as it was written', async () => {
      const bob = await newUser()
      for (const [index, written] of WRITTEN.entries()) {
        const { id } = await store.accounts.createUser({
          name: `${written}${index}`.slice(0, 60).trim(),
          displayName: written,
          passwordHash: written,
          isAdministrator: false,
        })
        expect(await store.accounts.userById(id)).toMatchObject({ displayName: written })
        expect(await store.accounts.passwordHashOf(id)).toBe(written)
        const message = await say(id, bob, written, written)
        expect(await store.messages.between(id, bob, { limit: 1 })).toEqual([message])
        expect(message.body).toBe(written)
        const { id: call } = await newCall(id, bob)
        await store.calls.end(call, { endedAt: 1, reason: 'declined', text: written })
        expect(await store.calls.callOf(bob, call)).toMatchObject({ text: written })
        await store.settings.set(`text-${index}`, written)
        expect(await store.settings.get(`text-${index}`)).toBe(written)
      }
    })

    test('NUL and halves of characters become the sign for what is unreadable', async () => {
      const ann = await newUser()
      const message = await say(ann, null, 'a\0b\ud83d')
      expect(message.body).toBe('a\uFFFDb\uFFFD')
      expect((await store.messages.between(ann, null, { limit: 1 }))[0]).toEqual(message)
    })

    test('everything is there when it is opened again', async () => {
      const ann = await newUser()
      const other = await open(clock)
      expect(await other.accounts.users()).toEqual(await store.accounts.users())
      expect(await other.accounts.userById(ann)).toEqual(await store.accounts.userById(ann))
      await other.close()
      await other.close()
      expect(await refusalOf(other.accounts.users())).toBe('unavailable')
    })
  })
}
