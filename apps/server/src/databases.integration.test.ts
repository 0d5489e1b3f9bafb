import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { MessageInfo, PersonInfo, UserCallInfo } from '@duet/protocol'
import { FREE_PORTS, runToEnd } from './spawn-server.ts'
import { DatabaseServer } from './store/testing/database-server.ts'
import type { AttendingPage } from './testing/attending-page.ts'
import { Caller, PASSWORD } from './testing/caller.ts'
import { DATABASE_KINDS, Installation } from './testing/installation.ts'
import { until } from './testing/until.ts'

const TIMEOUT_MS = 60_000

for (const { name, recipe, isInstalled } of DATABASE_KINDS) {
  if (!isInstalled) process.stderr.write(`Skipped on ${name}: install Debian's packages of it.\n`)
  describe.skipIf(!isInstalled)(`the whole server on ${name}`, () => {
    let databases: DatabaseServer | undefined
    let installation: Installation

    beforeAll(async () => {
      databases = recipe && (await DatabaseServer.create(recipe))
      installation = await Installation.create(databases)
    }, TIMEOUT_MS)
    afterAll(async () => {
      installation.remove()
      await databases?.close()
    })

    test(
      'two processes that start at once on an empty database make it once',
      async () => {
        // With its certificate and secret: SQLite's servers have one data directory.
        await (await installation.start()).stop()
        const empty = await installation.emptied()
        const servers = await Promise.all([empty.start(), empty.startBeside()])
        const registered = await Promise.allSettled(
          servers.map((server) => new Caller('one-of-a-kind').register(server)),
        )
        expect(registered.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        for (const server of servers) await new Caller('one-of-a-kind').logIn(server)
        const stopped = await Promise.all(servers.map((server) => server.stop()))
        expect(stopped.map(({ code }) => code)).toEqual([0, 0])
        const [row] = await empty.execute('SELECT COUNT(*) AS count FROM users')
        expect(Number((row as { count: unknown }).count)).toBe(1)
      },
      TIMEOUT_MS,
    )

    test(
      'accounts, presence, calls, messages and history work, and outlive the server',
      async () => {
        const first = await installation.start()
        const [ann, ben] = [new Caller('ann'), new Caller('ben')]
        for (const caller of [ann, ben]) await caller.register(first)
        await ann.logIn(first)
        const [annPage, benPage] = [await ann.attend(), await ben.attend()]
        expect(annPage.all('attending')[0]).toMatchObject({ self: { id: ann.id, name: 'ann' } })
        await seen(annPage, ben.id, 'online')

        const placed = await annPage.asks({ type: 'place-call', to: ben.id, media: 'audio' })
        const { id: call } = placed['call'] as UserCallInfo
        expect((await benPage.hears('incoming-call'))['call']).toEqual(placed['call'])
        benPage.say({ type: 'accept-call', call })
        await annPage.hears('call-accepted')
        await seen(annPage, ben.id, 'in-call')
        benPage.say({ type: 'end-call', call })
        expect(await annPage.hears('call-ended')).toMatchObject({ call, reason: 'hung-up' })

        const body = `'); DROP TABLE users; -- 👩‍👩‍👧 שלום \\`
        const said = await annPage.asks({ type: 'send-message', to: ben.id, body, clientId: 'c1' })
        const message = said['message'] as MessageInfo
        expect((await benPage.hears('message'))['message']).toEqual(message)
        benPage.close()
        await ben.logIn(first)

        const expectKept = async () => {
          const { calls } = await ann.read<{ calls: object[] }>('/api/calls')
          expect(calls).toMatchObject([{ id: call, reason: 'hung-up', callee: ben.id }])
          const { messages } = await ben.read<{ messages: object[] }>(`/api/messages/${ann.id}`)
          expect(messages).toEqual([{ ...message }])
          const { people } = await ben.read<{ people: object[] }>('/api/people')
          expect(people).toContainEqual(expect.objectContaining({ name: 'ann', unread: 1 }))
        }
        await expectKept()
        expect((await first.stop()).code).toBe(0)

        const second = await installation.start()
        for (const caller of [ann, ben]) caller.use(second)
        await expectKept()
        const again = await (
          await ann.attend()
        ).asks({
          type: 'send-message',
          to: ben.id,
          body,
          clientId: 'c1',
        })
        expect(again['message']).toEqual(message)

        const reset = await installation.run('user', 'reset', 'ann')
        expect(reset).toMatchObject({ code: 0, errors: '' })
        const token = /\/reset\/([\w-]{43})\s/.exec(reset.output)?.[1]
        const password = `${PASSWORD}, new`
        expect((await ann.fetch('/api/reset', { token, password })).status).toBe(204)
        expect((await ann.fetch('/api/login', { name: 'ann', password })).status).toBe(200)
        await second.stop()
      },
      TIMEOUT_MS,
    )

    test(
      'a newer database is refused with a sentence',
      async () => {
        await installation.execute('INSERT INTO duet_migrations VALUES (4711, 0)')
        for (const command of [['start'], ['user', 'reset', 'ann']]) {
          const { code, output, errors } = await installation.run(...command)
          expect([code, output]).toEqual([1, ''])
          expect(errors).toMatch(/^duet: The database .* later version of Duet .*4711.*\.\n$/)
          expect(errors).not.toContain('hidden')
        }
      },
      TIMEOUT_MS,
    )
  })
}

test.each(['postgres', 'mysql'])(
  'an unreachable %s:// is refused with a sentence',
  async (kind) => {
    const installation = await Installation.create()
    for (const command of [
      ['start', ...FREE_PORTS],
      ['user', 'reset', 'ann'],
    ]) {
      const database = `${kind}://ann:hidden@127.0.0.1:1/duet`
      const flags = ['--data', installation.data, '--database', database]
      const { code, output, errors } = await runToEnd([...command, ...flags])
      expect([code, output]).toEqual([1, ''])
      expect(errors).toMatch(/^duet: The database duet at 127\.0\.0\.1:1 can't be used: .*\.$/m)
      expect(errors).not.toContain('hidden')
    }
    installation.remove()
  },
)

/** Waits until this page was told of the presence of somebody. */
async function seen(page: AttendingPage, user: number, presence: string): Promise<void> {
  const isSo = (person: PersonInfo) => person.id === user && person.presence === presence
  await until(() => page.all('person').some(({ person }) => isSo(person as PersonInfo)))
}
