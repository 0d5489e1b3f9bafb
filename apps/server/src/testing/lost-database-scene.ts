import { expect } from 'bun:test'
import type { MessageInfo, UserCallInfo } from '@duet/protocol'
import { until } from './until.ts'
import type { SpawnedServer } from '../spawn-server.ts'
import type { AttendingPage } from './attending-page.ts'
import { Caller, PASSWORD } from './caller.ts'

/** Messages that are on their way at once. */
const AT_ONCE = 10

/** Messages that are kept before the database is taken away. */
const KEPT_BEFORE = 50

/** Long enough to fill a small disk soon. */
const LINE = 'x'.repeat(1000)

interface Person {
  caller: Caller
  page: AttendingPage
}

/**
 * A server on which two users talk, two write, and two without accounts share a room, while its
 * database is taken away and given back; for tests.
 */
export class LostDatabaseScene {
  readonly #server: SpawnedServer
  readonly #talking: [Person, Person]
  readonly #writing: [Person, Person]
  readonly #guests: AttendingPage[]
  readonly #acknowledged: MessageInfo[] = []
  readonly #said: string[] = []
  readonly #visitor: AttendingPage

  private constructor(
    server: SpawnedServer,
    people: { talking: [Person, Person]; writing: [Person, Person]; visitor: AttendingPage },
    guests: AttendingPage[],
  ) {
    this.#server = server
    this.#talking = people.talking
    this.#writing = people.writing
    this.#guests = guests
    this.#visitor = people.visitor
  }

  static async create(server: SpawnedServer): Promise<LostDatabaseScene> {
    const arrive = async (name: string): Promise<Person> => {
      const caller = new Caller(name)
      await caller.register(server)
      return { caller, page: await caller.attend() }
    }
    const [ann, ben] = [await arrive('ann'), await arrive('ben')]
    const { page } = ann
    const call = callOf(await page.asks({ type: 'place-call', to: ben.caller.id, media: 'audio' }))
    await ben.page.hears('incoming-call')
    ben.page.say({ type: 'accept-call', call })
    await page.hears('call-accepted')

    const writing: [Person, Person] = [await arrive('cat'), await arrive('dan')]
    const guests = [await guestOf(server), await guestOf(server)]
    for (const [index, guest] of guests.entries()) {
      guest.say({ type: 'join', room: 'lake', tag: `tag ${index}` })
      await guest.hears('joined')
    }
    const visitor = await ann.caller.visit()
    return new LostDatabaseScene(server, { talking: [ann, ben], writing, visitor }, guests)
  }

  /** Writes, takes the database away in the midst of it, and goes on until that is refused. */
  async writeUntilRefused(takeAway: () => void): Promise<void> {
    for (let isRefused = false, isGone = false; !isRefused;) {
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, () => {
          const clientId = `c${this.#said.length}`
          this.#said.push(clientId)
          const answer = this.#write(clientId)
          if (!isGone && this.#acknowledged.length >= KEPT_BEFORE) {
            isGone = true
            takeAway()
          }
          return answer
        }),
      )
      for (const answer of answers) {
        if (answer.type === 'message') this.#acknowledged.push(answer['message'] as MessageInfo)
        else expect(answer).toMatchObject({ type: 'error', code: 'unavailable' })
        isRefused ||= answer.type === 'error'
      }
    }
  }

  /** Also joins: nobody knows whether somebody's room is behind a name. */
  async expectReadsRefused(): Promise<void> {
    const { caller } = this.#writing[1]
    await expectUnavailable(await caller.fetch(`/api/messages/${this.#writing[0].caller.id}`))
    await expectUnavailable(
      await caller.fetch('/api/login', { name: caller.name, password: PASSWORD }),
    )
    const refused = { type: 'error', code: 'unavailable' }
    expect(await this.#visitor.asks({ type: 'attend' })).toMatchObject(refused)
    const join = { type: 'join', room: 'pond', tag: 'a tag' } as const
    expect(await (await guestOf(this.#server)).asks(join)).toMatchObject(refused)
  }

  /** On a full disk nothing is written, and all is read. */
  async expectReadsServed(): Promise<void> {
    const [{ caller }] = this.#writing
    const { messages } = await caller.read<{ messages: object[] }>(
      `/api/messages/${this.#writing[1].caller.id}`,
    )
    expect(messages).not.toEqual([])
    const guest = await guestOf(this.#server)
    guest.say({ type: 'join', room: 'brook', tag: 'a tag' })
    await guest.hears('joined')
    guest.close()
  }

  async expectWritesRefused(): Promise<void> {
    const [cat, dan] = this.#writing
    const newcomer = { name: 'eve', password: PASSWORD }
    await expectUnavailable(await cat.caller.fetch('/api/register', newcomer))
    const refused = { type: 'error', code: 'unavailable' }
    const placing = { type: 'place-call', to: dan.caller.id, media: 'video' } as const
    expect(await cat.page.asks(placing)).toMatchObject(refused)
    const clientId = `c${this.#said.length}`
    this.#said.push(clientId)
    expect(await this.#write(clientId)).toMatchObject(refused)
    // It may have rung for the moment until the refusal.
    await until(() => dan.page.all('call-ended').length === dan.page.all('incoming-call').length)
  }

  /** Calls go on and end, with and without accounts, and pages are served. */
  async expectRestServed(): Promise<void> {
    const [one, other] = this.#guests
    one!.say({ type: 'chat', body: 'still here' })
    expect(await other!.hears('chat')).toMatchObject({ body: 'still here' })
    for (const path of ['/', '/r/lake', '/people', '/healthz']) {
      expect((await fetch(`${this.#server.origin('http')}${path}`)).status).toBe(200)
    }
    const [ann, ben] = this.#talking
    const { id: call } = (await ann.page.hears('call-accepted'))['call'] as UserCallInfo
    ann.page.say({ type: 'end-call', call })
    for (const { page } of [ann, ben]) {
      expect(await page.hears('call-ended')).toMatchObject({ call, reason: 'hung-up' })
    }
  }

  /** The same server, the same sessions: all goes on, and nothing acknowledged is missing. */
  async expectBack(): Promise<void> {
    const [cat, dan] = this.#writing
    // What is said again is kept once, also what was kept without a word.
    for (const clientId of this.#said) {
      while ((await this.#write(clientId)).type === 'error') await Bun.sleep(20)
    }
    const kept = await this.#keptMessages()
    expect(kept.map(({ body }) => body).toSorted()).toEqual(
      this.#said.map((clientId) => bodyOf(clientId)).toSorted(),
    )
    for (const message of this.#acknowledged) expect(kept).toContainEqual(message)
    const told = dan.page.all('message').map(({ message }) => (message as MessageInfo).id)
    // One that the database kept without a word, as it went, is found but not told.
    expect(new Set(told).size).toBe(told.length)
    for (const { id } of this.#acknowledged) expect(told).toContain(id)

    await new Caller('eve').register(this.#server)
    const placed = await cat.page.asks({
      type: 'place-call',
      to: dan.caller.id,
      media: 'audio',
    })
    cat.page.say({ type: 'end-call', call: callOf(placed) })
    await until(() => dan.page.all('call-ended').some(({ call }) => call === callOf(placed)))
    this.#visitor.say({ type: 'attend' })
    await this.#visitor.hears('attending')
    this.#guests[0]!.say({ type: 'leave' })
    await this.#guests[0]!.hears('left')
    this.#guests[0]!.say({ type: 'join', room: 'pond', tag: 'a tag' })
    await this.#guests[0]!.hears('joined', 2)

    // The end of the call that went on is kept later.
    const [ann] = this.#talking
    for (;;) {
      const { calls } = await ann.caller.read<{ calls: { reason: unknown }[] }>('/api/calls')
      expect(calls).toHaveLength(1)
      if (calls[0]!.reason === 'hung-up') break
      await Bun.sleep(50)
    }
  }

  async close(): Promise<void> {
    expect((await this.#server.stop()).code).toBe(0)
  }

  #write(clientId: string) {
    const [cat, dan] = this.#writing
    const to = dan.caller.id
    return cat.page.asks({ type: 'send-message', to, body: bodyOf(clientId), clientId })
  }

  /** All of them, page by page. */
  async #keptMessages(): Promise<MessageInfo[]> {
    const [cat, dan] = this.#writing
    const path = `/api/messages/${cat.caller.id}?limit=200`
    const kept: MessageInfo[] = []
    for (;;) {
      const before = kept[0] ? `&before=${kept[0].id}` : ''
      const { messages } = await dan.caller.read<{ messages: MessageInfo[] }>(path + before)
      if (messages.length === 0) return kept
      kept.unshift(...messages)
    }
  }
}

function guestOf(server: SpawnedServer): Promise<AttendingPage> {
  const guest = new Caller('guest')
  guest.use(server)
  return guest.visit()
}

function bodyOf(clientId: string): string {
  return `${clientId} ${LINE}`
}

function callOf(placed: Record<string, unknown>): string {
  return (placed['call'] as UserCallInfo).id
}

async function expectUnavailable(answer: Response): Promise<void> {
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ error: { code: 'unavailable' } })
}
