import { afterAll, expect, test } from 'bun:test'
import type { MessageInfo, UserCallInfo } from '@duet/protocol'
import type { SpawnedServer } from '../spawn-server.ts'
import { Caller } from '../testing/caller.ts'
import { Installation } from '../testing/installation.ts'

const KILLS = process.env['DUET_LONG'] === '1' ? 100 : 10

const UNLIMITED = ['--host', '127.0.0.1', '--limits', 'off']

/** Messages and registrations that are on their way at once. */
const WRITERS = 4

const installation = await Installation.create()

afterAll(() => installation.remove())

/** What clients asked for in all rounds, and what the server said of it. */
class Work {
  readonly registered: string[] = []
  readonly messages: MessageInfo[] = []
  /** Of messages, acknowledged or not. */
  readonly clientIds: string[] = []
  /** Whose end was acknowledged, with one who was in it. */
  readonly ended: { call: string; caller: Caller }[] = []
  readonly #ann = new Caller('ann')
  readonly #ben = new Caller('ben')
  #registrations = 0

  get #count(): number {
    return this.registered.length + this.messages.length + this.ended.length
  }

  async begin(server: SpawnedServer): Promise<void> {
    for (const caller of [this.#ann, this.#ben]) await caller.register(server)
  }

  /** Works until the server, which is killed after some more acknowledgements, is gone. */
  async untilKilled(server: SpawnedServer, round: number): Promise<void> {
    this.#ann.use(server)
    this.#ben.use(server)
    const killAt = this.#count + 3 + Math.random() * 60
    const killWhenDue = () => {
      if (this.#count >= killAt) server.process.kill('SIGKILL')
    }
    const endless = async (step: () => Promise<unknown>): Promise<void> => {
      for (;;) {
        await step()
        killWhenDue()
      }
    }
    const page = await this.#ann.attend()
    const callOnce = await this.#newCallers(server, round)
    const workers = [endless(callOnce), endless(() => this.#register(server))]
    for (let writer = 0; writer < WRITERS; writer++) {
      workers.push(
        endless(async () => {
          const clientId = `c${this.clientIds.length}`
          this.clientIds.push(clientId)
          const said = { to: this.#ben.id, body: `${clientId} of ann`, clientId }
          const { message } = await page.asks({ type: 'send-message', ...said })
          this.messages.push(message as MessageInfo)
        }),
      )
    }
    // Each of them ends because its server is gone, and in no other way.
    await Promise.allSettled(workers)
    await server.process.exited
    expect(server.process.signalCode).toBe('SIGKILL')
  }

  /** All that was acknowledged is there, once; what is said again is not there twice. */
  async expectKept(server: SpawnedServer): Promise<void> {
    this.#ann.use(server)
    this.#ben.use(server)
    await this.#expectMessages()
    const page = await this.#ann.attend()
    for (const clientId of this.clientIds.slice(-2 * WRITERS)) {
      const said = { to: this.#ben.id, body: `${clientId} of ann`, clientId }
      expect((await page.asks({ type: 'send-message', ...said })).type).toBe('message')
    }
    page.close()
    const bodies = (await this.#expectMessages()).map(({ body }) => body)
    expect(bodies.toSorted()).toEqual(this.clientIds.map((id) => `${id} of ann`).toSorted())

    const { people } = await this.#ann.read<{ people: { name: string }[] }>('/api/people')
    const names = people.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(this.registered))
    for (const caller of new Set(this.ended.map((each) => each.caller))) {
      caller.use(server)
      const { calls } = await caller.read<{ calls: UserCallInfo[] }>('/api/calls?limit=200')
      const own = this.ended.filter((each) => each.caller === caller)
      // One more may have begun, or ended, without a word.
      expect(calls.length - own.length).toBeOneOf([0, 1])
      expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length)
      for (const { call } of own) {
        expect(calls).toContainEqual(expect.objectContaining({ id: call, reason: 'hung-up' }))
      }
    }
  }

  async #register(server: SpawnedServer): Promise<void> {
    const name = `new-${this.#registrations++}`
    await new Caller(name).register(server)
    this.registered.push(name)
  }

  /** Two who call each other; others each time: a call that was killed waits for its devices. */
  async #newCallers(server: SpawnedServer, round: number): Promise<() => Promise<void>> {
    const [cat, dan] = [new Caller(`cat-${round}`), new Caller(`dan-${round}`)]
    for (const caller of [cat, dan]) await caller.register(server)
    const [catPage, danPage] = [await cat.attend(), await dan.attend()]
    let calls = 0
    return async () => {
      calls++
      const placing = { type: 'place-call', to: dan.id, media: 'audio' } as const
      const { id: call } = (await catPage.asks(placing))['call'] as UserCallInfo
      await danPage.hears('incoming-call', calls)
      danPage.say({ type: 'accept-call', call })
      await catPage.hears('call-accepted', calls)
      catPage.say({ type: 'end-call', call })
      await catPage.hears('call-ended', calls)
      this.ended.push({ call, caller: cat })
    }
  }

  /** Acknowledged ones as they were, in order, and none twice. */
  async #expectMessages(): Promise<MessageInfo[]> {
    const path = `/api/messages/${this.#ann.id}?limit=200`
    const kept = new Map<number, MessageInfo>()
    for (let before = ''; ; before = `&before=${Math.min(...kept.keys())}`) {
      const { messages } = await this.#ben.read<{ messages: MessageInfo[] }>(path + before)
      if (messages.length === 0) break
      for (const message of messages) kept.set(message.id, message)
    }
    for (const message of this.messages) expect(kept.get(message.id)).toEqual(message)
    const all = [...kept.values()]
    expect(new Set(all.map(({ body }) => body)).size).toBe(all.length)
    return all
  }
}

test(
  'whatever a server acknowledged before kill -9 is there after it, and once',
  async () => {
    const work = new Work()
    let server = await installation.start(UNLIMITED)
    await work.begin(server)
    for (let round = 0; round < KILLS; round++) {
      await work.untilKilled(server, round)
      server = await installation.start(UNLIMITED)
      await work.expectKept(server)
    }
    await server.stop()
    for (const kept of [work.registered, work.messages, work.ended]) {
      expect(kept.length).toBeGreaterThan(0)
    }
  },
  KILLS * 10_000,
)
