import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MessageInfo, UserCallInfo } from '@duet/protocol'
import { FREE_PORTS, spawnServer } from '../spawn-server.ts'
import { Caller } from '../testing/caller.ts'
import { until } from '../testing/until.ts'

const TIMEOUT_MS = 60_000

const data = mkdtempSync(join(tmpdir(), 'duet-killed-'))

afterAll(() => rmSync(data, { recursive: true, force: true }))

test(
  'a server that is killed: what it acknowledged is there, once; the call goes on',
  async () => {
    const first = await spawnServer(FREE_PORTS, undefined, data)
    const [ann, ben] = [new Caller('ann'), new Caller('ben')]
    for (const caller of [ann, ben]) await caller.register(first)
    const [annPage, benPage] = [await ann.attend(), await ben.attend()]

    annPage.say({ type: 'place-call', to: ben.id, media: 'audio' })
    const over = ((await benPage.hears('incoming-call'))['call'] as UserCallInfo).id
    benPage.say({ type: 'accept-call', call: over })
    await annPage.hears('call-accepted')
    annPage.say({ type: 'end-call', call: over })
    await annPage.hears('call-ended')
    annPage.say({ type: 'place-call', to: ben.id, media: 'video' })
    const { id: call } = (await benPage.hears('incoming-call', 2))['call'] as UserCallInfo
    benPage.say({ type: 'accept-call', call })
    await annPage.hears('call-accepted', 2)

    // It is killed in the midst of messages, with the first of them acknowledged.
    const said = Array.from({ length: 50 }, (_, index) => ({
      type: 'send-message' as const,
      to: ben.id,
      body: `message ${index}`,
      clientId: `c${index}`,
    }))
    for (const message of said) annPage.say(message)
    await annPage.hears('message')
    await first.stop('SIGKILL')
    const acknowledged = annPage.all('message').map(({ message }) => message as MessageInfo)
    expect(acknowledged.length).toBeGreaterThan(0)

    const second = await spawnServer(FREE_PORTS, undefined, data)
    for (const caller of [ann, ben]) caller.use(second)
    const keptOf = async (): Promise<MessageInfo[]> => {
      const answer = await ben.fetch(`/api/messages/${ann.id}?limit=200`)
      return ((await answer.json()) as { messages: MessageInfo[] }).messages
    }
    const kept = await keptOf()
    for (const message of acknowledged) expect(kept).toContainEqual(message)

    // What was not acknowledged is said again, and so is what was.
    const [annAgain, benAgain] = [await ann.attend(), await ben.attend()]
    for (const message of said) annAgain.say(message)
    await until(() => annAgain.all('message').length === said.length)
    expect((await keptOf()).map(({ body }) => body)).toEqual(said.map(({ body }) => body))
    expect(benAgain.all('message')).toHaveLength(said.length - kept.length)

    for (const page of [annAgain, benAgain]) {
      page.say({ type: 'rejoin-call', call, leg: 0 })
      expect((await page.hears('call-accepted'))['leg']).toBe(0)
    }
    benAgain.say({ type: 'end-call', call })
    await benAgain.hears('call-ended')
    await annAgain.hears('call-ended')
    await second.stop('SIGKILL')

    const third = await spawnServer(FREE_PORTS, undefined, data)
    ann.use(third)
    const history = (await (await ann.fetch('/api/calls')).json()) as { calls: object[] }
    expect(history.calls).toMatchObject([
      { id: call, reason: 'hung-up', callee: ben.id },
      { id: over, reason: 'hung-up', callee: ben.id },
    ])
    await third.stop()
  },
  TIMEOUT_MS,
)
