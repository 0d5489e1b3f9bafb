import { expect, test } from 'bun:test'
import { createLogger, FakeClock } from '@duet/base'
import { Session } from '@duet/client'
import { GRACE_MS, type ServerEvent } from '@duet/protocol'
import * as fc from 'fast-check'
import { openCasts } from '../../casts/testing.ts'
import { MemoryHub } from '../../hub/memory.ts'
import { FakeNetwork, type CutKind } from './fake-network.ts'
import { createNativeGateway } from './gateway.ts'
import { iceClients } from '../../testing/ice-clients.ts'

const historyCount = process.env['DUET_LONG'] === '1' ? 20_000 : 300

const anyStep = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('say' as const),
      who: fc.constantFrom(0, 1),
      count: fc.integer({ min: 1, max: 8 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 10, 30, 100, 1_000, 5_000, 12_000, 31_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('cut' as const),
      kind: fc.constantFrom<CutKind>('both', 'client', 'server', 'nobody'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('delay' as const), ms: fc.constantFrom(1, 50, 800) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('probe' as const), who: fc.constantFrom(0, 1) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('outage' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restart' as const) }) },
)
const anyHistory = fc.array(anyStep, { minLength: 5, maxLength: 40, size: 'max' })
/** Before the socket is open, between hello and welcome, afterwards. */
const anyJoinDelayMs = fc.constantFrom(0, 30, 50, 70, 200)
type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never

test('S1-S9 whatever the network does: once and in order, or both sides know of the loss', () => {
  fc.assert(
    fc.property(anyJoinDelayMs, anyHistory, (joinDelayMs, steps) => {
      const world = new World(joinDelayMs)
      for (const step of steps) world.take(step)
      world.heal()
      world.close()
    }),
    { numRuns: historyCount, includeErrorInReport: true },
  )
})

/** Two people in one room, a network between them and the server, and a server. */
class World {
  readonly #clock = new FakeClock()
  readonly #network = new FakeNetwork(this.#clock)
  readonly #people: [Person, Person]
  /** What must not happen; a throwing listener or handler ends up here as well. */
  readonly #faults: string[] = []
  readonly #logger = createLogger('error', ({ message, fields }) =>
    this.#faults.push(`${message} ${JSON.stringify(fields)}`),
  )

  constructor(joinDelayMs: number) {
    this.#startServer()
    this.#people = [this.#createPerson('a'), this.#createPerson('b')]
    this.#clock.advance(joinDelayMs)
    for (const person of this.#people) person.join()
    this.#clock.advance(1_000)
    for (const person of this.#people) expect(person.isSeated).toBe(true)
  }

  take(step: Step): void {
    switch (step.type) {
      case 'say':
        this.#people[step.who]?.say(step.count)
        break
      case 'wait':
        this.#clock.advance(step.ms)
        break
      case 'cut':
        this.#network.cut(step.kind)
        break
      case 'delay':
        this.#network.delayMs = step.ms
        break
      case 'probe':
        this.#people[step.who]?.session.probe()
        break
      case 'outage': {
        const { gateway } = this.#network
        this.#network.gateway = undefined
        this.#network.cut('both')
        this.#clock.advance(3_000)
        this.#network.gateway = gateway
        break
      }
      case 'restart':
        void this.#network.gateway?.close()
        this.#startServer()
        break
    }
  }

  /** The network is well again: both are in the room, and hear each other. */
  heal(): void {
    this.#network.delayMs = 20
    this.#clock.advance(2 * GRACE_MS)
    const [a, b] = this.#people
    for (const person of this.#people) person.say(3)
    this.#clock.advance(1_000)
    for (const [hearer, speaker] of [
      [a, b],
      [b, a],
    ] as const) {
      expect(hearer.isSeated).toBe(true)
      expect(hearer.heard.slice(-3)).toEqual(speaker.said.slice(-3))
      // Nobody lost a session, and nobody was told of a loss: then nothing was lost.
      if (hearer.breaks === 0 && speaker.losses === 0) expect(hearer.heard).toEqual(speaker.said)
    }
  }

  /** Everything is closed: no timer is left. */
  close(): void {
    for (const { session } of this.#people) session.close()
    this.#clock.advance(1_000)
    void this.#network.gateway?.close()
    this.#clock.advance(1_000)
    expect(this.#clock.pending).toBe(0)
    expect(this.#faults).toEqual([])
  }

  #createPerson(name: string): Person {
    const session = new Session({
      url: 'wss://duet.example/ws',
      logger: this.#logger,
      clock: this.#clock,
      openSocket: () => this.#network.open(),
      random: () => 0,
    })
    return new Person(name, session)
  }

  #startServer(): void {
    const hub = new MemoryHub(this.#logger)
    this.#network.gateway = createNativeGateway({
      hub,
      casts: openCasts(hub, this.#clock),
      openIceClient: iceClients(() => ({
        servers: [],
        expiresAt: this.#clock.now() + 3_600_000,
      })),
      clock: this.#clock,
      logger: this.#logger,
    })
  }
}

/** Says numbered lines and checks what it hears; joins again when its seat is lost, as a call does. */
class Person {
  readonly session: Session
  readonly said: number[] = []
  readonly heard: number[] = []
  isSeated = false
  /** Times that its own session was lost, which it was told. */
  losses = 0
  /** Times that it was told that something of the other one may be lost. */
  breaks = 0
  readonly #name: string
  #expected: number | undefined

  constructor(name: string, session: Session) {
    this.#name = name
    this.session = session
    session.on('event', (event) => this.#onEvent(event))
    session.on('lost', () => {
      this.losses++
      this.#break()
      this.join()
    })
    session.on('refused', (reason) => {
      throw new Error(`refused: ${reason}`)
    })
  }

  say(count: number): void {
    for (let index = 0; index < count; index++) {
      const line = this.said.length
      this.said.push(line)
      this.session.send({ type: 'chat', body: String(line) })
    }
  }

  join(): void {
    this.isSeated = false
    this.session.send({ type: 'join', room: 'lake', tag: `tag of ${this.#name}`, wait: false })
  }

  #onEvent(event: ServerEvent): void {
    switch (event.type) {
      case 'joined':
        this.isSeated = true
        if (event.peers.length === 0) this.#break()
        break
      case 'seat-lost':
        this.#break()
        this.join()
        break
      case 'peer-left':
        this.#break()
        break
      case 'peer-back':
        if (event.fresh) this.#break()
        break
      case 'chat': {
        const line = Number(event.body)
        // Within one stretch nothing is missing, nothing comes twice, nothing out of order.
        if (this.#expected !== undefined) expect(line).toBe(this.#expected)
        this.#expected = line + 1
        this.heard.push(line)
        break
      }
      case 'full':
      case 'error':
        throw new Error(`unexpected: ${JSON.stringify(event)}`)
    }
  }

  #break(): void {
    if (this.said.length > 0 || this.heard.length > 0) this.breaks++
    this.#expected = undefined
  }
}
